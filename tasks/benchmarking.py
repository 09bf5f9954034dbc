"""The consultant's benchmark: a clinic's share of it, one clinic after another in one file."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from data_contracts.benchmark import Percentile
from data_contracts.clinic import Clinic
from data_contracts.fleet import Fleet, Standing
from data_contracts.settings import Settings
from ledger import records, sprints
from ledger.candidates import BOOK_READ
from rules.sprint_course import course
from tasks.guard import guarded_task
from tasks.loading import warehouse
from tasks.room import Room, room
from tasks.turn import turn

if TYPE_CHECKING:
    import duckdb

    from warehouse.benchmark.refresh import Refreshed

_IDENTITY: Final = "benchmark"
"""What a clinic's own key makes of this word names it in the file, whatever its name is."""
_BROKEN_BOOK: Final = (
    "The last reading of the book broke a contract and reminders wait; see `ptclinic doctor`.",
)


def benchmark_path(settings: Settings) -> Path:
    """Where the consultant's file is; one for all clinics of this installation."""
    return settings.home / "benchmark.duckdb"


@contextmanager
def benchmark_draft(settings: Settings) -> Iterator["duckdb.DuckDBPyConnection"]:
    """A copy of the consultant's file, of which all that was taken is published in one rename.

    Whoever else would refresh the file waits to the end of the block.
    """
    from warehouse.benchmark.file import replacing

    path = benchmark_path(settings)
    with turn(path), replacing(path) as draft:
        yield draft


def refresh_benchmark(
    here: Room, now: datetime, since: date | None = None, until: date | None = None
) -> "Refreshed":
    """Take over what changed in the clinic's published warehouse, or count some days again."""
    with benchmark_draft(here.settings) as draft:
        return _take(draft, here, now, since, until)


def _take(
    draft: "duckdb.DuckDBPyConnection",
    here: Room,
    now: datetime,
    since: date | None,
    until: date | None,
) -> "Refreshed":
    """All of a clinic's share into the draft, or nothing of it where that fails."""
    from warehouse.benchmark.refresh import Member, refresh
    from warehouse.benchmark.span import Span

    member = Member(
        key=here.ledger.pseudonym(_IDENTITY),
        slug=here.clinic.slug,
        name=here.clinic.name,
        timezone=here.clinic.timezone,
        standing=standing(here),
        formerly=here.clinic.formerly,
        practice=_practice(here.clinic),
    )
    only = Span(since or date.min, until or date.max) if since or until else None
    with warehouse(here, read_only=True) as con:
        draft.begin()
        try:
            found = refresh(draft, con, member, now, only)
        except BaseException:
            draft.rollback()
            raise
        draft.commit()
        return found


def _practice(clinic: Clinic) -> str:
    """What a practice keeps whatever it is called here, and whichever ledger it began: its number.

    A hash, so that the file compares numbers and shows none.
    """
    return hashlib.sha256(f"{_IDENTITY}|{clinic.phone}".encode()).hexdigest()


@guarded_task(name="benchmark")
def into_benchmark(
    slug: str,
    now: datetime,
    since: date | None = None,
    until: date | None = None,
    draft: "duckdb.DuckDBPyConnection | None" = None,
) -> "Refreshed":
    """Bring a clinic's share up to date from its published facts: of a run's draft, or at once."""
    with room(slug) as here:
        if draft is None:
            return refresh_benchmark(here, now, since, until)
        return _take(draft, here, now, since, until)


def note_failures(
    draft: "duckdb.DuckDBPyConnection", failures: Mapping[str, str], now: datetime
) -> None:
    """Write which clinics could not be refreshed, and why, for whoever looks at the fleet."""
    from warehouse.benchmark.clinic import failed

    for slug, words in failures.items():
        failed(draft, slug, words, now)


def standing(here: Room) -> Standing:
    """How the clinic stands now: its sprint, its book, and what a person should look at."""
    with here.ledger.read() as con:
        sprint = sprints.newest(con)
        now_at = course(sprints.steps_of(con, sprint.name)) if sprint else None
        read_at = records.cursor(con, BOOK_READ)
        batch = records.last_checked(con)
    if sprint is None or now_at is None or now_at.closed_on is not None:
        sprint = now_at = None
    is_broken = batch is not None and batch.verdict == records.BROKEN
    return Standing(
        delivery=here.clinic.delivery.value,
        sprint=sprint.name if sprint else None,
        phase=now_at.phase.value if now_at else None,
        sprint_began_on=sprint.started_on if sprint else None,
        book_read_at=datetime.fromisoformat(read_at) if read_at else None,
        problems=_BROKEN_BOOK if is_broken else (),
    )


def percentile_of(here: Room, metric: str, since: date, until: date) -> Percentile:
    """The clinic's place among the consultant's clinics of like size."""
    from warehouse.benchmark.peers import percentile

    return percentile(benchmark_path(here.settings), here.clinic.slug, metric, since, until)


def fleet_of(settings: Settings, now: datetime, names: Mapping[str, str]) -> Fleet:
    """All clinics side by side, by what each told at its last refresh."""
    from warehouse.benchmark.fleet import fleet

    return fleet(benchmark_path(settings), now, names)
