"""Pages of a list, kept between two changes of the book so that walking through is quick."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from sandbox.cliniko.filtering import ordered, tests
from sandbox.cliniko.resource import Resource
from sandbox.world import World


@dataclass
class Shelf:
    """What was listed and rendered for the book's present revision."""

    revision: tuple[int, int] = (-1, -1)
    lists: dict[tuple[str, ...], list[Any]] = field(default_factory=dict)
    rendered: dict[tuple[str, int], tuple[int, bytes]] = field(default_factory=dict)

    def rows(
        self, world: World, resource: Resource, filters: list[str], sort: str | None
    ) -> list[Any]:
        """The filtered, ordered rows of a resource."""
        now = (world.clinic.book.revision, world.communications.revision)
        if now != self.revision:
            self.revision = now
            self.lists.clear()
        key = (resource.name, sort or "", *filters)
        if key not in self.lists:
            conditions = tests(resource, filters)
            rows = [r for r in resource.rows(world).values() if all(t(r) for t in conditions)]
            self.lists[key] = ordered(resource, rows, sort)
        return self.lists[key]

    def text(self, world: World, resource: Resource, row: Any) -> bytes:
        """One row as JSON bytes."""
        key, revision = (resource.name, row.id), getattr(row, "revision", 0)
        kept = self.rendered.get(key)
        if kept is None or kept[0] != revision:
            shown = resource.shown(world, row)
            kept = revision, json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode()
            self.rendered[key] = kept
        return kept[1]


def page_number(text: str | None, default: int, most: int) -> int:
    """A paging parameter; no number means the default, anything outside is clipped."""
    return min(max(int(text), 1), most) if text and text.isdigit() else default


def page(
    world: World,
    shelf: Shelf,
    resource: Resource,
    path: str,
    query: list[tuple[str, str]],
    fixed: list[str],
) -> bytes:
    """One page with `total_entries` and links; raises BadFilter."""
    given = dict(query)
    number = page_number(given.get("page"), 1, 10**9)
    size = page_number(given.get("per_page"), 50, 100)
    filters = [value for name, value in query if name in ("q[]", "q")] + fixed
    sort = given.get("sort")
    if sort and given.get("order") == "desc" and ":" not in sort:
        sort += ":desc"
    rows = shelf.rows(world, resource, filters, sort)
    shown = rows[(number - 1) * size : number * size]
    links = _links(f"{world.base_url}{path}", query, number, -(-len(rows) // size))
    body = b",".join(shelf.text(world, resource, row) for row in shown)
    tail = f'],"total_entries":{len(rows)},"links":{json.dumps(links)}}}'
    return f'{{"{resource.name}":['.encode() + body + tail.encode()


def _links(address: str, query: list[tuple[str, str]], number: int, last: int) -> dict[str, str]:
    kept = [pair for pair in query if pair[0] != "page"]

    def at(page_wanted: int) -> str:
        return f"{address}?{urlencode([*kept, ('page', str(page_wanted))])}"

    links = {"self": at(number)}
    if number > 1:
        links["previous"] = at(number - 1)
    if number < last:
        links["next"] = at(number + 1)
    return links
