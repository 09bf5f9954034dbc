"""Who hears nothing of a visit to come, and why; and everything that is known of one visit."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from data_contracts.message import Channel, Reason
from ledger.schema import visits
from tasks.asking import Told, tell
from tasks.board_people import Person, named_briefly
from tasks.prospect import Prospect, prospects
from tasks.room import Room

AHEAD = timedelta(days=3)
_BESIDE_THE_POINT = frozenset(
    {
        Reason.NOT_THIS_TIER,
        Reason.MERGED,
        Reason.RUNG_PASSED,
        Reason.TOO_LATE,
    }
)
"""Reasons that say little where another rung has one of its own."""


@dataclass(frozen=True)
class Silent:
    """A visit whose patient no message has told, or will; `why` for each rung that was meant to."""

    visit_id: str
    starts_at: datetime
    person: Person | None
    why: tuple[tuple[str, Channel, str], ...]


@dataclass(frozen=True)
class Explained:
    """One visit, and whose; nothing in it tells whether a sprint holds it out."""

    told: Told
    person: Person | None


def silent_visits(here: Room, now: datetime, *, with_names: bool) -> list[Silent]:
    """Of the next three days, by the clock; each person named has a row in the audit."""
    with here.ledger.read() as con:
        found: dict[str, list[Prospect]] = {}
        for one in prospects(here, con, now, now + AHEAD):
            if one.channel.reaches_patient:
                found.setdefault(one.visit_id, []).append(one)
        silent = {key: rungs for key, rungs in found.items() if _is_silent(rungs)}
        query = select(visits.c.visit_id, visits.c.patient_id, visits.c.status)
        rows = list(con.execute(query.where(visits.c.visit_id.in_(list(silent)))))
        whose = {row.visit_id: row.patient_id for row in rows if row.status == "booked"}
    who = named_briefly(here.ledger, whose.values(), "not sent", now, with_names=with_names)
    return [
        Silent(key, silent[key][0].starts_at, who.get(whose[key]), _why(silent[key]))
        for key in silent
        if key in whose
    ]


def _is_silent(rungs: list[Prospect]) -> bool:
    return not any(one.goes_at is not None or one.status.has_left for one in rungs)


def _why(rungs: list[Prospect]) -> tuple[tuple[str, Channel, str], ...]:
    telling = [one for one in rungs if one.reason not in _BESIDE_THE_POINT] or rungs
    return tuple((one.rung, one.channel, one.words.removeprefix("no: ")) for one in telling)


def explain_visit(here: Room, visit_id: str, now: datetime, *, with_names: bool) -> Explained:
    """All of one visit by our id. Raises NoSuchVisit."""
    told = tell(here, visit_id, now)
    own = told.visit.patient_id
    who = named_briefly(here.ledger, [own], "a visit", now, with_names=with_names)
    return Explained(told, who.get(own))
