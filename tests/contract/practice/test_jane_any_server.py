"""Lists of a server that pages as Jane's reference says, or does not."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from connectors.errors import ContractBroken
from connectors.http import VendorClient
from connectors.practice.jane_list import Lists

Page = dict[str, Any]


class Server(ThreadingHTTPServer):
    """Answers each request with the next page, the last one for ever."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.pages: list[Page] = []
        self.cursors: list[str | None] = []
        self.hosts: set[str | None] = set()


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        self.server.cursors.append(next(iter(query.get("page[cursor]", [])), None))
        self.server.hosts.add(self.headers["Host"])
        pages = self.server.pages
        body = json.dumps(pages.pop(0) if len(pages) > 1 else pages[0]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Silent."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, daemon=True)
        thread.start()
        yield running
        running.shutdown()
        thread.join(timeout=5)


@pytest.fixture
def lists(server: Server) -> Iterator[Lists]:
    client = VendorClient("jane", f"http://127.0.0.1:{server.server_address[1]}", sandbox=True)
    yield Lists(client)
    client.close()


def page(*ids: object, cursor: str | None = None, **more: Any) -> Page:
    rows = [{"id": one} for one in ids]
    return {"items": rows, "cursor": cursor, "hasNextPage": cursor is not None} | more


def test_pages_are_read_to_the_end_and_each_id_once(server: Server, lists: Lists) -> None:
    server.pages = [page("a", "b", cursor="1"), page("b", "c", cursor="2"), page("d")]
    assert [row["id"] for row in lists.every("appointments")] == ["a", "b", "c", "d"]
    assert server.cursors == [None, "1", "2"]


def test_a_link_tells_the_cursor_and_moves_our_token_nowhere(server: Server, lists: Lists) -> None:
    link = {"after": "http://127.0.0.9:1/api/appointments?page%5Bcursor%5D=next"}
    server.pages = [page("a", links=link, hasNextPage=True), page("b")]
    assert [row["id"] for row in lists.every("appointments")] == ["a", "b"]
    assert server.cursors == [None, "next"]
    assert server.hosts == {f"127.0.0.1:{server.server_address[1]}"}


def test_a_row_without_an_id_is_kept_to_be_set_aside(server: Server, lists: Lists) -> None:
    server.pages = [page(None, "a", None, 5)]
    assert [row["id"] for row in lists.every("appointments")] == [None, "a", None, 5]


BROKEN: list[tuple[Page, str]] = [
    ({"rows": []}, "page_without_list"),
    ({"items": {}}, "page_without_list"),
    (page("a", hasNextPage=True), "no_cursor"),
    (page("a", cursor="same"), "page_repeats"),
]


@pytest.mark.parametrize(("last", "code"), BROKEN)
def test_a_page_that_is_not_documented_stops_with_a_word(
    server: Server, lists: Lists, last: Page, code: str
) -> None:
    server.pages = [page("z", cursor="first"), last]
    with pytest.raises(ContractBroken) as got:
        lists.every("appointments")
    assert got.value.code == code


def test_rows_that_were_not_asked_for_are_not_taken(server: Server, lists: Lists) -> None:
    server.pages = [page("a", "b", "stranger")]
    assert [row["id"] for row in lists.among("appointments", {"a", "b"})] == ["a", "b"]


def test_many_ids_are_asked_for_fifty_at_a_time(server: Server, lists: Lists) -> None:
    server.pages = [page()]
    assert lists.among("appointments", {str(n) for n in range(120)}) == []
    assert len(server.cursors) == 3
