"""Bring in the book of visits: fetch, check, keep what is sound, quarantine what is not."""

from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, select

from connectors.errors import Unavailable
from data_contracts.law import majority
from data_contracts.message import Channel
from data_contracts.visit import BookChange, Patient, Visit, VisitState
from ledger import book, people, records
from ledger.candidates import BOOK_READ
from ledger.schema import batches, patients
from ledger.store import Ledger, new_id, pairs
from rules.book import changes, version_changes
from rules.consent import preferred_channels
from rules.minority import adult_from
from rules.zones import home_zones, patient_zones
from tasks.feed import tell
from tasks.guard import guarded_task
from tasks.room import Room, room

if TYPE_CHECKING:
    from connectors.practice.base import Snapshot
    from data_contracts.tables.verdict import BatchBaseline, BatchVerdict

_RECONCILE_AHEAD = timedelta(days=60)
_WATERMARK = "book"
_Change = tuple[str, int, BookChange]
_LEAST_ROWS_TO_CHECK = 20


@dataclass(frozen=True)
class Synced:
    """Counts of one reading of the book; nothing in it is about one patient."""

    visits: int
    patients: int
    rejected: int
    changes: int
    verdict: str
    problems: tuple[str, ...]
    table: tuple[dict[str, Any], ...] = ()
    words: str = ""
    changed: Mapping[BookChange, list[str]] = field(default_factory=dict)

    def counts(self) -> dict[str, int]:
        """The numbers alone, for a run's result."""
        return {
            "visits": self.visits,
            "patients": self.patients,
            "rejected": self.rejected,
            "changes": self.changes,
            "broken": int(self.verdict == "broken"),
        }


@guarded_task(name="sync-book", retries=1, retry_delay_seconds=5, retry_on=(Unavailable,))
def sync_book(slug: str, now: datetime, *, full: bool = False) -> Synced:
    """Read what changed since last time, or everything ahead when `full`, into the ledger."""
    with room(slug) as here:
        return read_book(here, now, full=full)


def read_book(here: Room, now: datetime, *, full: bool = False) -> Synced:
    """The same in a room that is open."""
    from tasks.wiring import practice_system

    with here.ledger.read() as con:
        watermark = records.cursor(con, _WATERMARK)
    with closing(practice_system(here.clinic, here.settings)) as practice:
        snapshot = practice.fetch(watermark, now, _RECONCILE_AHEAD if full else None)
    return _told(here, keep_snapshot(here, snapshot, now))


def keep_announced(here: Room, visit_ids: set[str], now: datetime) -> Synced:
    """Read the visits that the practice system announced, as they stand now, and keep them.

    What an announcement says is never taken for true; in whatever order and however often several
    come, the book is what counts. Raises NotSupported where the system announces nothing.
    """
    from tasks.wiring import announcing

    with closing(announcing(here.clinic, here.settings)) as practice:
        snapshot = practice.announced(visit_ids, now)
    return _told(here, keep_snapshot(here, snapshot, now, is_reading=False))


def _told(here: Room, synced: Synced) -> Synced:
    """What is kept is told: whoever watches, and flows that follow. One event a kind of change."""
    for kind, ids in synced.changed.items():
        tell(here.clinic.slug, f"visits.{kind.value}", ids)
    return synced


