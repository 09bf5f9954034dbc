"""Reads metric files. One that is wrong stands for itself, and says what is wrong with it."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Final

import duckdb
import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from yaml.nodes import Node

from data_contracts.metric import Metric
from data_contracts.yaml_lines import line_at, read_yaml

_QUOTED: Final = re.compile(r'"([^"]+)"')
_TABLE: Final = re.compile(r"Table with name (\S+) does not exist")
_FIELDS: Final = sorted(field.alias or name for name, field in Metric.model_fields.items())

SQL_ERRORS: Final = (
    duckdb.BinderException,
    duckdb.CatalogException,
    duckdb.ParserException,
    duckdb.ConversionException,
    duckdb.InvalidInputException,
)
"""What a wrong expression comes to; a store that cannot be read is another matter."""


def read_metrics(*folders: Path) -> dict[str, Metric]:
    """Every metric by its name; a file of a later folder takes the place of its namesake."""
    files = {file.stem: file for folder in folders for file in sorted(folder.glob("*.yaml"))}
    return {name: read_metric(files[name]) for name in sorted(files)}


def read_metric(file: Path) -> Metric:
    """The metric of a file; of one that cannot be used a metric whose `problem` says why."""
    try:
        value, root = read_yaml(file.read_text(encoding="utf-8"))
        metric = Metric.model_validate(value)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        return _unusable(file, f"{_place(file, line)}: is no YAML ({error.problem}); mend it")
    except UnicodeDecodeError:
        return _unusable(file, f"{_place(file, 1)}: is not UTF-8 text; save it as UTF-8")
    except ValidationError as error:
        return _unusable(file, next(_problems(file, root, error)))
    if metric.name != file.stem:
        line = line_at(root, ["name"])
        said = f"holds the metric {metric.name}; name file and metric alike"
        return _unusable(file, f"{_place(file, line)}: {said}")
    return metric.read_from(str(file))


def sql_problem(metric: Metric, error: duckdb.Error) -> str:
    """What is wrong with a metric's expressions: its file, the column, and the nearest there is.

    The database's own words are not repeated: of a value that cannot be cast they quote it.
    """
    text = str(error)
    if found := _TABLE.search(text):
        return _misspelt(metric, "table", found[1], _QUOTED.findall(text))
    if isinstance(error, duckdb.BinderException) and (names := _QUOTED.findall(text)):
        return _misspelt(metric, "column", names[0], [name.split(".")[-1] for name in names[1:]])
    said = "its expressions are not understood; run them in DuckDB"
    return f"{_where(metric, '')}: {said} ({type(error).__name__})"


def _misspelt(metric: Metric, kind: str, written: str, candidates: list[str]) -> str:
    close = get_close_matches(written, candidates, n=1, cutoff=0.5)
    advice = f"did you mean {close[0]}?" if close else "see warehouse/schema/"
    return f"{_where(metric, written)}: there is no {kind} {written}; {advice}"


def _where(metric: Metric, written: str) -> str:
    """The file, and the first line that holds the word as a word."""
    if not metric.file:
        return metric.name
    file, word = Path(metric.file), re.compile(rf"\b{re.escape(written)}\b")
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    found = (place for place, line in enumerate(lines, 1) if written and word.search(line))
    return _place(file, next(found, 1))


def _place(file: Path, line: int) -> str:
    return f"{file.name}:{line}"


def _unusable(file: Path, problem: str) -> Metric:
    """Stands where the metric would, so that the others and whoever shows them go on."""
    shown = file.stem if re.fullmatch(r"[a-z][a-z0-9_]{1,40}", file.stem) else "unusable"
    return Metric.model_validate(
        {
            "name": shown,
            "title": shown.replace("_", " ").capitalize()[:60],
            "question": "Its file cannot be used.",
            "why_it_matters": "",
            "unit": "count",
            "from": "(select NULL::TIMESTAMPTZ AS happened_at limit 0)",
            "numerator": "NULL::BIGINT",
            "when": "happened_at",
            "better": "neither",
            "target": None,
            "seed": None,
            "published": [],
            "owner": "nobody",
            "reviewed": "1970-01-01",
        }
    ).read_from(str(file), problem)


def _problems(file: Path, root: Node | None, error: ValidationError) -> Iterator[str]:
    """The most telling first: a misspelt key is also a missing one."""
    listed = sorted(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
    for one in listed:
        yield f"{_place(file, line_at(root, one['loc']))}: {_words(one)}"


def _words(error: ErrorDetails) -> str:
    where = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        close = get_close_matches(str(error["loc"][-1]), _FIELDS, n=1, cutoff=0.6)
        advice = f"did you mean {close[0]}?" if close else "remove it"
        return f"{where} is not a key of a metric; {advice}"
    if error["type"] == "missing":
        return f"{where} is missing; add it"
    said = error["msg"].removeprefix("Value error, ")
    return f"{where}: {said}; mend it" if where else said
