"""Tell staff what a Medicare patient's therapy needs next: a signature, a report, the year's sum.

The ledger holds the plan of care's days, the days of treatment and what Medicare allowed for this
clinic's claims; who signed, and what others had, as far as the desk recorded it. Where it did not,
and for reports, a person is asked to look, once.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, select

from data_contracts.message import Reason
from data_contracts.plan_of_care_law import plan_of_care_law
from data_contracts.therapy_threshold import Discipline, therapy_thresholds
from ledger import certifications, progress_reports, records, waiting
from ledger.claim_expenses import allowed_claims
from ledger.next_visit import NextVisit, next_visits
from ledger.schema_insurance import policies
from ledger.store import to_json
from rules.certification import PlanPeriod, Renewal, course_on, covers_until
from rules.kx_threshold import Expense
from rules.therapy_due import Course, DueItem, Duty, therapy_due
from tasks.certifying import renewals
from tasks.progress_reporting import reports_of, treated_days
from tasks.room import Room

KIND = "therapy_paperwork"
_REACH = timedelta(days=30)
"""Whoever has no visit booked so soon is in no course of therapy."""
_OF_CLINIC = frozenset({Duty.ADD_THRESHOLD})
_OF_YEAR = _OF_CLINIC | {Duty.RECORD_EXPENSES, Duty.ADD_KX, Duty.PREPARE_REVIEW}
"""Told once a year, whichever plan of care it is."""


def tell_due(here: Room, con: Connection, now: datetime) -> Counter[str]:
    """One line for each duty and step; returns how many are new, by duty."""
    counts: Counter[str] = Counter()
    law, thresholds = plan_of_care_law(), therapy_thresholds()
    plans = waiting.plans(con)
    today = now.astimezone(here.clinic.zone).date()
    insured = _on_medicare(here, con)
    wanted = [one for one in next_visits(con, now, _REACH) if one.patient_id in insured]
    ids = [one.patient_id for one in wanted]
    spent = _expenses(here, con, ids)
    others = certifications.elsewhere(con, ids)
    signed = certifications.of_patients(con, ids)
    written = progress_reports.of_patients(con, ids)
    for one in wanted:
        said = renewals(signed.get(one.patient_id, ()))
        course = _course(here, con, one.patient_id, plans.get(one.patient_id), said, now)
        known = spent.get(one.patient_id, ())
        elsewhere = others.get((one.patient_id, today.year))
        if elsewhere is not None:
            known = (*known, Expense(today, Discipline.PT, Decimal(elsewhere) / 100))
        course = replace(
            course,
            expenses=known,
            is_all=elsewhere is not None,
            reports=reports_of(written[one.patient_id]) if one.patient_id in written else None,
        )
        began = course.periods[0].begins_on if course.periods else None
        for item in therapy_due(course, today, law, thresholds):
            counts[item.duty] += _tell(here, con, item, one, began, now)
    return +counts


def _course(
    here: Room,
    con: Connection,
    patient_id: str,
    plan: Any | None,
    signed: Sequence[Renewal],
    now: datetime,
) -> Course:
    """What is known of a patient's therapy; without a plan no more than that there is one."""
    came = treated_days(here, con, patient_id, now)
    today = now.astimezone(here.clinic.zone).date()
    certified = course_on(signed, today)
    if certified and not _is_newer(plan, certified):
        under_it = tuple(day for day in came if day >= certified[0].begins_on)
        return Course(under_it, certified)
    if plan is None:
        return Course(tuple(came[-1:]))
    under_it = tuple(day for day in came if day >= date.fromisoformat(plan.starts_on))
    if not under_it:
        return Course(())
    ends_on = date.fromisoformat(plan.ends_on) if plan.ends_on else None
    return Course(under_it, (PlanPeriod(under_it[0], ends_on, is_recorded=False),))


def _is_newer(plan: Any | None, certified: Sequence[PlanPeriod]) -> bool:
    """Whether a plan was entered after the days that the certified ones cover."""
    if plan is None:
        return False
    covered = covers_until(certified[-1], plan_of_care_law())
    return date.fromisoformat(plan.starts_on) > covered


def _expenses(here: Room, con: Connection, ids: list[str]) -> dict[str, tuple[Expense, ...]]:
    """What Medicare allowed for claims of ours."""
    payers = here.clinic.insurance.payers if here.clinic.insurance else {}
    of_medicare = [key for key, payer in payers.items() if payer.is_medicare]
    found: dict[str, tuple[Expense, ...]] = {}
    for one in allowed_claims(con, of_medicare, ids):
        expense = Expense(one.service_on, Discipline.PT, Decimal(one.cents) / 100)
        found[one.patient_id] = (*found.get(one.patient_id, ()), expense)
    return found


def _on_medicare(here: Room, con: Connection) -> set[str]:
    """Of whom Original Medicare pays for first."""
    if here.clinic.insurance is None:
        return set()
    query = select(policies.c.patient_id, policies.c.payer).order_by(policies.c.rank.desc())
    first = {row.patient_id: row.payer for row in con.execute(query)}
    named = {own_id: here.clinic.insurance.named(payer) for own_id, payer in first.items()}
    return {own_id for own_id, found in named.items() if found and found[1].is_medicare}


def _tell(
    here: Room, con: Connection, item: DueItem, one: NextVisit, began: date | None, now: datetime
) -> int:
    is_of_clinic = item.duty in _OF_CLINIC
    whose = here.clinic.slug if is_of_clinic else one.patient_id
    course = "" if began is None or item.duty in _OF_YEAR else began.isoformat()
    due_at = one.starts_at
    if item.due_on is not None:
        closing = datetime.combine(item.due_on, time(17), here.clinic.zone)
        due_at = min(due_at, closing)
    return records.add_staff_task(
        con,
        kind=KIND,
        reason=Reason(item.duty.value).value,
        detail=to_json({"due_on": item.due_on.isoformat() if item.due_on else None}),
        due_at=max(now, due_at),
        now=now,
        dedupe_key=f"{KIND}|{item.duty}|{whose}|{course}|{item.step}",
        visit_id=None if is_of_clinic else one.visit_id,
        patient_id=None if is_of_clinic else one.patient_id,
    )
