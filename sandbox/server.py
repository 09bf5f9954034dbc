"""Serves a sandbox on loopback: in the foreground for the command, in a thread for tests."""

import ipaddress
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from sandbox.application import build
from sandbox.moment import iso
from sandbox.settings import Settings
from sandbox.world import World


class NotLoopback(ValueError):
    """The host is not on this machine; a sandbox must not be reachable from outside."""


def bind(host: str, port: int) -> socket.socket:
    """A listening socket on a loopback address; port 0 takes a free one. Raises NotLoopback."""
    address = "127.0.0.1" if host == "localhost" else host
    try:
        inside = ipaddress.ip_address(address).is_loopback
    except ValueError:
        inside = False
    if not inside:
        raise NotLoopback(f"{host}: only loopback addresses, such as 127.0.0.1")
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    # Named as TCP, or asyncio leaves Nagle's algorithm on and every answer waits 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, port))
    return listener


def prepare(
    settings: Settings, listener: socket.socket, log_level: str
) -> tuple[World, uvicorn.Server]:
    """The world behind a socket and the server that will answer there."""
    host, port = listener.getsockname()[:2]
    named = f"[{host}]" if ":" in host else host
    world = World(settings, f"http://{named}:{port}")
    config = uvicorn.Config(
        build(world),
        log_level=log_level,
        access_log=False,
        proxy_headers=False,
        lifespan="off",
        http="h11",
        ws="none",
        timeout_graceful_shutdown=1,
    )
    return world, uvicorn.Server(config)


def ready_line(world: World) -> dict[str, str]:
    """Addresses and the simulated now."""
    return world.address() | {"now": iso(world.clinic.now)}


class Running:
    """A sandbox that answers; `world` is its inside, for tests in the same process."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.base_url, self.cliniko = world.base_url, world.address()["cliniko"]
        self.jane, self.jane_login = world.address()["jane"], world.address()["jane_login"]
        self.twilio, self.weather = world.address()["twilio"], world.address()["weather"]
        self.control, self.address = world.address()["control"], world.address()


@contextmanager
def serve(
    settings: Settings | None = None,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    log_level: str = "error",
) -> Iterator[Running]:
    """A running sandbox in a thread; it stops when the block ends."""
    listener = bind(host, port)
    world, server = prepare(settings or Settings(), listener, log_level)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            time.sleep(0.005)
        yield Running(world)
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        world.close()
        listener.close()
