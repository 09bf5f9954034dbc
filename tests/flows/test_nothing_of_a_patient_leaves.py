"""An exception that holds a patient's text leaves no trace of it in Prefect's database."""

import logging
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from prefect.logging import get_run_logger
from prefect.settings import (
    PREFECT_API_DATABASE_CONNECTION_URL,
    PREFECT_LOGGING_TO_API_ENABLED,
    temporary_settings,
)

from tasks.guard import SafeError, guarded_flow, guarded_task

MARKER = "Zyxwvut Ana"
PHONE = "+13035550177"

pytestmark = [pytest.mark.prefect, pytest.mark.slow]


class Unavailable(Exception):
    """Stands for a connector's error that may be tried again."""


@guarded_task(retries=1, retry_delay_seconds=0, retry_on=(Unavailable,))
def reading(attempts: list[int]) -> None:
    """Fails with a patient's name, once in a way that may be tried again."""
    attempts.append(1)
    if len(attempts) == 1:
        raise Unavailable(f"no answer about {MARKER}")
    raise ValueError(f"cannot parse {MARKER}, {PHONE}")


@guarded_flow
def leaky(clinic: str, how: str) -> None:
    """Fails in each way that a flow can."""
    get_run_logger().info("calling %s", PHONE)
    try:
        raise KeyError(MARKER)
    except KeyError:
        get_run_logger().exception("reading failed")
        if how == "task":
            reading([])
    raise RuntimeError(f"{MARKER} at {clinic}")


@pytest.fixture
def errors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PTCLINIC_HOME", str(tmp_path))
    return tmp_path / "errors"


@pytest.fixture
def database(prefect_server: None) -> Iterator[Path]:
    with temporary_settings({PREFECT_LOGGING_TO_API_ENABLED: True}):
        yield Path(PREFECT_API_DATABASE_CONNECTION_URL.value().partition("///")[2])


def cells(database: Path) -> Iterator[str]:
    """Every value of every column of every table, as text."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        names = connection.execute("select name from sqlite_master where type = 'table'")
        for (table,) in names.fetchall():
            for row in connection.execute(f'select * from "{table}"'):
                for value in row:
                    yield value.decode(errors="replace") if isinstance(value, bytes) else str(value)
    connection.close()


def wait_for(database: Path, text: str) -> str:
    """All cells, once one holds a text: logs and events arrive some seconds after the run."""
    for _ in range(60):
        everything = "\n".join(cells(database))
        if text in everything:
            return everything
        time.sleep(0.5)
    raise AssertionError(f"{text!r} never reached the database")


@pytest.mark.parametrize("how", ["task", "flow"])
def test_a_failing_run_leaves_a_reference_and_no_text(
    database: Path, errors: Path, how: str
) -> None:
    with pytest.raises(SafeError) as failed:
        leaky("northside", how)
    everything = wait_for(database, failed.value.ref)
    everything += wait_for(database, "calling [number]") + wait_for(database, "reading failed")
    assert MARKER not in everything
    assert "5550177" not in everything
    kept = errors / f"{failed.value.ref}.txt"
    # No clinic can be opened here, so there is no key: class and place, and nothing else.
    assert kept.read_text() == f"{failed.value}\n"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert errors.stat().st_mode & 0o777 == 0o700


def test_the_scan_would_see_what_a_parameter_lets_through(database: Path, errors: Path) -> None:
    with pytest.raises(SafeError):
        leaky("planted-where-it-must-not-be", "flow")
    assert wait_for(database, "planted-where-it-must-not-be")


def test_only_the_named_kinds_are_tried_again(prefect_server: None, errors: Path) -> None:
    attempts: list[int] = []
    with pytest.raises(SafeError) as failed:
        reading(attempts)
    assert len(attempts) == 2
    assert failed.value.is_a(ValueError)
    assert not failed.value.is_a(Unavailable)


def test_every_handler_carries_the_filter(database: Path, errors: Path) -> None:
    with pytest.raises(SafeError):
        leaky("northside", "flow")
    handlers = [
        handler
        for logger in [logging.getLogger(), *logging.Logger.manager.loggerDict.values()]
        for handler in getattr(logger, "handlers", ())
    ]
    assert handlers
    for handler in handlers:
        assert any(type(f).__name__ == "PatientTextFilter" for f in handler.filters), handler
