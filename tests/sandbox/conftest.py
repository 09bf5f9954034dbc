"""Small sandboxes on loopback, and clients that speak to them as a real one would."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from sandbox.clinic.engine import Clinic
from sandbox.server import Running, serve
from sandbox.settings import Settings
from tests.sandbox.webhook import Receiver

Walk = Callable[..., list[dict[str, Any]]]
SMALL = Settings(seed=7, patients=40, history_days=60, rate_limit=0)
EMPTY = Settings(seed=7, patients=1, history_days=1, rate_limit=0)
"""For tests that make whom they need; it starts in no time."""


@pytest.fixture
def box() -> Iterator[Running]:
    """A sandbox of its own for one test."""
    with serve(SMALL) as running:
        yield running


@pytest.fixture(scope="module")
def shared_box() -> Iterator[Running]:
    """A sandbox that its tests only read."""
    with serve(SMALL) as running:
        yield running


def cliniko_client(running: Running, **headers: str) -> httpx.Client:
    """A client with the right key and User-Agent."""
    return httpx.Client(
        base_url=running.cliniko,
        auth=("MS0xLXNhbmRib3g-au1", ""),
        headers={"User-Agent": "ptclinic (dev@example.com)"} | headers,
        trust_env=False,
    )


@pytest.fixture
def cliniko(box: Running) -> Iterator[httpx.Client]:
    """Speaks to `box` as Cliniko."""
    with cliniko_client(box) as client:
        yield client


@pytest.fixture
def reader(shared_box: Running) -> Iterator[httpx.Client]:
    """Speaks to `shared_box` as Cliniko."""
    with cliniko_client(shared_box) as client:
        yield client


@pytest.fixture
def control(box: Running) -> Iterator[httpx.Client]:
    """Speaks to the tests' own door of `box`."""
    with httpx.Client(base_url=box.control, trust_env=False, timeout=60) as client:
        yield client


@pytest.fixture
def control_door(shared_box: Running) -> Iterator[httpx.Client]:
    """Speaks to the tests' own door of `shared_box`."""
    with httpx.Client(base_url=shared_box.control, trust_env=False, timeout=60) as client:
        yield client


@pytest.fixture(scope="session")
def year() -> Clinic:
    """The default clinic with a year of history, in process."""
    return Clinic(Settings())


@pytest.fixture(scope="session")
def walk() -> Walk:
    """Walks through a list."""
    return _walk


def _walk(client: httpx.Client, plural: str, **params: Any) -> list[dict[str, Any]]:
    """Every row of a list, following `links.next` to the end."""
    rows: list[dict[str, Any]] = []
    answer = client.get(f"/{plural}", params=params).raise_for_status().json()
    while True:
        rows += answer[plural]
        if "next" not in answer["links"]:
            return rows
        answer = client.get(answer["links"]["next"]).raise_for_status().json()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    one = Receiver()
    thread = threading.Thread(target=one.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield one
    one.server.shutdown()
    thread.join()
    one.server.server_close()
