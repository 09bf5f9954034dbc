"""Cliniko's `q[]` filters and `sort`, compiled to one predicate and one key."""

import re
from collections.abc import Callable
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from sandbox.cliniko.resource import Getter, Resource
from sandbox.moment import parse

Test = Callable[[Any], bool]
_FILTER = re.compile(r"^([a-z_]+):(>=|<=|!=|~~|>|<|=|~)?(.*)$", re.S)
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    ">=": ge,
    "<=": le,
    ">": gt,
    "<": lt,
    "=": eq,
    "!=": ne,
}
_HIDING = ("cancelled_at", "archived_at", "deleted_at")


class BadFilter(ValueError):
    """A filter or sort that the API does not take; its text says which."""


def tests(resource: Resource, filters: list[str]) -> list[Test]:
    """The tests a row must pass; hidden states are shown only when a filter names them."""
    found: list[Test] = []
    named: set[str] = set()
    for one in filters:
        match = _FILTER.match(one)
        if match is None:
            raise BadFilter(f"{one}: is not FIELD:OPERATOR VALUE")
        name, operator, value = match[1], match[2] or "", match[3]
        named.add(name)
        if value == "*" and not operator:
            if name not in resource.times:
                raise BadFilter(f"{name}: is not a field with a time")
            continue
        found.append(_test(resource, name, operator, value))
    for name in _HIDING:
        if name in resource.times and name not in named:
            found.append(_is_null(resource.times[name]))
    return found


def _test(resource: Resource, name: str, operator: str, value: str) -> Test:
    if name in resource.times:
        return _time(resource.times[name], name, operator, value)
    if name in resource.integers:
        return _integer(resource.integers[name], name, operator, value)
    if name in resource.flags and operator in ("=", "!="):
        return _flag(resource.flags[name], operator, value)
    if name in resource.texts:
        return _text(resource.texts[name], name, operator, value)
    raise BadFilter(f"{name}: cannot be filtered")


def _is_null(get: Getter) -> Test:
    return lambda row: get(row) is None


def _time(get: Getter, name: str, operator: str, value: str) -> Test:
    if operator not in (">=", ">", "<=", "<"):
        raise BadFilter(f"{name}: a date-time takes >= > <= < only")
    try:
        wanted, compare = parse(value), _COMPARE[operator]
    except ValueError:
        raise BadFilter(f"{name}: is not a date-time") from None
    return lambda row: (found := get(row)) is not None and compare(found, wanted)


def _integer(get: Getter, name: str, operator: str, value: str) -> Test:
    try:
        wanted = frozenset(int(part) for part in value.split(","))
    except ValueError:
        raise BadFilter(f"{name}: is not a number") from None
    if operator == "=":
        return lambda row: get(row) in wanted
    if operator not in _COMPARE or len(wanted) != 1:
        raise BadFilter(f"{name}: does not take that operator")
    (one,), compare = wanted, _COMPARE[operator]
    return lambda row: (found := get(row)) is not None and compare(found, one)


def _flag(get: Getter, operator: str, value: str) -> Test:
    wanted = value.strip().lower() == "true"
    return lambda row: (get(row) is wanted) == (operator == "=")


def _text(get: Getter, name: str, operator: str, value: str) -> Test:
    low = value.casefold()
    if operator in ("=", "!="):
        return lambda row: ((get(row) or "").casefold() == low) == (operator == "=")
    if operator == "~":
        return lambda row: low in (get(row) or "").casefold()
    if operator == "~~":
        pattern = re.compile(".*".join(map(re.escape, low.split("%"))), re.S)
        return lambda row: pattern.fullmatch((get(row) or "").casefold()) is not None
    if operator in _COMPARE and name == "date_of_birth":
        compare = _COMPARE[operator]
        return lambda row: compare(get(row), value)
    raise BadFilter(f"{name}: does not take that operator")


def ordered(resource: Resource, rows: list[Any], sort: str | None) -> list[Any]:
    """Rows in the asked order (comma list, `:desc`), by default as created; ties by id."""
    rows = sorted(rows, key=resource.integers["id"])
    for part in reversed((sort or "created_at").split(",")):
        name, _, direction = part.strip().partition(":")
        get = {**resource.integers, **resource.texts, **resource.times}.get(name)
        if get is None or direction not in ("", "asc", "desc"):
            raise BadFilter(f"sort: {name} cannot be sorted by")
        rows.sort(key=_nulls_first(get), reverse=direction == "desc")
    return rows


def _nulls_first(get: Getter) -> Callable[[Any], tuple[bool, Any]]:
    return lambda row: ((found := get(row)) is not None, found)
