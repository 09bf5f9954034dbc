"""Which visits ahead are insured by what, and what was asked about them before."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, or_, select

from data_contracts.verification import CheckStanding, InquiryStatus, Outcome
from data_contracts.visit import VisitStatus
from ledger.inquiries import last_asked
from ledger.schema import patients, visits
from ledger.schema_insurance import coverages, inquiries, policies

_OPEN = [one.value for one in InquiryStatus if one.is_open]
_SAID_NO = (
    Outcome.REJECTED.value,
    Outcome.REFUSED.value,
    Outcome.OTHER_PATIENT.value,
    Outcome.UNREADABLE.value,
)
"""What ends a check without coverage: asking the same again brings the same."""


_Key = tuple[str, str, str]
"""A visit, its day, and the policy asked about."""


class Insured(NamedTuple):
    """A visit ahead with a policy; `row` holds what is sealed of both."""

    visit_id: str
    patient_id: str
    policy_id: str
    payer: str
    valid_until: date | None
    service_on: date
    starts_at: datetime
    row: Any


def insured_visits(
    con: Connection, zone: ZoneInfo, first: datetime, last: datetime, visit_id: str | None = None
) -> list[Insured]:
    """Visits booked for (first, last] of patients with a policy, with the one that pays first, by
    the clock."""
    return [one for one, *_ in _by_visit(con, zone, first, last, visit_id)]


def second_policies(
    con: Connection, zone: ZoneInfo, first: datetime, last: datetime, visit_id: str | None = None
) -> list[Insured]:
    """The same visits with the policy next in rank, of whoever has one."""
    return [some[1] for some in _by_visit(con, zone, first, last, visit_id) if len(some) > 1]


def _by_visit(
    con: Connection, zone: ZoneInfo, first: datetime, last: datetime, visit_id: str | None
) -> list[list[Insured]]:
    """By visit its patient's policies in the order in which they pay."""
    query = (
        select(
            visits.c.visit_id,
            visits.c.starts_at,
            visits.c.booked_at,
            patients.c.patient_id,
            patients.c.identity,
            policies.c.policy_id,
            policies.c.payer,
            policies.c.sealed,
            policies.c.member_hash,
            policies.c.valid_until,
            policies.c.changed_at,
        )
        .select_from(visits)
        .join(patients, patients.c.patient_id == visits.c.patient_id)
        .join(policies, policies.c.patient_id == visits.c.patient_id)
        .where(
            visits.c.starts_at > first,
            visits.c.starts_at <= last,
            visits.c.status == VisitStatus.BOOKED.value,
            patients.c.erased_at.is_(None),
        )
        .order_by(visits.c.starts_at, visits.c.visit_id, policies.c.rank, policies.c.policy_id)
    )
    if visit_id is not None:
        query = query.where(visits.c.visit_id == visit_id)
    found: dict[str, list[Insured]] = {}
    for row in con.execute(query):
        # Of two that claim to pay first one is taken, and each time the same.
        found.setdefault(row.visit_id, []).append(_insured(row, zone))
    return list(found.values())


def other_policies(con: Connection, found: Iterable[Insured]) -> dict[str, Any]:
    """By patient a policy that stands beside the one which pays first, the nearest in rank."""
    first = {one.patient_id: one.policy_id for one in found}
    ids, others = sorted(first), dict[str, Any]()
    for start in range(0, len(ids), 500):
        part = policies.c.patient_id.in_(ids[start : start + 500])
        query = select(policies).where(part).order_by(policies.c.rank, policies.c.policy_id)
        for row in con.execute(query):
            if row.policy_id != first[row.patient_id]:
                others.setdefault(row.patient_id, row)
    return others


def _insured(row: Any, zone: ZoneInfo) -> Insured:
    return Insured(
        row.visit_id,
        row.patient_id,
        row.policy_id,
        row.payer,
        date.fromisoformat(row.valid_until) if row.valid_until else None,
        row.starts_at.astimezone(zone).date(),
        row.starts_at,
        row,
    )


class Standings:
    """What was asked about some visits and members, read once for all of them."""

    def __init__(self, con: Connection, found: Iterable[Insured]) -> None:
        everyone = list(found)
        self._members = last_asked(con, {one.policy_id for one in everyone})
        self._asked: dict[_Key, datetime] = {}
        self._checked: dict[_Key, datetime] = {}
        self._open: set[_Key] = set()
        ids = sorted({one.visit_id for one in everyone})
        for start in range(0, len(ids), 500):
            self._read(con, ids[start : start + 500])

    def _read(self, con: Connection, ids: list[str]) -> None:
        for row in con.execute(select(inquiries).where(inquiries.c.visit_id.in_(ids))):
            key = row.visit_id, row.service_on, row.policy_id
            if row.status in _OPEN:
                self._open.add(key)
            if row.asked_at is not None:
                _later(self._asked, key, row.asked_at)
                if row.status == InquiryStatus.ENDED.value and row.outcome in _SAID_NO:
                    _later(self._checked, key, row.asked_at)
        query = select(
            coverages.c.visit_id,
            coverages.c.service_on,
            coverages.c.policy_id,
            coverages.c.asked_at,
        )
        for row in con.execute(query.where(coverages.c.visit_id.in_(ids))):
            _later(self._checked, (row.visit_id, row.service_on, row.policy_id), row.asked_at)

    def of(self, one: Insured, *, once_a_day: bool) -> CheckStanding:
        """How a visit stands."""
        key = one.visit_id, one.service_on.isoformat(), one.policy_id
        return CheckStanding(
            starts_at=one.starts_at,
            service_on=one.service_on,
            learned_at=max(one.row.booked_at, one.row.changed_at),
            checked_at=self._checked.get(key),
            asked_at=self._asked.get(key),
            member_asked_at=self._members.get(one.policy_id),
            is_open=key in self._open,
            is_once_a_day=once_a_day,
        )


def _later(found: dict[_Key, datetime], key: _Key, at: datetime) -> None:
    found[key] = max(at, found.get(key, at))


def end_pointless(con: Connection, now: datetime) -> int:
    """Questions that wait about visits which are off, or have begun, are not asked; how many."""
    is_on = (visits.c.status == VisitStatus.BOOKED.value) & (visits.c.starts_at > now)
    query = (
        select(inquiries.c.inquiry_id)
        .outerjoin(visits, visits.c.visit_id == inquiries.c.visit_id)
        .where(
            inquiries.c.status == InquiryStatus.PLANNED.value,
            or_(visits.c.visit_id.is_(None), ~is_on),
        )
    )
    ids = list(con.execute(query).scalars())
    ended = {"status": InquiryStatus.ENDED.value, "outcome": Outcome.TOO_LATE.value}
    for start in range(0, len(ids), 500):
        mine = inquiries.update().where(inquiries.c.inquiry_id.in_(ids[start : start + 500]))
        con.execute(mine.values(ended | {"updated_at": now}))
    return len(ids)
