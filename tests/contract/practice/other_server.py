"""A server written from Cliniko's OpenAPI document alone, with habits unlike the sandbox's.

Ids are numbers, pages hold ten rows at most, links name a host that is not ours, nothing is
counted, and filters and order are ignored, all as the document allows.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

ELSEWHERE = "https://api.uk9.cliniko.com/v1"
Row = dict[str, Any]


def link(path: str) -> Row:
    """A link object to a host that is not this one."""
    return {"links": {"self": f"{ELSEWHERE}/{path}"}}


def appointment(number: int, **other: Any) -> Row:
    """An IndividualAppointment with the least that the document promises."""
    return {
        "id": number,
        "starts_at": "2026-01-06T16:00:00Z",
        "ends_at": "2026-01-06T16:45:00Z",
        "created_at": "2025-12-20T10:00:00Z",
        "updated_at": "2025-12-20T10:00:00Z",
        "appointment_type": link("appointment_types/7"),
        "business": link("businesses/1"),
        "practitioner": link("practitioners/2"),
        "patient": link("patients/31"),
    } | other


def attendee(number: int, visit: int, **other: Any) -> Row:
    """An Attendee of a visit."""
    return {
        "id": number,
        "arrived": None,
        "updated_at": "2025-12-20T10:00:00Z",
        "booking": link(f"bookings/{visit}"),
        "patient": link("patients/31"),
    } | other


@dataclass
class OtherServer:
    """Rows by resource, and a few habits that tests may change."""

    base_url: str = ""
    page_size: int = 10
    total_entries: int | None = None
    repeats: bool = False
    rows: dict[str, list[Any]] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)

    def answer(self, path: str) -> tuple[int, Row]:
        """Status and body for a path below the root."""
        parts = urlsplit(path)
        name = parts.path.removeprefix("/").removeprefix("v1/")
        found = self.rows.get(name)
        if found is None:
            return 404, {"message": "Not Found"}
        given = parse_qs(parts.query)
        number = int(given.get("page", ["1"])[0])
        size = min(int(given.get("per_page", ["50"])[0]), self.page_size)
        start = 0 if self.repeats else (number - 1) * size
        body: Row = {name.partition("/")[0]: found[start : start + size], "links": {}}
        if start + size < len(found):
            body["links"]["next"] = f"{ELSEWHERE}/{name}?page={number + 1}&per_page={size}"
        if self.total_entries is not None:
            body["total_entries"] = self.total_entries
        return 200, body


@contextmanager
def running_other_server() -> Iterator[OtherServer]:
    """The server on loopback, with one of everything."""
    state = OtherServer()
    named = {"created_at": "2020-01-01T00:00:00Z", "updated_at": "2020-01-01T00:00:00Z"}
    person = {"id": 31, "first_name": "Ana", "last_name": "Example", **named}
    state.rows = {
        "appointment_types": [{"id": 7, "name": "Follow-up", **named}],
        "businesses": [{"id": 1, "business_name": "Northside", "country_code": "US", **named}],
        "practitioners": [{"id": 2, "display_name": "Caro", **named}],
        "practitioners/inactive": [],
        "patients": [person],
        "individual_appointments": [appointment(500 + n) for n in range(25)],
        "attendees": [attendee(900 + n, 500 + n) for n in range(25)],
    }

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 65536  # head and body in one packet: no 40 ms wait for an acknowledgement

        def do_GET(self) -> None:
            state.asked.append((self.command, self.path, dict(self.headers)))
            status, body = state.answer(self.path)
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, _: str, *args: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    state.base_url = f"http://127.0.0.1:{server.server_port}/v1"
    yield state
    server.shutdown()
    thread.join()
    server.server_close()
