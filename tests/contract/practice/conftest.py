"""Two counterparts of the connector: the sandbox, and a server with other habits."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from connectors.practice.cliniko import Cliniko
from connectors.practice.jane import Jane
from ledger.store import Ledger
from tests.contract.practice.jane_stage import Stage, staged
from tests.contract.practice.other_server import OtherServer, running_other_server
from tests.sandbox_process import sandbox_process

NOW = datetime(2026, 1, 5, 16, tzinfo=UTC)
Connect = Callable[..., Cliniko]


@pytest.fixture(scope="session")
def box() -> Iterator[dict[str, str]]:
    """A small sandbox in a process of its own; its addresses by name."""
    options = ("--patients", "20", "--history-days", "60", "--rate-limit", "100000")
    with sandbox_process(*options) as addresses:
        yield addresses


@pytest.fixture
def act(box: dict[str, str]) -> Callable[..., dict[str, Any]]:
    """Does something in the sandbox behind the connector's back."""

    def post(path: str, **body: Any) -> dict[str, Any]:
        answer = httpx.post(f"{box['control']}/{path}", json=body, trust_env=False)
        told: dict[str, Any] = answer.raise_for_status().json()
        return told

    return post


@pytest.fixture
def strike(box: dict[str, str]) -> Iterator[Callable[..., None]]:
    """Gives the sandbox one fault; takes all back afterwards."""
    address = f"{box['control']}/faults"

    def give(**fault: Any) -> None:
        httpx.post(address, json=[fault], trust_env=False).raise_for_status()

    yield give
    httpx.delete(address, trust_env=False).raise_for_status()


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Makes connectors to an address on loopback; closes them."""
    with ExitStack() as stack:

        def make(base_url: str, api_key: str = "MS0xLXNhbmRib3g-au1", **other: Any) -> Cliniko:
            given: dict[str, Any] = {"requests_per_minute": 60_000, "timeout": 5.0} | other
            made = Cliniko(api_key, "ops@example.com", base_url, sandbox=True, **given)
            stack.callback(made.close)
            return made

        yield make


@pytest.fixture
def system(box: dict[str, str], connect: Connect) -> Cliniko:
    """The connector on the sandbox."""
    return connect(box["cliniko"])


@pytest.fixture
def other() -> Iterator[OtherServer]:
    """A server that follows the same document with other habits."""
    with running_other_server() as server:
        yield server


@pytest.fixture(scope="session")
def running_stage() -> Iterator[Stage]:
    """One sandbox for all that only read Jane, or mend what they did."""
    with staged() as stage:
        yield stage


@pytest.fixture
def stage(running_stage: Stage) -> Iterator[Stage]:
    """Jane in the sandbox, without faults before and after."""
    running_stage.heal()
    yield running_stage
    running_stage.heal()
    running_stage.release()


@pytest.fixture
def jane(stage: Stage, ledger: Ledger) -> Jane:
    """The connector of a clinic that has agreed."""
    stage.connect(ledger)
    return stage.system(ledger)
