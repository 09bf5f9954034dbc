"""Write what answers mean for a visit, and what a person or the book is to do about it."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, select

from data_contracts.capabilities import CAPABILITIES
from data_contracts.clinic import Clinic
from data_contracts.coverage import AuthorizationNeed, CoverageStatus, CoverageSummary
from data_contracts.deed import Act, Deed
from data_contracts.estimate import Allowed, Estimate
from data_contracts.message import Reason
from data_contracts.verification import Errand, ErrandKind
from data_contracts.visit import VisitStatus
from ledger.audit import record
from ledger.coverages import Owed, Placed, keep_coverage
from ledger.policies import behind_the_first
from ledger.schema import staff_tasks, visits
from ledger.schema_insurance import authorizations, coverages
from rules.authorization_need import Need
from rules.coverage_errand import Leave, errands
from rules.estimate import estimate
from tasks.insurance_errands import tell_person
from tasks.payer_rule import need_by_rule
from tasks.room import Room

_SECOND_INACTIVE = Errand(ErrandKind.CHECK, "second_policy_inactive")
_OVER = ("payer_not_answering", "fix_member_data")
"""What an answer settles by itself."""

# What every answer asks is said once: to put a statement together costs more than to run it.
_CAME = select(visits.c.starts_at).where(
    visits.c.patient_id == bindparam("patient"), visits.c.status == VisitStatus.ARRIVED.value
)
_UNTOLD = select(visits.c.visit_id, visits.c.starts_at).where(
    visits.c.patient_id == bindparam("patient"),
    visits.c.status == VisitStatus.BOOKED.value,
    visits.c.starts_at > bindparam("now"),
    visits.c.visit_id.not_in(
        select(coverages.c.visit_id).where(
            coverages.c.patient_id == bindparam("patient"),
            coverages.c.policy_id == bindparam("policy"),
        )
    ),
)
_LEAVES = (
    select(authorizations)
    .where(authorizations.c.patient_id == bindparam("patient"))
    .order_by(authorizations.c.updated_at, authorizations.c.authorization_id)
)


def cover(
    here: Room,
    con: Connection,
    row: Any,
    summary: CoverageSummary,
    now: datetime,
    *,
    is_whole: bool,
) -> None:
    """Keep what a check says of its visit; once it is whole, ask a person and note it.

    `row`: the question, with the policy's card and the visit's start.
    """
    where = Placed(row.visit_id, row.check_id, row.patient_id, row.policy_id, row.asked_at)
    if row.policy_id in behind_the_first(con, [row.patient_id]):
        # What is left for the second depends on what the first pays: nobody knows that yet.
        keep_coverage(here.ledger, con, where, summary, Owed(None, None), now)
        if is_whole and summary.status is CoverageStatus.INACTIVE:
            tell_person(con, _SECOND_INACTIVE, row, now, {"payer": row.payer})
        return
    note = _note(here, is_whole=is_whole)
    keep_coverage(here.ledger, con, where, summary, owed(here.clinic, summary), now, note=note)
    if not is_whole:
        return
    _settle_open(here, con, row, summary, now)
    until = date.fromisoformat(row.valid_until) if row.valid_until else None
    rule = need_by_rule(here, con, row.patient_id, row.payer, summary.service_on, row.visit_id)
    by_rule = rule.need if rule else AuthorizationNeed.UNKNOWN
    for errand in errands(summary, until, leaves(here, con, row), by_rule):
        is_by_rule = errand.reason == Reason.AUTHORIZATION_BY_RULE
        tell_person(con, errand, row, now, _said(rule) if rule and is_by_rule else None)


def _said(rule: Need) -> dict[str, object]:
    by = rule.request_by.isoformat() if rule.request_by else "the first visit"
    return {"rule": rule.why, "ask_by": by}


def carry(
    here: Room, con: Connection, row: Any, visit_id: str, summary: CoverageSummary, now: datetime
) -> None:
    """Keep what a check says of another visit of the same patient; that visit is asked about in
    its own time."""
    where = Placed(visit_id, row.check_id, row.patient_id, row.policy_id, row.asked_at, True)
    is_second = row.policy_id in behind_the_first(con, [row.patient_id])
    price = Owed(None, None) if is_second else owed(here.clinic, summary)
    keep_coverage(here.ledger, con, where, summary, price, now)


def unchecked_visits(
    con: Connection, row: Any, zone: ZoneInfo, now: datetime
) -> list[tuple[str, date]]:
    """The patient's other visits of the same month that no check of the policy has told of."""
    month = row.service_on[:7]
    whose = {"patient": row.patient_id, "policy": row.policy_id, "now": now}
    ahead = con.execute(_UNTOLD, whose)
    found = [(one.visit_id, one.starts_at.astimezone(zone).date()) for one in ahead]
    return [(visit_id, day) for visit_id, day in found if day.isoformat()[:7] == month]


