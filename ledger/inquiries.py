"""Questions to payers: a row before it is a request, asked by one worker, and never twice blind.

The row's key is the 24-hour cache, too: the same question is a new row only once its last answer is
out of date. A worker that died may have asked: an ordinary payer is asked again, one that takes a
question a day (Medicare) is not, until a day and a lease are over.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, func, select

from data_contracts.deed import Act, Deed
from data_contracts.verification import InquiryStatus, Outcome, Why
from ledger.audit import record
from ledger.gap import gap_of
from ledger.people import identity
from ledger.policies import Card, card
from ledger.schema import patients, visits
from ledger.schema_insurance import answers, inquiries, policies
from ledger.store import Ledger, insert_new, new_id

LEASE = timedelta(minutes=5)
DAY = timedelta(hours=24)
_OPEN = [one.value for one in InquiryStatus if one.is_open]
_KEY = ("payer_id", "member_hash", "person_hash", "service_type", "service_on")

# What every answer asks is said once: to put a statement together costs more than to run it.
_SET = inquiries.update().where(inquiries.c.inquiry_id == bindparam("this"))
_SET_MINE = _SET.where(inquiries.c.fence == bindparam("held"))
_SAME = [inquiries.c[name] == bindparam(name) for name in _KEY]
_IS_FRESH = inquiries.c.asked_at.is_not(None) & (inquiries.c.asked_at > bindparam("yesterday"))
_IN_THE_WAY = (
    select(inquiries.c.inquiry_id).where(inquiries.c.status.in_(_OPEN) | _IS_FRESH).limit(1)
)
_TAKEN, _TAKEN_ABOUT_MEMBER = _IN_THE_WAY.where(*_SAME), _IN_THE_WAY.where(*_SAME[:2])
_LAST_ROUND = select(func.max(inquiries.c.round)).where(*_SAME)
_OF_CHECK = (
    select(inquiries)
    .where(inquiries.c.check_id == bindparam("check"))
    .order_by(inquiries.c.created_at, inquiries.c.inquiry_id)
)
_REPLY = (
    select(
        inquiries,
        answers.c.raw,
        answers.c.media,
        answers.c.refused,
        answers.c.received_at,
        patients.c.identity,
        policies.c.sealed,
        policies.c.payer,
        policies.c.valid_until,
        visits.c.starts_at,
    )
    .select_from(inquiries)
    .join(answers, answers.c.inquiry_id == inquiries.c.inquiry_id)
    .join(patients, patients.c.patient_id == inquiries.c.patient_id)
    .join(policies, policies.c.policy_id == inquiries.c.policy_id)
    .join(visits, visits.c.visit_id == inquiries.c.visit_id)
    .where(
        inquiries.c.inquiry_id == bindparam("this"),
        inquiries.c.status == InquiryStatus.REPLIED.value,
    )
)


class Question(NamedTuple):
    """What makes two questions the same: whom, about whom, which service, for which day."""

    payer_id: str
    member_hash: str
    person_hash: str
    service_type: str
    service_on: date


class About(NamedTuple):
    """The check that a question belongs to, and when and why it was due."""

    check_id: str
    patient_id: str
    policy_id: str
    visit_id: str
    why: Why
    due_at: datetime


class Taken(NamedTuple):
    """A question that this worker alone may ask, until its lease ends (wall clock); `who` and
    `card` are identity."""

    row: Any
    fence: int
    who: dict[str, str | None]
    card: Card
    until: datetime


def add_question(
    con: Connection, question: Question, about: About, now: datetime, *, once_a_day: bool = False
) -> bool:
    """Write a question down; False while the same one is open, or was asked within a day.

    `once_a_day`: the payer takes one question a day about a member, whatever it asks.
    """
    gap = gap_of(con)
    if once_a_day and gap is not None and now < gap.until + DAY:
        return False  # what was asked in the time that a restore took back is not known
    values = _values(question)
    taken = _TAKEN_ABOUT_MEMBER if once_a_day else _TAKEN
    if con.execute(taken, values | {"yesterday": now - DAY}).first() is not None:
        return False
    last = con.execute(_LAST_ROUND, values).scalar()
    row = _values(question) | {
        "inquiry_id": new_id(),
        "check_id": about.check_id,
        "patient_id": about.patient_id,
        "policy_id": about.policy_id,
        "visit_id": about.visit_id,
        "round": 0 if last is None else last + 1,
        "why": about.why.value,
        "is_other_form": False,
        "status": InquiryStatus.PLANNED.value,
        "fence": 0,
        "attempts": 0,
        "due_at": about.due_at,
        "created_at": now,
        "updated_at": now,
    }
    return insert_new(con, inquiries, [row]) == 1


def _values(question: Question) -> dict[str, str]:
    return question._asdict() | {"service_on": question.service_on.isoformat()}


def take(
    ledger: Ledger,
    now: datetime,
    wall: datetime,
    may_repeat: Callable[[str], bool],
    limit: int = 64,
) -> list[Taken]:
    """Questions that are due, each for this worker alone, said in the row before it is asked.

    `may_repeat`: whether a payer lets the same question be asked again within a day. Where it does
    not, one that may have left waits until the day is over.
    """
    with ledger.write() as con:
        _one_at_a_time(con, ledger.clinic)
        _free_lost(con, wall, may_repeat)
        _hold_what_was_restored(con, may_repeat)
        _hold_what_is_too_soon(con, now, may_repeat)
        rows = list(con.execute(_due(now).limit(limit)))
        found = [_taken(ledger, row, wall + LEASE) for row in rows]
        for one in found:
            put(
                con,
                one.row.inquiry_id,
                InquiryStatus.ASKING,
                now,
                fence=one.fence,
                lease_until=one.until,
                attempts=one.row.attempts + 1,
                asked_at=now,
                retry_at=None,
            )
        record(ledger, con, [_act(one) for one in found])
    return found


def is_any_due(con: Connection, now: datetime, wall: datetime) -> bool:
    """Whether there is anything to ask now."""
    lost = (inquiries.c.status == InquiryStatus.ASKING.value) & (inquiries.c.lease_until <= wall)
    query = select(inquiries.c.inquiry_id).where(_is_due(now) | lost).limit(1)
    return con.execute(query).first() is not None


def _is_due(now: datetime) -> Any:
    is_time = inquiries.c.retry_at.is_(None) | (inquiries.c.retry_at <= now)
    return (inquiries.c.status == InquiryStatus.PLANNED.value) & is_time


def _act(one: Taken) -> Act:
    return Act(Deed.IDENTITY_READ, one.row.patient_id, "to ask a payer about coverage")


def _due(now: datetime) -> Any:
    return (
        select(
            inquiries,
            patients.c.identity,
            policies.c.sealed,
            policies.c.payer,
            visits.c.starts_at,
        )
        .select_from(inquiries)
        .join(patients, patients.c.patient_id == inquiries.c.patient_id)
        .join(policies, policies.c.policy_id == inquiries.c.policy_id)
        .join(visits, visits.c.visit_id == inquiries.c.visit_id)
        .where(_is_due(now))
        .order_by(visits.c.starts_at, inquiries.c.inquiry_id)
    )


def _taken(ledger: Ledger, row: Any, until: datetime) -> Taken:
    who = identity(ledger, row.patient_id, row.identity)
    return Taken(row, row.fence + 1, who, card(ledger, row), until)


def _free_lost(con: Connection, wall: datetime, may_repeat: Callable[[str], bool]) -> None:
    """Whoever asked is gone, and nobody knows whether the payer heard it."""
    lost = inquiries.c.status == InquiryStatus.ASKING.value
    for row in list(con.execute(select(inquiries).where(lost, inquiries.c.lease_until <= wall))):
        # Taken then, it may have left as late as its lease ended.
        again = None if may_repeat(row.payer_id) else row.asked_at + DAY + LEASE
        fields = {"fence": row.fence + 1, "retry_at": again}
        put(con, row.inquiry_id, InquiryStatus.PLANNED, wall, code="lost", **fields)


def _hold_what_is_too_soon(
    con: Connection, now: datetime, may_repeat: Callable[[str], bool]
) -> None:
    """The last gate before a payer of a question a day, whatever made the row due."""
    soon = select(inquiries).where(_is_due(now), inquiries.c.asked_at > now - DAY)
    for row in list(con.execute(soon)):
        if not may_repeat(row.payer_id):
            until = row.asked_at + DAY
            put(con, row.inquiry_id, InquiryStatus.PLANNED, now, retry_at=until)


def _hold_what_was_restored(con: Connection, may_repeat: Callable[[str], bool]) -> None:
    """What waited in a backup may have been asked since: a payer of a question a day waits."""
    gap = gap_of(con)
    if gap is None:
        return
    until = gap.until + DAY
    waits = (
        inquiries.c.status == InquiryStatus.PLANNED.value,
        inquiries.c.created_at <= gap.until,
        inquiries.c.retry_at.is_(None) | (inquiries.c.retry_at < until),
    )
    for row in list(con.execute(select(inquiries).where(*waits))):
        if not may_repeat(row.payer_id):
            put(con, row.inquiry_id, InquiryStatus.PLANNED, gap.until, retry_at=until)


def _one_at_a_time(con: Connection, clinic: str) -> None:
    # On SQLite the write lock is held already.
    if con.dialect.name == "postgresql":
        con.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"inquiries {clinic}"))))


def settle(
    con: Connection,
    inquiry_id: str,
    fence: int,
    status: InquiryStatus,
    now: datetime,
    outcome: Outcome | None = None,
    **more: Any,
) -> bool:
    """Write what came of it; False where another worker has it by now."""
    values = {"status": status.value, "updated_at": now, "lease_until": None} | more
    if outcome is not None:
        values["outcome"] = outcome.value
    return con.execute(_SET_MINE, values | {"this": inquiry_id, "held": fence}).rowcount == 1


def put(
    con: Connection, inquiry_id: str, status: InquiryStatus, now: datetime, **more: Any
) -> None:
    """Set a question's status, whoever holds it."""
    values = {"status": status.value, "updated_at": now} | more
    con.execute(_SET, values | {"this": inquiry_id})


def replied(con: Connection, limit: int = 200) -> list[str]:
    """Questions whose answers nobody read yet, oldest first."""
    query = select(inquiries.c.inquiry_id).where(inquiries.c.status == InquiryStatus.REPLIED.value)
    return list(con.execute(query.order_by(inquiries.c.updated_at).limit(limit)).scalars())


def reply_of(con: Connection, inquiry_id: str) -> Any:
    """An answer with what is needed to read it; None where somebody else has read it by now."""
    return con.execute(_REPLY, {"this": inquiry_id}).first()


def of_check(con: Connection, check_id: str) -> list[Any]:
    """Every question of a check."""
    return list(con.execute(_OF_CHECK, {"check": check_id}))


def last_asked(con: Connection, policy_ids: Iterable[str]) -> dict[str, datetime]:
    """By policy when any question about it last left."""
    wanted = list(policy_ids)
    query = (
        select(inquiries.c.policy_id, func.max(inquiries.c.asked_at))
        .where(inquiries.c.policy_id.in_(wanted), inquiries.c.asked_at.is_not(None))
        .group_by(inquiries.c.policy_id)
    )
    return {row[0]: _instant(row[1]) for row in con.execute(query)}


def _instant(value: Any) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value
