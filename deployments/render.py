"""prefect.yaml filled in for a clinic: strict, because Prefect ignores misspelt keys."""

import re
from functools import cache
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from data_contracts.clinic import Clinic, Slug, Zone
from data_contracts.errors import UserError
from deployments.build import PREFECT_FILE, placeholders

_PLACEHOLDER = re.compile(r"\{\{\s*clinic\.(\w+)\s*\}\}")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Schedule(_Part):
    """When a deployment runs, in the clinic's zone."""

    slug: Slug
    cron: str = Field(pattern=r"^(\S+ ){4}\S+$")
    timezone: Zone
    active: bool


class Limit(_Part):
    """How many runs at once, and what happens to one too many."""

    limit: int = Field(ge=1)
    collision_strategy: Literal["CANCEL_NEW", "ENQUEUE"]


class Trigger(_Part):
    """Which of our events starts a run; always named, or Prefect would call it by a number."""

    name: str = Field(pattern=r"^[a-z0-9-]+$")
    type: Literal["event"]
    enabled: bool
    expect: list[str] = Field(min_length=1)
    match: dict[str, str]
    parameters: dict[str, str]


class Pool(_Part):
    """Which worker takes the runs, and how it starts them."""

    name: str
    work_queue_name: Slug
    job_variables: dict[str, str]


class Entry(_Part):
    """One deployment as `prefect deploy` takes it."""

    name: Slug
    entrypoint: str = Field(pattern=r"^flows(\.\w+){2}$")
    description: str
    version: str
    tags: list[str]
    parameters: dict[str, str]
    concurrency_limit: Limit | None = None
    work_pool: Pool
    schedules: list[Schedule] = []
    triggers: list[Trigger] = []

    @property
    def key(self) -> tuple[str, str]:
        """What tells deployments apart."""
        return self.entrypoint, self.name


def render(clinic: Clinic, *, is_active: bool = True) -> list[Entry]:
    """The deployments of a clinic; raises UserError where prefect.yaml is wrong."""
    values = placeholders(clinic, is_active=is_active)
    try:
        return [Entry.model_validate(_fill(entry, values)) for entry in _document()["deployments"]]
    except ValidationError as error:
        problems = (f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise UserError(f"{PREFECT_FILE}: {'; '.join(problems)}; mend it there") from error


def prefect_document(entries: list[Entry]) -> str:
    """A prefect.yaml of these entries alone, already filled in."""
    document = {"pull": _document()["pull"], "deployments": [_written(e) for e in entries]}
    return yaml.safe_dump(document, sort_keys=False)


def _written(entry: Entry) -> dict[str, Any]:
    return entry.model_dump(exclude_none=True)


def _fill(value: Any, values: dict[str, Any]) -> Any:
    """Placeholders replaced; one that is the whole text keeps its value's type."""
    if isinstance(value, dict):
        return {key: _fill(inner, values) for key, inner in value.items()}
    if isinstance(value, list):
        return [_fill(inner, values) for inner in value]
    if not isinstance(value, str):
        return value
    if whole := _PLACEHOLDER.fullmatch(value):
        return _value(whole, values)
    return _PLACEHOLDER.sub(lambda found: str(_value(found, values)), value)


def _value(found: re.Match[str], values: dict[str, Any]) -> Any:
    if found[1] not in values:
        known = ", ".join(values)
        raise UserError(f"{PREFECT_FILE}: there is no {found[0]}; use one of {known}")
    return values[found[1]]


@cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(PREFECT_FILE.read_text(encoding="utf-8"))
    return document
