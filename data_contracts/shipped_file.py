"""The YAML files that are shipped beside the nouns: tables of law, words, relays."""

from importlib import resources
from typing import Any

import yaml


def read_shipped(name: str) -> Any:
    """What a file of this package holds, as plain values; `name` is its path below the package."""
    file = resources.files("data_contracts") / name
    return yaml.safe_load(file.read_text(encoding="utf-8"))
