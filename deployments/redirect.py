"""Waits on this machine for the browser that a login sends back, once."""

import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

from connectors.address import is_loopback
from data_contracts.errors import UserError

_DONE = b"Thank you. You can close this window.\n"


def answer_of(address: str) -> dict[str, str]:
    """What a login wrote into the address that it sent the browser to."""
    query = parse_qs(urlsplit(address.strip()).query)
    return {name: values[0] for name, values in query.items()}


def can_wait_at(url: str) -> bool:
    """Whether the browser comes back to this machine, where we can listen."""
    parts = urlsplit(url)
    return parts.scheme == "http" and is_loopback(parts.hostname) and bool(parts.port)


class Redirect:
    """Listens at `url` until the browser comes, or the time is over.

    Raises UserError where the port is taken.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._came = threading.Event()
        self._answer: dict[str, str] = {}
        try:
            self._server = HTTPServer(
                (parts.hostname or "", parts.port or 0), self._handler(parts.path)
            )
        except OSError as error:
            raise UserError(
                f"{url}: cannot listen there ({error.strerror}); stop what does, or use --paste"
            ) from None
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> Mapping[str, str]:
        """The answer. Raises UserError where none came in time."""
        if not self._came.wait(seconds):
            raise UserError("nobody came back from the login in time; run the command again")
        return self._answer

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)

    def _handler(self, path: str) -> type[BaseHTTPRequestHandler]:
        came, kept = self._came, self._answer

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                is_ours = urlsplit(self.path).path == path and not came.is_set()
                self.send_response(200 if is_ours else 404)
                self.send_header("Content-Type", "text/plain; charset=utf-8")
                self.end_headers()
                self.wfile.write(_DONE if is_ours else b"")
                if is_ours:
                    kept.update(answer_of(self.path))
                    came.set()

            def log_message(self, *args: object) -> None:
                """Silent: the address holds the code."""

        return Handler
