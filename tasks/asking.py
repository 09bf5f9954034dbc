"""What a person may ask of a visit: what happened to it, what was sent, what comes next."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select

from data_contracts.errors import UserError
from data_contracts.message import RiskTier
from ledger.arms import arm_of
from ledger.schema import (
    book_changes,
    message_steps,
    messages,
    risk_scores,
    staff_tasks,
    visits,
)
from ledger.schema_insurance import coverages, inquiries
from rules.blinding import shown_tier
from tasks.prospect import Prospect, prospects_of
from tasks.room import Room

_SHORTEST = 4


class NoSuchVisit(UserError):
    """No visit goes by that id, or more than one does."""


@dataclass(frozen=True)
class Told:
    """What the ledger knows of one visit, without identity, and without what would tell its arm.

    `scores` are those that buy something.
    """

    visit: Any
    changes: list[Any]
    scores: list[Any]
    messages: list[tuple[Any, list[Any]]]
    prospects: list[Prospect]
    tasks: list[Any]
    coverages: list[Any]
    inquiries: list[Any]


def tell(here: Room, text: str, now: datetime) -> Told:
    """All of one visit, by our id, its first letters, or the practice system's id.

    Raises NoSuchVisit.
    """
    with here.ledger.read() as con:
        visit = find_visit(con, here.clinic.slug, text)
        own_id = visit.visit_id
        return Told(
            visit=visit,
            changes=_of(con, book_changes, own_id, book_changes.c.change_id),
            scores=_scores(con, own_id),
            messages=_messages(con, own_id),
            prospects=prospects_of(here, con, own_id, now),
            tasks=_of(con, staff_tasks, own_id, staff_tasks.c.created_at),
            coverages=_of(con, coverages, own_id, coverages.c.asked_at),
            inquiries=_of(con, inquiries, own_id, inquiries.c.created_at),
        )


def reasons_of(score: Any) -> list[str]:
    """Why a visit has its score, as sentences."""
    found: list[str] = json.loads(score.reasons)
    return found


def find_visit(con: Connection, slug: str, text: str) -> Any:
    """A visit by our id, its first letters, or the practice system's id. Raises NoSuchVisit."""
    wanted = text.strip()
    named = select(visits).where(or_(visits.c.visit_id == wanted, visits.c.source_id == wanted))
    found = list(con.execute(named))
    if not found and len(wanted) >= _SHORTEST:
        starts = visits.c.visit_id.startswith(wanted.lower(), autoescape=True)
        found = list(con.execute(select(visits).where(starts).limit(2)))
    if not found:
        raise NoSuchVisit(
            f"{slug}: no visit {wanted}; give our id, its first {_SHORTEST} or more letters, or"
            f" the practice system's id; `ptclinic plan {slug}` lists ours"
        )
    if len(found) > 1:
        raise NoSuchVisit(f"{slug}: more than one visit goes by {wanted}; give more letters")
    return found[0]


def _of(con: Connection, table: Any, visit_id: str, order: Any) -> list[Any]:
    return list(con.execute(select(table).where(table.c.visit_id == visit_id).order_by(order)))


def _scores(con: Connection, visit_id: str) -> list[Any]:
    arm = arm_of(con, visit_id)
    found = _of(con, risk_scores, visit_id, risk_scores.c.visit_version)
    return [one for one in found if shown_tier(arm, RiskTier(one.tier))]


def _messages(con: Connection, visit_id: str) -> list[tuple[Any, list[Any]]]:
    steps: dict[str, list[Any]] = {}
    found = _of(con, messages, visit_id, messages.c.planned_at)
    ids = [row.message_id for row in found]
    query = select(message_steps).where(message_steps.c.message_id.in_(ids))
    for row in con.execute(query.order_by(message_steps.c.step_id)):
        steps.setdefault(row.message_id, []).append(row)
    return [(row, steps.get(row.message_id, [])) for row in found]
