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
        for row in due:
            if here.is_edited:
                break
            counts[_Note(here, row, now).write(practice)] += 1
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


class _Note:
    """One note on its way."""

    def __init__(self, here: Room, row: Any, now: datetime) -> None:
        self._here, self._row, self._now = here, row, now
        self._reference = f"ptclinic {row.check_id[:10]}"
        self._wall = here.ledger.clock()

    def write(self, practice: "PracticeSystem") -> str:
        """Look, write, and say what became of it."""
        from connectors.errors import ConnectorError, NotSupported, Unavailable, Unconfirmed

        row, was = self._row, self._row.note_status
        text = self._begin()
        if text is None:
            return "elsewhere"
        try:
            is_there = was == "writing" and practice.has_note(row.source_patient, self._reference)
            if not is_there and self._is_late():
                return "elsewhere"
            if not is_there:
                practice.log_message(row.source_patient, "note", text, self._now)
        except NotSupported:
            return self._end("none")
        except (Unavailable, Unconfirmed) as error:
            is_last = row.note_attempts + 1 >= _MOST_TRIES
            # What may have happened is looked at before it is done again.
            again = "writing" if isinstance(error, Unconfirmed) else was
            return self._end("failed" if is_last else again)
        except ConnectorError as error:
            log.warning("%s: a note was refused (%s)", self._here.clinic.slug, error.code)
            return self._end("failed")
        return self._end("written")

    def _begin(self) -> str | None:
        """Say that it leaves; its words. None where another worker has it."""
        row, ledger = self._row, self._here.ledger
        with ledger.write() as con:
            if not take_note(con, row, self._wall):
                return None
            acts = [
                Act(Deed.COVERAGE_READ, row.patient_id, "to note it in the practice system"),
                Act(Deed.COVERAGE_NOTED, row.visit_id, "by memo"),
            ]
            record(ledger, con, acts)
            before = history(con, [row.visit_id])[row.visit_id]
        summary = opened(ledger, row)
        if summary is None:
            return None
        last = next((one for one in before if one.asked_at < row.asked_at), None)
        changed = changes(opened(ledger, last) if last else None, summary)
        asked_on = row.asked_at.astimezone(self._here.clinic.zone).date()
        price = estimate_of(self._here.clinic, summary)
        return note(summary, row.payer or "", price, changed, asked_on, self._reference)

    def _is_late(self) -> bool:
        """Who slept past the lease does not write: somebody else may have meanwhile."""
        return self._here.ledger.clock() >= self._wall + NOTE_LEASE

    def _end(self, status: str) -> str:
        with self._here.ledger.write() as con:
            at = self._now if status == "written" else None
            is_mine = settle_note(con, self._row, status, at)
            if is_mine and status == "failed":
                tell_of_patient(con, _NOT_NOTED, self._row, self._row.check_id, self._now)
        return {"none": "not_supported", "written": "noted"}.get(status, status)
