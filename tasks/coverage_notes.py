"""Note in the practice system what a payer said of a visit, where it takes notes; each once.

A memo is added and changes nothing that a person wrote. It is said in its row before it leaves, and
where its answer is lost it is looked for before it is written again.
"""

import logging
from collections import Counter
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from data_contracts.clinic import Delivery
from data_contracts.deed import Act, Deed
from data_contracts.verification import Errand, ErrandKind
from ledger.audit import record
from ledger.coverages import NOTE_LEASE, history, opened, settle_note, take_note, to_be_noted
from ledger.schema import patients, visits
from ledger.schema_insurance import coverages, policies
from ledger.store import batched
from rules.coverage_change import changes
from rules.coverage_note import note
from tasks.covering import estimate_of
from tasks.guard import guarded_task
from tasks.insurance_errands import tell_of_patient
from tasks.room import Room, room

if TYPE_CHECKING:
    from connectors.practice.base import PracticeSystem

log = logging.getLogger(__name__)

_MOST_TRIES = 5
_A_RUN = 500
_TOGETHER = 8
"""Notes that one worker holds at a time: as many as are written well within a lease."""
_NOT_NOTED = Errand(ErrandKind.CHECK, "note_not_written")


@guarded_task(name="note-coverage")
def note_coverage(slug: str, now: datetime) -> dict[str, int]:
    """Write what is due to be noted; returns counts by what became of it."""
    with room(slug) as here:
        return dict(write_notes(here, now))


def write_notes(here: Room, now: datetime) -> Counter[str]:
    """The same in a room that is open."""
    from tasks.wiring import practice_system

    counts: Counter[str] = Counter()
    due = [] if here.clinic.delivery is Delivery.OFF else _due(here)
    if not due:
        return counts
    with closing(practice_system(here.clinic, here.settings)) as practice:
        for group in batched(due, _TOGETHER):
            if here.is_edited:
                break
            counts += _Notes(here, group, now).write(practice)
    return counts


def _due(here: Room) -> list[Any]:
    query = (
        select(
            coverages,
            patients.c.source_id.label("source_patient"),
            policies.c.payer,
            visits.c.starts_at,
        )
        .select_from(coverages)
        .join(patients, patients.c.patient_id == coverages.c.patient_id)
        .join(visits, visits.c.visit_id == coverages.c.visit_id)
        .outerjoin(policies, policies.c.policy_id == coverages.c.policy_id)
        .where(to_be_noted(here.ledger.clock()), patients.c.erased_at.is_(None))
        .order_by(coverages.c.summed_at)
        .limit(_A_RUN)
    )
    with here.ledger.read() as con:
        return list(con.execute(query))


class _Notes:
    """Some notes on their way: one transaction says that they leave, one what became of them."""

    def __init__(self, here: Room, rows: list[Any], now: datetime) -> None:
        self._here, self._rows, self._now = here, rows, now
        self._wall = here.ledger.clock()

    def write(self, practice: "PracticeSystem") -> Counter[str]:
        """Look, write, and count what became of them."""
        begun, told = self._begin(), list[tuple[Any, str | None]]()
        try:
            for row, before in begun:
                told.append((row, self._written(practice, row, before)))
        finally:
            counts = self._end(told)
        counts["elsewhere"] += len(self._rows) - len(begun)
        return +counts

    def _begin(self) -> list[tuple[Any, list[Any]]]:
        """Say that they leave; those that no other worker has, with what earlier checks said."""
        ledger, acts, found = self._here.ledger, [], []
        with ledger.write() as con:
            for row in self._rows:
                if take_note(con, row, self._wall):
                    found.append(row)
                    acts += [
                        Act(
                            Deed.COVERAGE_READ, row.patient_id, "to note it in the practice system"
                        ),
                        Act(Deed.COVERAGE_NOTED, row.visit_id, "by memo"),
                    ]
            record(ledger, con, acts)
            before = history(con, [row.visit_id for row in found])
        return [(row, before[row.visit_id]) for row in found]

    def _words(self, row: Any, before: list[Any]) -> str | None:
        ledger, clinic = self._here.ledger, self._here.clinic
        summary = opened(ledger, row)
        if summary is None:
            return None
        last = next((one for one in before if one.asked_at < row.asked_at), None)
        changed = changes(opened(ledger, last) if last else None, summary)
        asked_on = row.asked_at.astimezone(clinic.zone).date()
        price = estimate_of(clinic, summary)
        return note(summary, row.payer or "", price, changed, asked_on, _reference(row))

    def _written(self, practice: "PracticeSystem", row: Any, before: list[Any]) -> str | None:
        """What became of one; None where it is another's by now."""
        from connectors.errors import ConnectorError, NotSupported, Unavailable, Unconfirmed

        was: str = row.note_status
        text = self._words(row, before)
        if text is None:
            return None
        if self._here.is_edited:
            return was  # what the file says now is the next run's to read
        try:
            is_there = was == "writing" and practice.has_note(row.source_patient, _reference(row))
            if not is_there and self._is_late():
                return None
            if not is_there:
                practice.log_message(row.source_patient, "note", text, self._now)
        except NotSupported:
            return "none"
        except (Unavailable, Unconfirmed) as error:
            is_last = row.note_attempts + 1 >= _MOST_TRIES
            # What may have happened is looked at before it is done again.
            again = "writing" if isinstance(error, Unconfirmed) else was
            return "failed" if is_last else again
        except ConnectorError as error:
            log.warning("%s: a note was refused (%s)", self._here.clinic.slug, error.code)
            return "failed"
        return "written"

    def _is_late(self) -> bool:
        """Who slept past the lease does not write: somebody else may have meanwhile."""
        return self._here.ledger.clock() >= self._wall + NOTE_LEASE

    def _end(self, told: list[tuple[Any, str | None]]) -> Counter[str]:
        counts = Counter[str]()
        with self._here.ledger.write() as con:
            for row, status in told:
                if status is None:
                    counts["elsewhere"] += 1
                    continue
                at = self._now if status == "written" else None
                is_mine = settle_note(con, row, status, at)
                if is_mine and status == "failed":
                    tell_of_patient(con, _NOT_NOTED, row, row.check_id, self._now)
                counts[{"none": "not_supported", "written": "noted"}.get(status, status)] += 1
        return counts


def _reference(row: Any) -> str:
    return f"ptclinic {row.check_id[:10]}"
