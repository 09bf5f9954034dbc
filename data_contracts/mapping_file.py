"""Reads a mapping from YAML; every fault names the file, the line and the nearest key."""

from pathlib import Path

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from data_contracts.errors import ClinicFileError
from data_contracts.mapping import Column, GeneratedId, Mapping, StatusRule, near
from data_contracts.yaml_lines import line_at, line_of, read_yaml, repeated_keys

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
        content, node = read_yaml(path.read_text("utf-8-sig"))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ClinicFileError([f"{path}:{line}: not YAML: {error.problem}"]) from None
    except (OSError, ValueError, yaml.YAMLError, RecursionError):
        raise ClinicFileError([f"{path}:1: cannot be read as YAML; check the path"]) from None
    twice = repeated_keys(node)
    if twice:
        raise ClinicFileError(
            [f"{path}:{line}: '{key}' is already on line {first}" for line, key, first in twice]
        )
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


def _problem(path: Path, node: Node | None, fault: ErrorDetails) -> str:
    place = list(fault["loc"])
    said = fault["msg"].removeprefix("Value error, ")
    line = line_at(node, place)
    if not place and "'" in said:
        # A rule over the whole mapping has no place of its own; the word it quotes does.
        line = _line_of_word(node, said.split("'")[1])
    if fault["type"] == "extra_forbidden":
        wrong = str(place.pop())
        said = f"unknown key '{wrong}'{near(wrong, _KEYS.get(str(place[0]) if place else '', []))}"
    where = ".".join(map(str, place))
    return f"{path}:{line}: {f'{where}: ' if where else ''}{said}"


def _line_of_word(node: Node | None, word: str) -> int:
    waiting = [node]
    while waiting:
        found = waiting.pop()
        if isinstance(found, ScalarNode) and found.value == word:
            return line_of(found)
        if isinstance(found, MappingNode):
            waiting += [part for pair in found.value for part in pair]
        elif isinstance(found, SequenceNode):
            waiting += found.value
    return 1
