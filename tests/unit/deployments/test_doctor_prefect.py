"""Prefect's API is on this machine alone, or asks for a password: anything else is told."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from data_contracts.settings import Settings
from deployments.doctor.check import Case, Check
from deployments.doctor.prefect_api import examine
from tests.cast import NOW, NOWHERE, clinic


@contextmanager
def server(host: str, status: int) -> Iterator[int]:
    class Api(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None: ...

    with HTTPServer((host, 0), Api) as made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield made.server_port
        made.shutdown()


def look(url: str | None) -> Check:
    from prefect.settings import PREFECT_API_URL, temporary_settings

    with temporary_settings({PREFECT_API_URL: url}):
        (found,) = examine(Case(clinic(), Settings(), NOW))
    return found


@pytest.mark.parametrize(
    ("host", "status", "is_well"),
    [("127.0.0.1", 200, True), ("127.0.0.1", 401, True), ("", 401, True), ("", 200, False)],
)
def test_an_api_that_listens_to_all_needs_a_password(host, status, is_well):
    with server(host, status) as port:
        found = look(f"http://127.0.0.1:{port}/api")
    assert found.is_well is is_well
    assert ("--host 127.0.0.1" in found.advice) is not is_well


def test_another_machine_is_reached_by_https_alone():
    found = look("http://prefect.example.com/api")
    assert not found.is_well
    assert "in clear" in found.advice


def test_a_server_that_is_not_up_or_not_named_is_no_fault():
    for url, words in ((f"{NOWHERE}/api", "start the server"), (None, "PREFECT_API_URL")):
        found = look(url)
        assert found.is_well
        assert words in found.advice
