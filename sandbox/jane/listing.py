"""Jane's lists: `field[operator]=value` filters, `sort`, and cursors that hold their place."""

import base64
import json
import re
from collections.abc import Callable
from operator import ge, gt, le, lt
from typing import Any
from urllib.parse import urlencode

from sandbox.jane.identity import number_of
from sandbox.jane.resource import Resource
from sandbox.moment import parse
from sandbox.refusal import Refusal
from sandbox.world import World

Pairs = list[tuple[str, str]]
_FILTER = re.compile(r"([a-z_]+)\[([a-z]+)\]")
_SECOND = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {"gte": ge, "gt": gt, "lte": le, "lt": lt}
_MOST_VALUES = 100


def page(world: World, resource: Resource, path: str, query: Pairs) -> dict[str, Any]:
    """One page; what the API does not take is 400."""
    given = dict(query)
    size = _size(given.get("page[limit]"))
    fields = _sort(resource, given.get("sort"))
    tests = [_test(resource, name, value) for name, value in query if "page[" not in name]
    after = _place(given.get("page[cursor]"), len(fields) + 1)
    found = []
    for row in resource.rows(world):
        place = tuple(sign * resource.sortable[name](row) for name, sign in fields)
        place = (*place, row.id)
        if (after is None or place > after) and all(test(row) for test in tests):
            found.append((place, row))
    found.sort(key=lambda one: one[0])
    more = len(found) > size
    cursor = _cursor(found[size - 1][0]) if more else None
    return {
        "items": [resource.shown(world, row) for _, row in found[:size]],
        "cursor": cursor,
        "limit": size,
        "links": {"after": _after(path, query, cursor)},
        "hasNextPage": more,
    }


def invalid(path: str, message: str, code: str = "INVALID") -> Refusal:
    """Jane's 400."""
    return Refusal(400, {"errors": [{"id": code, "path": path, "message": message}]})


def _size(text: str | None) -> int:
    if text is None:
        return 50
    if not text.isdigit() or not 1 <= int(text) <= 1000:
        raise invalid("/page/limit", "must be from 1 to 1000")
    return int(text)


def _sort(resource: Resource, text: str | None) -> list[tuple[str, int]]:
    fields = []
    for part in (text or "created_at").split(","):
        name, sign = part.lstrip("-"), -1 if part.startswith("-") else 1
        if name not in resource.sortable:
            raise invalid("/sort", f"{name} cannot be sorted by")
        fields.append((name, sign))
    return fields


def _test(resource: Resource, name: str, value: str) -> Callable[[Any], bool]:
    if name == "sort":
        return lambda row: True
    match = _FILTER.fullmatch(name)
    field, operator = (match[1], match[2]) if match else (name, "")
    if field in resource.times and operator in _COMPARE:
        if not _SECOND.fullmatch(value):
            raise invalid(f"/{field}", "must be ISO 8601, precise to the second")
        wanted, get, compare = parse(value), resource.times[field], _COMPARE[operator]
        return lambda row: compare(get(row), wanted)
    if field in resource.ids and operator == "eq":
        values = value.split(",")
        if len(values) > _MOST_VALUES:
            raise invalid(f"/{field}", "takes at most 100 values")
        numbers, own = {number_of(one) for one in values}, resource.ids[field]
        return lambda row: own(row) in numbers
    raise invalid(f"/{field}", "cannot be filtered so")


def _cursor(place: tuple[int, ...]) -> str:
    return base64.b64encode(json.dumps(place).encode()).decode()


def _place(cursor: str | None, wide: int) -> tuple[int, ...] | None:
    if cursor is None:
        return None
    try:
        place = tuple(map(int, json.loads(base64.b64decode(cursor, validate=True))))
    except (ValueError, TypeError):
        place = ()
    if len(place) != wide:
        raise invalid("/page/cursor", "is not a cursor of this list")
    return place


def _after(path: str, query: Pairs, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    kept = [pair for pair in query if pair[0] != "page[cursor]"]
    return f"{path}?{urlencode([*kept, ('page[cursor]', cursor)])}"
