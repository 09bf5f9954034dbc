"""Whole lists from a server that pages, whatever it does with filters, order and page size."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from connectors.errors import ContractBroken
from connectors.http import Params, VendorClient, as_object
from connectors.practice.payload import moment_of, own_id

HIDDEN = ("cancelled_at:*", "archived_at:*", "deleted_at:*")
"""Filters without which cancelled, archived and deleted rows are left out."""

_BATCH = 50
_MAX_PAGES = 20_000
_MAX_PASSES = 3

Row = Any
Key = Callable[[Row], str | None]


@dataclass
class Listing:
    """Rows by id, the newest of each; `nameless` have none. `complete`: nothing slipped away."""

    rows: dict[str, Row] = field(default_factory=dict)
    nameless: list[Row] = field(default_factory=list)
    complete: bool = True

    def add(self, name: str | None, row: Row) -> None:
        """Keep a row unless a newer one with its id is here."""
        if name is None:
            self.nameless.append(row)
        elif name not in self.rows or _is_newer(row, self.rows[name]):
            self.rows[name] = row

    def __iter__(self) -> Iterator[Row]:
        yield from self.rows.values()
        yield from self.nameless


class Lists:
    """Reads the lists of one server."""

    def __init__(self, client: VendorClient) -> None:
        self._client = client
        self.pages = 0

    def every(
        self,
        resource: str,
        filters: Iterable[str] = (),
        *,
        path: str | None = None,
        extra: Params = (),
        key: Key = own_id,
    ) -> Listing:
        """All rows of a list.

        Sorted by creation, not by change: a row that changes while we read keeps its place, so no
        other row slips over a page's edge. Fewer rows than `total_entries` still means that one
        did, and the list is read again.
        """
        params = [("q[]", one) for one in filters] + [*extra, ("per_page", "100")]
        if key is own_id:
            params.append(("sort", "created_at"))
        listing = Listing()
        for again in range(_MAX_PASSES):
            before = len(listing.rows)
            listing.nameless.clear()
            total = self._walk(resource, path or resource, params, key, listing)
            after = len(listing.rows)
            # A server that counts otherwise stays short for ever, but adds nothing the second time.
            is_short = total is not None and after + len(listing.nameless) < total
            if not is_short or (again and before == after):
                return listing
        listing.complete = False
        return listing

    def among(
        self,
        resource: str,
        name: str,
        wanted: Collection[str],
        key: Key = own_id,
        hidden: Iterable[str] = HIDDEN,
    ) -> list[Row]:
        """The rows whose integer field `name`, read back by `key`, is one of `wanted`."""
        found: dict[str | None, Row] = {}
        rest = iter(sorted(wanted))
        while batch := set(islice(rest, _BATCH)):
            asked = (*hidden, f"{name}:={','.join(sorted(batch))}")
            rows = list(self.every(resource, asked))
            found |= {own_id(row): row for row in rows if key(row) in wanted}
            if any(key(row) not in batch for row in rows):
                break  # the server ignores the filter: that was the whole list already
        return list(found.values())

    def _walk(
        self, resource: str, path: str, params: Params, key: Key, into: Listing
    ) -> int | None:
        page: Params | None = params
        seen: set[frozenset[str | None]] = set()
        for _ in range(_MAX_PAGES):
            answer = as_object(self._client.vendor, self._client.get(path, page or ()))
            self.pages += 1
            rows = answer.get(resource)
            if not isinstance(rows, list):
                raise self._broken(f"a page without {resource}", "page_without_list")
            for row in rows:
                into.add(key(row), row)
            page = _next(answer, params)
            total = answer.get("total_entries")
            total = total if isinstance(total, int) else None
            if page is None:
                return total
            names = frozenset(key(row) for row in rows)
            if names in seen and total is not None and len(into.rows) >= total:
                return total  # it goes round in circles, but all it counts has been seen
            if names in seen:
                raise self._broken("the same page twice", "page_repeats")
            seen.add(names)
        raise self._broken("pages without an end", "page_endless")

    def _broken(self, what: str, code: str) -> ContractBroken:
        return ContractBroken(
            self._client.vendor, f"sends {what}. Check base_url, then call the vendor.", code=code
        )


def _next(answer: dict[str, Any], params: Params) -> Params | None:
    """The query of the next page. Only the query is taken, so that no link can move our key."""
    links = answer.get("links")
    link = links.get("next") if isinstance(links, dict) else None
    if not isinstance(link, str) or not link:
        return None
    given = parse_qsl(urlsplit(link).query)
    names = {name for name, _ in given}
    return [*given, *(pair for pair in params if pair[0] not in names)]


def _is_newer(row: Row, than: Row) -> bool:
    mine, other = moment_of(row), moment_of(than)
    return other is None or (mine is not None and mine > other)
