"""A real receiver on loopback, and what it wrote down."""

import dataclasses
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import uvicorn

from data_contracts.inbound import InboundEvent
from portal.app import create_app
from portal.inbound import ClinicReceiver
from portal.waking import Wake

TOKEN = "sandbox-token"


@dataclass
class Inbox:
    """Keeps one event per dedupe key, as the ledger's does."""

    events: dict[str, InboundEvent] = field(default_factory=dict)
    is_broken: bool = False

    def __call__(self, event: InboundEvent) -> None:
        if self.is_broken:
            raise OSError("disk full while writing 'my knee hurts'")
        self.events.setdefault(event.dedupe_key, event)

    def wait_for(self, count: int, seconds: float = 10.0) -> list[InboundEvent]:
        """The events, once there are that many."""
        until = time.monotonic() + seconds
        while len(self.events) < count and time.monotonic() < until:
            time.sleep(0.01)
        assert len(self.events) >= count, f"only {len(self.events)} of {count} events came"
        return list(self.events.values())


@dataclass
class Receiver:
    """The address of the running receiver, its clinic and its inbox."""

    url: str
    clinic: ClinicReceiver
    inbox: Inbox

    @property
    def callback_url(self) -> str:
        return f"{self.url}/twilio/northside"


def listening() -> tuple[socket.socket, str]:
    """A free port for a receiver, and its address."""
    # With protocol 0 asyncio would leave Nagle on: 40 ms for every answer.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    return listener, f"http://127.0.0.1:{listener.getsockname()[1]}"


@contextmanager
def receiving(
    wake: Wake | None = None,
    at: tuple[socket.socket, str] | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    **facts: Any,
) -> Iterator[Receiver]:
    """Serve the receiver for northside on a free port; `facts` change its clinic."""
    listener, url = at or listening()
    inbox = Inbox()
    clinic = ClinicReceiver(
        "northside", "Northside Physical Therapy", "+13035550100", url, TOKEN, inbox
    )
    clinic = dataclasses.replace(clinic, **facts)
    settings = uvicorn.Config(
        create_app({"northside": clinic}, clock, wake),
        log_level="error",
        lifespan="on",
        ws="none",
        http="h11",
    )
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        while not server.started and thread.is_alive():
            time.sleep(0.005)
        yield Receiver(url, clinic, inbox)
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listener.close()