def keep_snapshot(
    here: Room,
    snapshot: "Snapshot",
    now: datetime,
    source: str | None = None,
    *,
    is_reading: bool = True,
) -> Synced:
    """Check a snapshot and write it with its batch row, all or nothing, in one transaction.

    `source` names a batch of history. Without `is_reading` it is a part of the book that somebody
    pointed at. Of neither the book's watermark and age know anything.
    """
    is_reading = is_reading and source is None
    verdict = _check(here, snapshot, now)
    is_broken = verdict is not None and verdict.is_broken
    found_so = _verdict(verdict)
    problems = verdict.problems if verdict else ()
    with here.ledger.write() as con:
        batch_id = new_id()
        found: list[_Change] = []
        if not is_broken:
            found = _write(here, con, snapshot, now, is_import=source is not None)
        if not is_broken and is_reading:
            records.set_cursor(con, _WATERMARK, snapshot.watermark, now)
        if not is_broken and is_reading and snapshot.complete:
            records.set_cursor(con, BOOK_READ, now.isoformat(), now)
        names = tuple(sorted({problem.contract for problem in problems}))
        records.add_quarantine(here.ledger, con, batch_id, _bad_rows(snapshot), now)
        records.add_batch(
            con,
            batch_id=batch_id,
            source=source or here.clinic.practice.system,
            fetched_at=now,
            visits=len(snapshot.visits),
            patients=len(snapshot.patients),
            rejected=len(snapshot.rejected),
            changes=len(found),
            is_complete=snapshot.reconciled is not None,
            verdict=found_so,
            problems=names,
        )
    return Synced(
        visits=len(snapshot.visits),
        patients=len(snapshot.patients),
        rejected=len(snapshot.rejected),
        changes=len(found),
        verdict=found_so,
        problems=names,
        table=tuple(verdict.table()) if verdict else (),
        words=verdict.words() if verdict else "",
        changed=_by_kind(found),
    )


def _by_kind(found: "list[_Change]") -> dict[BookChange, list[str]]:
    return {
        kind: [visit_id for visit_id, _, change in found if change is kind]
        for kind in dict.fromkeys(change for _, _, change in found)
    }


def _verdict(verdict: "BatchVerdict | None") -> str:
    if verdict is None:
        return records.UNCHECKED
    return records.BROKEN if verdict.is_broken else records.ACCEPTED


def _bad_rows(snapshot: "Snapshot") -> Iterable[tuple[str, str, str, bytes]]:
    for row in snapshot.rejected:
        yield row.resource, str(row.source_id or "row"), row.reason_code, row.payload


def _check(here: Room, snapshot: "Snapshot", now: datetime) -> "BatchVerdict | None":
    # A few changed rows have no usual volume and no distribution: each was checked by itself.
    if len(snapshot.visits) + len(snapshot.rejected) < _LEAST_ROWS_TO_CHECK:
        return None
    from data_contracts.tables.check import check_batch
    from tasks.batch_frame import visit_frame

    return check_batch(visit_frame(here.ledger, snapshot), _baseline(here, snapshot), now)


def _baseline(here: Room, snapshot: "Snapshot") -> "BatchBaseline | None":
    from data_contracts.tables.verdict import BatchBaseline

    if snapshot.reconciled is None:
        return None
    query = select(batches.c.visits, batches.c.fetched_at).where(
        batches.c.verdict != records.BROKEN, batches.c.is_complete.is_(True)
    )
    with here.ledger.read() as con:
        good = list(con.execute(query.order_by(batches.c.fetched_at.desc()).limit(20)))
    if not good:
        return None
    return BatchBaseline(rows=tuple(row.visits for row in good), last_good_at=good[0].fetched_at)


def _write(
    here: Room, con: Connection, snapshot: "Snapshot", now: datetime, *, is_import: bool
) -> list[_Change]:
    erased = people.erased_sources(con)
    everyone = [one for one in snapshot.patients if one.source_id not in erased]
    booked = [visit for visit in snapshot.visits if visit.patient_source_id not in erased]
    _write_people(here, con, everyone, now)
    book.upsert_staff(con, snapshot.practitioners, snapshot.locations)
    named = {visit.patient_source_id for visit in booked}
    people.add_placeholders(here.ledger, con, named, now)
    known = book.states(con, [visit.source_id for visit in booked])
    # The first reading is history, and so is what an import brings: it has not just happened.
    is_first = records.last_batch(con) is None
    rows = [
        (visit, known.get(visit.source_id), _version(known.get(visit.source_id), visit))
        for visit in booked
        if not _is_older(visit, known.get(visit.source_id))
    ]
    ids = book.write_visits(con, rows, now)
    found = [
        (ids[visit.source_id], version, change)
        for visit, old, version in rows
        for change in changes(old, visit)
        if not is_first and not (is_import and old is None)
    ]
    found += _gone(con, snapshot, now)
    book.add_changes(con, found, now)
    return found


