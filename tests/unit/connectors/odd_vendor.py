"""A vendor that answers as told, over a real socket."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from connectors.http import VendorClient

Answer = Callable[[BaseHTTPRequestHandler], None]
Connect = Callable[..., VendorClient]


def reply(status: int, body: bytes = b"{}", **headers: str) -> Answer:
    """An answer with a status, a body and headers (`_` for `-`)."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


@dataclass
class Vendor:
    """What to answer next (the last answer stays) and what was asked."""

    base_url: str = ""
    answers: list[Answer] = field(default_factory=list)
    seen: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)


@contextmanager
def running_vendor() -> Iterator[Vendor]:
    """A vendor on loopback."""
    state = Vendor()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 65536  # head and body in one packet: no 40 ms wait for an acknowledgement

        def _any(self) -> None:
            state.bodies.append(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
            state.seen.append((self.command, self.path, dict(self.headers)))
            state.answers[min(len(state.seen), len(state.answers)) - 1](self)

        do_GET = do_POST = do_PATCH = _any

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
