"""What tests of faults share: how long they loop, sandboxes of their own, clinics on a stage."""

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count as count_from
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url, text

from sandbox.settings import Settings
from tests.cast import NOW
from tests.conftest import Sandbox
from tests.faults.carrier import carrier_process
from tests.faults.stage import Stage


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--long-faults`: twenty kills a point instead of two (`make faults`)."""
    parser.addoption("--long-faults", action="store_true", default=False, dest="long_faults")


_TOLD = pytest.StashKey[list[str]]()


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Counts for the end of the run, where a reader sees them without asking for output."""
    lines: list[str] = request.config.stash.setdefault(_TOLD, [])
    return lines.append


def pytest_sessionfinish(session: pytest.Session) -> None:
    """One of several processes hands its counts to the one that ends the run."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["told"] = session.config.stash.get(_TOLD, [])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Counts of a process that is done."""
    told = getattr(node, "workeroutput", {}).get("told", [])
    node.config.stash.setdefault(_TOLD, []).extend(told)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the loops counted."""
    for line in terminalreporter.config.stash.get(_TOLD, []):
        terminalreporter.write_line(line)


_KILLS = re.compile(r"(\d+) kills at (\d+) points: (\d+) duplicates, (\d+) losses")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Of the long loops the kills are the last word, after the runner's own: all of them."""
    lines = config.stash.get(_TOLD, [])
    found = [[int(one) for one in hit.groups()] for line in lines if (hit := _KILLS.search(line))]
    is_last = not hasattr(config, "workeroutput")
    if found and is_last and config.getoption("long_faults", default=False):
        kills, points, duplicates, losses = zip(*found, strict=True)
        told = f"{sum(duplicates)} duplicates, {sum(losses)} losses"
        print(f"{sum(kills)} kills at {max(points)} points: {told}")  # noqa: T201


@pytest.fixture
def is_long(request: pytest.FixtureRequest) -> bool:
    """Whether the long loops are asked for."""
    # A run of the whole suite reads this file too late for the option to exist.
    return bool(request.config.getoption("long_faults", default=False))


@contextmanager
def sandbox_with(lag_seconds: float, patients: int = 4) -> Iterator[Sandbox]:
    """A carrier whose list shows a text only so many real seconds after it took it."""
    settings = Settings(patients=patients, history_days=10, rate_limit=0, lag_seconds=lag_seconds)
    with carrier_process(settings) as addresses:
        sandbox = Sandbox(addresses)
        sandbox.ask("clock", now=NOW.isoformat())
        yield sandbox
        sandbox.close()


@pytest.fixture(scope="module")
def carrier_of_a_book() -> Iterator[Sandbox]:
    """A simulated clinic with many visits, and a carrier whose list lags a second."""
    with sandbox_with(1.0, patients=200) as sandbox:
        yield sandbox


@pytest.fixture
def carrier_with() -> Iterator[Callable[[float], Sandbox]]:
    """Makes carriers by the lag of their list, in seconds."""
    with ExitStack() as stack:
        yield lambda lag=0.0: stack.enter_context(sandbox_with(lag))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """On both engines in the long form; in the short one PostgreSQL has the marked tests alone."""
    if "engine" in metafunc.fixturenames:
        marked = metafunc.definition.get_closest_marker
        is_long = metafunc.config.getoption("long_faults", default=False)
        is_both = marked("both_engines") or (is_long and not marked("file_only"))
        engines = ["sqlite", "postgres"] if is_both else ["sqlite"]
        engines = ["postgres"] if marked("postgres_only") else engines
        metafunc.parametrize("engine", engines, indirect=True)


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> Callable[[], str | None]:
    """Makes the URL of an empty ledger; None for a file."""
    if request.param == "sqlite":
        return lambda: None
    server = make_url(request.getfixturevalue("postgres_url"))

    def make() -> str:
        name = f"faults_{uuid.uuid4().hex[:12]}"
        door = create_engine(server, isolation_level="AUTOCOMMIT")
        with door.connect() as con:
            con.execute(text(f"create database {name}"))
        door.dispose()
        return server.set(database=name).render_as_string(hide_password=False)

    return make


@pytest.fixture
def stage(
    tmp_path: Path,
    carrier_with: Callable[[float], Sandbox],
    engine: Callable[[], str | None],
) -> Iterator[Callable[..., Any]]:
    """Makes a clinic with so many due reminders, on a carrier of its own unless one is given."""
    turns = count_from(1)
    with ExitStack() as stack:

        def make(count: int = 20, sandbox: Sandbox | None = None, first: int = 0) -> Stage:
            home, carrier = tmp_path / f"var-{next(turns)}", sandbox or carrier_with(0.0)
            made = Stage(home, carrier, count, first, engine())
            stack.callback(made.close)
            return made

        yield make
