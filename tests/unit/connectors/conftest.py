"""What tests of the connectors share."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from connectors.http import VendorClient
from tests.unit.connectors.odd_vendor import Connect, Vendor, running_vendor


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    """A vendor that answers as told."""
    with running_vendor() as one:
        yield one


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Makes clients that note their waits in `slept` instead of waiting; closes them."""
    with ExitStack() as stack:

        def make(address: str, slept: list[float] | None = None, **other: Any) -> VendorClient:
            waits: list[float] = [] if slept is None else slept
            given: dict[str, Any] = {"requests_per_minute": 6000, "timeout": 0.3} | other
            made = VendorClient("acme", address, sandbox=True, sleep=waits.append, **given)
            stack.callback(made.close)
            return made

        yield make
