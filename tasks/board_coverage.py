"""What the desk sees of a visit's insurance: a badge in the day, a page with every figure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from data_contracts.coverage import CoverageSummary
from data_contracts.deed import Act, Deed
from data_contracts.estimate import Estimate
from data_contracts.verification import ErrandKind, InquiryStatus, Why
from ledger.audit import record
from ledger.coverages import history, newest, opened
from ledger.policies import first_payer, second_payer
from ledger.schema import staff_tasks, visits
from ledger.schema_insurance import inquiries
from rules.countdown import Countdown, authorization_countdown, visits_countdown
from rules.coverage_change import changes
from rules.coverage_lines import Line, lines
from tasks.asking import NoSuchVisit
from tasks.board_people import Person, named_briefly
from tasks.coverage_watch import grants, nearest
from tasks.covering import estimate_of
from tasks.room import Room

_OPEN = [one.value for one in InquiryStatus if one.is_open]


class Badge(NamedTuple):
    """A word on a visit's coverage, its colour, and what the patient owes, in cents."""

    words: str
    tone: str
    owed_low: int | None = None
    owed_high: int | None = None


class SecondPlan(NamedTuple):
    """What is known of the policy behind the one that pays first."""

    payer: str
    badge: Badge | None
    asked_at: datetime | None
    lines: tuple[Line, ...]
    order: tuple[str, ...]
    """Who pays first, as the cards have it, and whom each payer names beside itself."""


@dataclass(frozen=True)
class CoveragePage:
    """One visit's insurance; `summary` is None where nothing usable was answered yet."""

    visit_id: str
    starts_at: datetime
    person: Person | None
    payer: str | None
    badge: Badge | None
    """As the day shows it; None where nobody was asked."""
    todo: list[Any]
    """What people are asked to do about the patient's insurance."""
    summary: CoverageSummary | None
    asked_at: datetime | None
    is_carried: bool
    lines: tuple[Line, ...]
    estimate: Estimate | None
    changed: tuple[str, ...]
    left: tuple[str, ...]
    """What counts down, in words: the plan's visits, and the payer's leave."""
    requested: tuple[str, ...]
    """What was only asked for."""
    questions: list[Any]
    second: SecondPlan | None = None

    @property
    def is_being_asked(self) -> bool:
        """Whether an answer may still come by itself."""
        return any(one.status in _OPEN for one in self.questions)


def badges(con: Connection, visit_ids: Iterable[str]) -> dict[str, Badge]:
    """By visit a word on its coverage; nothing of a visit of whom nobody asked."""
    wanted = list(visit_ids)
    found = {one: _badge(row) for one, row in newest(con, wanted).items()}
    query = select(inquiries.c.visit_id, inquiries.c.status, inquiries.c.outcome)
    of_first = inquiries.c.why != Why.SECOND.value
    for row in con.execute(query.where(inquiries.c.visit_id.in_(wanted), of_first)):
        if row.visit_id not in found:
            is_open = row.status in _OPEN
            found[row.visit_id] = _ASKING if is_open else _NOT_VERIFIED
    return found


_ASKING = Badge("being asked", "plain")
_NOT_VERIFIED = Badge("not verified", "medium")


def _badge(row: Any) -> Badge:
    owed = row.owed_low_cents, row.owed_high_cents
    if row.status == "inactive":
        return Badge("not in force", "high")
    if row.status != "active":
        return _NOT_VERIFIED
    if row.is_therapy_covered is False:
        return Badge("therapy not covered", "high", *owed)
    if row.visits_remaining is not None and row.visits_remaining <= 0:
        return Badge("no visits left", "high", *owed)
    if row.authorization == "required":
        return Badge("active, authorization", "medium", *owed)
    return Badge("active, unsure" if row.is_unsure else "active", "low", *owed)