def keep_visit(here: Room, con: Connection, visit: Visit, now: datetime) -> tuple[str, int]:
    """Keep one visit as the practice system shows it after a change of ours; its id and version.

    What an earlier reading knew newer stays.
    """
    old = book.states(con, [visit.source_id]).get(visit.source_id)
    if old is not None and _is_older(visit, old):
        return old.visit_id, old.version
    version = _version(old, visit)
    people.add_placeholders(here.ledger, con, {visit.patient_source_id}, now)
    own_id = book.write_visits(con, [(visit, old, version)], now)[visit.source_id]
    book.add_changes(con, [(own_id, version, one) for one in changes(old, visit)], now)
    return own_id, version


def _is_older(visit: Visit, old: VisitState | None) -> bool:
    # Overlapping readings show a row again, sometimes as it was before.
    return old is not None and visit.updated_at < old.updated_at


def _version(old: VisitState | None, visit: Visit) -> int:
    if old is None:
        return 1
    return old.version + version_changes(old, visit)


def _gone(
    con: Connection, snapshot: "Snapshot", now: datetime
) -> list[tuple[str, int, BookChange]]:
    """Visits that a full reading of a period no longer shows were deleted at the source.

    So were those that were asked for and are not there.
    """
    gone = {
        source_id: state
        for source_id, state in book.states(con, list(snapshot.gone)).items()
        if state.status.is_expected
    }
    if snapshot.reconciled is not None:
        first, last = snapshot.reconciled
        seen = {visit.source_id for visit in snapshot.visits}
        gone |= {
            source_id: state
            for source_id, state in book.states(con).items()
            if source_id not in seen
            and state.status.is_expected
            and first <= state.starts_at < last
        }
    book.mark_deleted(con, gone, now)
    return [(state.visit_id, state.version, BookChange.DELETED) for state in gone.values()]


def _write_people(here: Room, con: Connection, found: Iterable[Patient], now: datetime) -> None:
    everyone = list(found)
    minors = _minors(here, everyone, now)
    if here.clinic.minors == "record":
        everyone = [_by_record(one) if one.source_id in minors else one for one in everyone]
    zones = [
        (one, patient_zones(_home(here, one), one.mobile, one.responsible_mobile))
        for one in everyone
    ]
    people.upsert_patients(here.ledger, con, zones, minors)
    if here.clinic.consent == "practice_system":
        _follow_preferences(here.ledger, con, everyone, now)


def _home(here: Room, one: Patient) -> tuple[str, ...]:
    clinic = here.clinic
    return home_zones(one.timezone, one.state, clinic.timezone, clinic.address.state)


def _by_record(minor: Patient) -> Patient:
    """A minor whose own record holds the responsible party's number and address."""
    return minor.model_copy(
        update={
            "responsible_mobile": minor.responsible_mobile or minor.mobile,
            "responsible_email": minor.responsible_email or minor.email,
        }
    )


def _minors(here: Room, everyone: list[Patient], now: datetime) -> dict[str, datetime]:
    clinic, law = here.clinic, majority()
    of_age = {
        one.source_id: adult_from(one, clinic.address.state, clinic.zone, law) for one in everyone
    }
    # Of an adult nothing is kept: the day would give the birth date away.
    return {name: moment for name, moment in of_age.items() if moment is not None and moment > now}


def _follow_preferences(
    ledger: Ledger, con: Connection, everyone: list[Patient], now: datetime
) -> None:
    ids = pairs(con.execute(select(patients.c.source_id, patients.c.patient_id)))
    wanted: dict[str, dict[Channel, bool]] = {
        ids[one.source_id]: preferred_channels(one) for one in everyone
    }
    people.follow_preferences(ledger, con, wanted, now)


def visit_count(here: Room) -> int:
    """How many visits the ledger knows."""
    from ledger.schema import visits

    with here.ledger.read() as con:
        return con.execute(select(func.count()).select_from(visits)).scalar_one()
