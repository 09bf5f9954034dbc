"""Northside's ledger on both engines: a SQLCipher file, and a real PostgreSQL."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ledger.keys import create_master_key
from ledger.store import Ledger, open_ledger
from tests.unit.ledger.filled import Filled, fill


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger on one engine; on PostgreSQL in a schema of its own."""
    slug = f"north-{uuid.uuid4().hex[:12]}"
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else None
    create_master_key(tmp_path / "var" / slug / "master.key")
    opened = open_ledger(tmp_path / "var", slug, url=url)
    yield opened
    opened.close()


@pytest.fixture
def filled(store: Ledger) -> Callable[[int], Filled]:
    """Fills the ledger with people who each have one message due."""
    return lambda count=1: fill(store, count)