def coverage_of(here: Room, visit_id: str, now: datetime, *, with_names: bool) -> CoveragePage:
    """All that is known of one visit's insurance by our id; each look has a row in the audit.

    Raises NoSuchVisit.
    """
    with here.ledger.read() as con:
        visit = con.execute(select(visits).where(visits.c.visit_id == visit_id)).first()
        if visit is None:
            raise NoSuchVisit(f"{here.clinic.slug}: no visit {visit_id}")
        found = history(con, [visit_id]).get(visit_id, [])
        behind = history(con, [visit_id], is_second=True).get(visit_id, [])
        next_payer = second_payer(con, visit.patient_id)
        payer = first_payer(con, visit.patient_id)
        badge, todo = badges(con, [visit_id]).get(visit_id), _todo(con, visit.patient_id)
        questions = _questions(con, visit_id)
        left = nearest(here, con, visit.patient_id, visit.starts_at)
        wanted = [
            authorization_countdown(one, 0, _day(here, visit.starts_at))
            for one in grants(here, con, visit.patient_id)
            if one.visits_authorized is None
        ]
    summary, before, second = _opened(here, visit, found, behind)
    who = named_briefly(here.ledger, [visit.patient_id], "coverage", now, with_names=with_names)
    return CoveragePage(
        visit_id=visit_id,
        starts_at=visit.starts_at,
        person=who.get(visit.patient_id),
        payer=payer,
        badge=badge,
        todo=todo,
        summary=summary,
        asked_at=found[0].asked_at if found else None,
        is_carried=bool(found and found[0].is_carried),
        lines=lines(summary) if summary else (),
        estimate=estimate_of(here.clinic, summary) if summary else None,
        changed=changes(before, summary) if summary else (),
        left=_left(summary, left),
        requested=tuple(one.words for one in wanted),
        questions=questions,
        second=_second(payer or "", next_payer, behind, summary, second),
    )


def _opened(
    here: Room, visit: Any, found: list[Any], behind: list[Any]
) -> tuple[CoverageSummary | None, CoverageSummary | None, CoverageSummary | None]:
    """What the newest check says, the one before it, and the newest of a second policy."""
    if not found and not behind:
        return None, None, None
    with here.ledger.write() as con:
        record(here.ledger, con, [Act(Deed.COVERAGE_READ, visit.patient_id, "board: coverage")])
    before = opened(here.ledger, found[1]) if len(found) > 1 else None
    newest_one = opened(here.ledger, found[0]) if found else None
    return newest_one, before, opened(here.ledger, behind[0]) if behind else None


def _second(
    first_payer_name: str,
    payer: str | None,
    behind: list[Any],
    first: CoverageSummary | None,
    second: CoverageSummary | None,
) -> SecondPlan | None:
    if payer is None:
        return None
    order = [f"{first_payer_name} pays first and {payer} second, as the cards have it"]
    for named_by, summary in ((first_payer_name, first), (payer, second)):
        others = summary.other_payers if summary else ()
        order += [f"{named_by} names another payer: {one.name or 'unnamed'}" for one in others]
    return SecondPlan(
        payer,
        _badge(behind[0]) if behind else None,
        behind[0].asked_at if behind else None,
        lines(second) if second else (),
        tuple(order),
    )


def _left(summary: CoverageSummary | None, leave: Countdown | None) -> tuple[str, ...]:
    plan = visits_countdown(summary.visits) if summary else None
    found = [f"plan: {plan.words}"] if plan else []
    return (*found, *([f"authorization: {leave.words}"] if leave else []))


def _questions(con: Connection, visit_id: str) -> list[Any]:
    query = select(inquiries).where(inquiries.c.visit_id == visit_id)
    return list(con.execute(query.order_by(inquiries.c.created_at.desc()).limit(20)))


def _todo(con: Connection, patient_id: str) -> list[Any]:
    query = select(staff_tasks.c.kind, staff_tasks.c.reason).where(
        staff_tasks.c.patient_id == patient_id,
        staff_tasks.c.kind.in_([one.value for one in ErrandKind]),
        staff_tasks.c.done_at.is_(None),
    )
    return list(con.execute(query.order_by(staff_tasks.c.due_at, staff_tasks.c.task_id)))


def _day(here: Room, moment: datetime) -> date:
    return moment.astimezone(here.clinic.zone).date()
