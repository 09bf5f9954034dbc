"""One Prefect server for the session: on loopback, with its own throw-away database."""

import uuid
from collections.abc import Iterator

import pytest
from prefect.events.worker import EventsWorker
from prefect.settings import (
    PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
    PREFECT_LOGGING_TO_API_ENABLED,
    temporary_settings,
)
from prefect.testing.utilities import prefect_test_harness
from sqlalchemy import create_engine, make_url, text


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The life of a question and of a claim: on PostgreSQL, too, in the long form."""
    if "ledger_url" in metafunc.fixturenames:
        is_long = metafunc.config.getoption("long_faults", default=False)
        engines = ["sqlite", "postgres"] if is_long else ["sqlite"]
        metafunc.parametrize("ledger_url", engines, indirect=True)


@pytest.fixture
def ledger_url(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str | None:
    """Where every flow and command keeps the ledger: an empty database; None for a file."""
    if request.param == "sqlite":
        return None
    server = make_url(request.getfixturevalue("postgres_url"))
    name = f"flows_{uuid.uuid4().hex[:12]}"
    door = create_engine(server, isolation_level="AUTOCOMMIT")
    with door.connect() as con:
        con.execute(text(f"create database {name}"))
    door.dispose()
    url = server.set(database=name).render_as_string(hide_password=False)
    monkeypatch.setenv("PTCLINIC_LEDGER_URL", url)
    return url


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[None]:
    """A server for flow tests; without heartbeats, which make every sync flow wait a second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
        patch.setenv("DO_NOT_TRACK", "1")
        with (
            prefect_test_harness(server_startup_timeout=120),
            temporary_settings(
                {PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None, PREFECT_LOGGING_TO_API_ENABLED: False}
            ),
        ):
            yield


@pytest.fixture
def prefect_events(prefect_server: None) -> None:
    """A carrier of events of this test's own: the process's may hold an earlier test's client."""
    EventsWorker.drain_all(timeout=60)
