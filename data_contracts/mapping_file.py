"""Reads a mapping from YAML; every fault names the file, the line and the nearest key."""

from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from data_contracts.errors import ClinicFileError
from data_contracts.mapping import Column, GeneratedId, Mapping, StatusRule, near

SHIPPED = Path(__file__).parent / "mappings"

_KEYS: dict[str, list[str]] = {
    "": list(Mapping.model_fields),
    "columns": ["from", *Column.model_fields],
    "status": list(StatusRule.model_fields),
    "generated": ["from", *GeneratedId.model_fields],
}


def shipped_mappings() -> list[str]:
    """The names of the mappings that come with the project."""
    return sorted(path.stem for path in SHIPPED.glob("*.yaml"))


def load_mapping(name_or_path: str) -> Mapping:
    """A shipped mapping by its name, or one from a YAML file; raises ClinicFileError."""
    path = _path(name_or_path)
    try:
        text = path.read_text("utf-8")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ClinicFileError([f"{path}:{line}: not YAML: {error.problem}"]) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        raise ClinicFileError([f"{path}:1: cannot be read as a text file"]) from None
    try:
        return Mapping.model_validate(content)
    except ValidationError as error:
        raise ClinicFileError([_problem(path, node, fault) for fault in error.errors()]) from None


def _path(name_or_path: str) -> Path:
    if name_or_path.endswith((".yaml", ".yml")):
        return Path(name_or_path)
    if name_or_path not in shipped_mappings():
        hint = near(name_or_path, shipped_mappings())
        raise ClinicFileError(
            [f"mapping '{name_or_path}' is not shipped{hint} (or write a path that ends in .yaml)"]
        )
    return SHIPPED / f"{name_or_path}.yaml"


def _problem(path: Path, node: yaml.Node | None, fault: Any) -> str:
    place = [str(part) for part in fault["loc"]]
    where = ".".join(place)
    said = fault["msg"].removeprefix("Value error, ")
    if fault["type"] == "extra_forbidden":
        siblings = _KEYS.get(place[0] if len(place) > 1 else "", [])
        said = f"unknown key '{place[-1]}'{near(place[-1], siblings)}"
        where = ".".join(place[:-1])
    return f"{path}:{_line(node, place, said)}: {f'{where}: ' if where else ''}{said}"


def _line(node: yaml.Node | None, place: list[str], said: str) -> int:
    """The line of the deepest part of `place` that the file holds.

    A rule over the whole mapping has no place of its own; the word it quotes does.
    """
    line = node.start_mark.line if node else 0
    if not place:
        return _line_of_word(node, said.split("'")[1]) if "'" in said else line + 1
    for part in place:
        if not isinstance(node, yaml.MappingNode):
            break
        pair = next(((k, v) for k, v in node.value if k.value == part), None)
        if pair is None:
            break
        line, node = pair[0].start_mark.line, pair[1]
    return line + 1


def _line_of_word(node: yaml.Node | None, word: str) -> int:
    waiting = [node]
    while waiting:
        found = waiting.pop()
        if isinstance(found, yaml.ScalarNode) and found.value == word:
            return int(found.start_mark.line) + 1
        if isinstance(found, yaml.MappingNode):
            waiting += [part for pair in found.value for part in pair]
        elif isinstance(found, yaml.SequenceNode):
            waiting += found.value
    return 1
