"""Whole lists from Jane, from cursor to cursor."""

from collections.abc import Collection, Iterable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from connectors.errors import ContractBroken
from connectors.http import VendorClient, as_object
from connectors.practice.payload import own_id
from ledger.store import batched

Row = Any
Pairs = Iterable[tuple[str, str]]

_AT_ONCE = 50
_PAGE = ("page[limit]", "100")
_MAX_PAGES = 20_000


class Lists:
    """Reads the lists of one clinic."""

    def __init__(self, client: VendorClient) -> None:
        self._client = client

    def every(self, resource: str, filters: Pairs = ()) -> list[Row]:
        """All rows of a list, each id once, as it came last; those without an id as they come.

        Sorted by creation, not by change: a row that changes while we read keeps its place.
        """
        params = [*filters, _PAGE]
        found: dict[object, Row] = {}
        for row in self._pages(resource, params):
            found[own_id(row) or len(found)] = row
        return list(found.values())

    def among(self, resource: str, wanted: Collection[str]) -> list[Row]:
        """The rows with these ids; what is not there, or not to be seen, is left out."""
        found: list[Row] = []
        for some in batched(sorted(wanted), _AT_ONCE):
            found += self.every(resource, [("public_id[eq]", ",".join(some))])
        return [row for row in found if own_id(row) in wanted]

    def _pages(self, resource: str, params: list[tuple[str, str]]) -> Iterable[Row]:
        cursor: str | None = None
        seen: set[str] = set()
        for _ in range(_MAX_PAGES):
            place = [("page[cursor]", cursor)] if cursor else []
            answer = as_object(
                self._client.vendor,
                self._client.get(resource, [*params, ("sort", "created_at"), *place]),
            )
            rows = answer.get("items")
            if not isinstance(rows, list):
                raise self._broken("a page without items", "page_without_list")
            yield from rows
            cursor = _next(answer)
            if cursor is None and answer.get("hasNextPage"):
                raise self._broken("a page that is not the last, without a cursor", "no_cursor")
            if cursor is None:
                return
            if cursor in seen:
                raise self._broken("the same cursor twice", "page_repeats")
            seen.add(cursor)
        raise self._broken("pages without an end", "page_endless")

    def _broken(self, what: str, code: str) -> ContractBroken:
        return ContractBroken(
            self._client.vendor, f"sends {what}. Check base_url, then call the vendor.", code=code
        )


def _next(answer: dict[str, Any]) -> str | None:
    """The next page's cursor; of a link only that is taken, so that none can move our token."""
    if answer.get("hasNextPage") is False:
        return None
    cursor = answer.get("cursor")
    if isinstance(cursor, str) and cursor:
        return cursor
    links = answer.get("links")
    link = links.get("after") if isinstance(links, dict) else None
    query = parse_qs(urlsplit(link).query) if isinstance(link, str) else {}
    return next(iter(query.get("page[cursor]", [])), None)
