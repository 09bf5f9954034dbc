"""A wire to the carrier that can be cut after a request arrived and before its answer is read."""

import socket
from collections.abc import Callable
from threading import Event, Thread
from urllib.parse import urlsplit


class Wire:
    """Relays bytes both ways; tells of each request and of each answer before handing it on."""

    def __init__(self, to: str, reach: Callable[[str], None], port: int = 0) -> None:
        there = urlsplit(to)
        self._there, self._reach = (there.hostname, there.port), reach
        self._listener = socket.create_server(("127.0.0.1", port))
        host, port = self._listener.getsockname()
        self.address = f"http://{host}:{port}{there.path}"
        Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            near, _ = self._listener.accept()
            far = socket.create_connection(self._there)
            asked = Event()
            Thread(target=self._ask, args=(near, far, asked), daemon=True).start()
            Thread(target=self._answer, args=(near, far, asked), daemon=True).start()

    def _ask(self, near: socket.socket, far: socket.socket, asked: Event) -> None:
        while data := near.recv(65536):
            asked.set()
            self._reach("before_request")
            far.sendall(data)
        far.close()

    def _answer(self, near: socket.socket, far: socket.socket, asked: Event) -> None:
        # The first byte of an answer proves that the carrier has done what was asked.
        while data := far.recv(65536):
            if asked.is_set():
                asked.clear()
                self._reach("after_request")
            near.sendall(data)
        near.close()
