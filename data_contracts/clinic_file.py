"""Reads clinic files: every problem at once, each with its file and line and what to do."""

import hashlib
import json
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import yaml
from pydantic import ValidationError
from yaml.nodes import Node

from data_contracts.clinic import Clinic
from data_contracts.clinic_problem import describe
from data_contracts.errors import ClinicFileError
from data_contracts.yaml_lines import line_at, read_yaml, repeated_keys


def load_clinic(path: Path) -> Clinic:
    """The clinic that a file describes; raises ClinicFileError with all its problems."""
    value, root = _parse(path, _text(path))
    problems = [
        (line, f"{key} is written twice (first on line {first}); keep one of them")
        for line, key, first in repeated_keys(root)
    ]
    if not isinstance(value, dict):
        raise _refusal(path, [(1, "holds no keys and values; start one with `ptclinic new`")])
    problems += _slug_problem(path, value, root)
    clinic = None
    try:
        clinic = Clinic.model_validate(value)
    except ValidationError as error:
        problems += [(line_at(root, loc), words) for loc, words in describe(error.errors())]
    if problems or clinic is None:
        raise _refusal(path, problems)
    return clinic


def load_clinics(folder: Path) -> dict[str, Clinic]:
    """Every clinic of a folder by slug; raises ClinicFileError with the problems of all files."""
    if not folder.is_dir():
        raise ClinicFileError([f"{folder}:1: is no folder; set PTCLINIC_CLINICS to yours"])
    clinics: dict[str, Clinic] = {}
    problems: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            clinics[path.stem] = load_clinic(path)
        except ClinicFileError as error:
            problems += error.problems
    if problems:
        raise ClinicFileError(problems)
    return clinics


def stamp_of(path: Path) -> tuple[int, int, int] | None:
    """Changes when somebody writes the file; None while there is none. Costs one look at it."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def content_hash(clinic: Clinic) -> str:
    """Changes when the clinic does, and not when only comments or the order of keys do."""
    text = json.dumps(clinic.model_dump(), sort_keys=True, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def json_schema() -> str:
    """The published JSON Schema, which editors read for completion and checks."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps(schema | Clinic.model_json_schema(), indent=1, sort_keys=True) + "\n"


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    return value.total_seconds() if isinstance(value, timedelta) else str(value)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        known = ", ".join(sorted(p.stem for p in path.parent.glob("*.yaml"))) or "none yet"
        words = f"there is no such clinic file; known here: {known}; `ptclinic new` starts one"
    except UnicodeDecodeError:
        words = "is not UTF-8 text; save it as UTF-8"
    except OSError as error:
        words = f"cannot be read ({error.strerror}); check the path and its permissions"
    raise _refusal(path, [(1, words)])


def _parse(path: Path, text: str) -> tuple[object, Node | None]:
    try:
        return read_yaml(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        words = f"is not YAML ({error.problem}); check indentation, quotes and colons here"
    except (yaml.YAMLError, ValueError, RecursionError):
        line, words = 1, "is not YAML that can be read; look for control characters or odd tags"
    raise _refusal(path, [(line, words)])


def _slug_problem(
    path: Path, value: dict[object, object], root: Node | None
) -> list[tuple[int, str]]:
    if "slug" not in value or value["slug"] == path.stem:
        return []
    return [(line_at(root, ["slug"]), f"slug must be the file's name; write slug: {path.stem}")]


def _refusal(path: Path, problems: Iterable[tuple[int, str]]) -> ClinicFileError:
    return ClinicFileError([f"{path}:{line}: {words}" for line, words in sorted(problems)])
