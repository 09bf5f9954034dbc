"""A clinic to measure with: its file, its key, its secrets, in a folder of its own."""

import os
from pathlib import Path
from typing import Any

import yaml

from bench.measure import ROOT
from ledger.keys import create_master_key

SLUG = "demo"


def make_clinic(folder: Path, slug: str = SLUG, **changes: Any) -> None:
    """Write the demo clinic's file with `changes` (dotted by `__`) and point the settings at it."""
    found = yaml.safe_load((ROOT / "deployments/clinics/demo.yaml").read_text(encoding="utf-8"))
    found["slug"] = slug
    del found["channels"]["email"]
    for rung in found["ladder"]:
        rung.pop("fallback", None)
    for name, value in changes.items():
        *path, last = name.split("__")
        spot = found
        for part in path:
            spot = spot[part]
        spot[last] = value
    clinics = folder / "clinics"
    clinics.mkdir(exist_ok=True)
    (clinics / f"{slug}.yaml").write_text(yaml.safe_dump(found), encoding="utf-8")
    os.environ.update(environment(folder))
    create_master_key(folder / "var" / slug / "master.key")


def environment(folder: Path) -> dict[str, str]:
    """Where that clinic lives, and made-up secrets that only pretend vendors take."""
    return {
        "PTCLINIC_HOME": str(folder / "var"),
        "PTCLINIC_CLINICS": str(folder / "clinics"),
        "DEMO_CLINIKO_KEY": "MS0xLXNhbmRib3g-au1",
        "DEMO_TWILIO_ACCOUNT": "AC0123456789abcdef0123456789abcdef",
        "DEMO_TWILIO_TOKEN": "sandbox-token",
    }