def _note(here: Room, *, is_whole: bool) -> str:
    insurance = here.clinic.insurance
    can = CAPABILITIES[here.clinic.practice.system].can_log_message
    writes = can and insurance is not None and insurance.note != "none"
    return "due" if is_whole and writes else "none"


def owed(clinic: Clinic, summary: CoverageSummary) -> Owed:
    """What the patient will probably owe for the visit, in cents."""
    price = estimate_of(clinic, summary)
    if price.low is None or price.high is None:
        return Owed(None, None)
    return Owed(int(100 * price.low), int(100 * price.high))


def estimate_of(clinic: Clinic, summary: CoverageSummary) -> Estimate:
    """The same with its reasons; the plan is taken to allow what a visit collects on average."""
    allowed = Decimal(clinic.visit_value_cents) / 100
    return estimate(summary, Allowed(allowed, allowed))


def leaves(here: Room, con: Connection, row: Any) -> list[Leave]:
    """A payer's leaves for a patient's visits, and the requests for them."""
    return [
        Leave(one.is_granted, _day(one.starts_on), _day(one.ends_on))
        for one in leaves_of(here, con, row.patient_id, row.payer)
    ]


def leaves_of(here: Room, con: Connection, patient_id: str, payer: str | None) -> list[Any]:
    """A patient's authorisations that may be a payer's, the newest word last; one that names no
    payer counts, one of another payer's does not."""
    insurance = here.clinic.insurance
    return [
        one
        for one in con.execute(_LEAVES, {"patient": patient_id})
        if one.payer is None
        or payer is None
        or insurance is None
        or insurance.may_be_one(one.payer, payer)
    ]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _settle_open(
    here: Room, con: Connection, row: Any, summary: CoverageSummary, now: datetime
) -> None:
    """An answer ends what a person was asked to find out: nobody rings who has answered."""
    kinds = [*_OVER]
    if summary.status is CoverageStatus.ACTIVE:
        kinds.append("insurance_inactive")
    waits = (
        staff_tasks.c.patient_id == row.patient_id,
        staff_tasks.c.kind.in_(kinds),
        staff_tasks.c.done_at.is_(None),
    )
    ids = list(con.execute(select(staff_tasks.c.task_id).where(*waits)).scalars())
    if ids:
        mine = staff_tasks.update().where(staff_tasks.c.task_id.in_(ids))
        con.execute(mine.values(done_at=now, outcome="other"))
        record(here.ledger, con, [Act(Deed.TASK_DONE, one, "the payer answered") for one in ids])


def visits_this_year(con: Connection, patient_id: str, on: date, zone: ZoneInfo) -> int:
    """How often the patient came in the year of a day: what a limit may have been used by."""
    came = con.execute(_CAME, {"patient": patient_id}).scalars()
    days = (at.astimezone(zone).date() for at in came)
    return sum(one.year == on.year and one < on for one in days)
