"""What payers answered and what it means for visits; both sealed under the patient's own key."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from pydantic import TypeAdapter
from sqlalchemy import Connection, bindparam, select

from data_contracts.coverage import CoverageSummary
from data_contracts.inquiry import Reply
from ledger.keys import seal
from ledger.policies import behind_the_first
from ledger.schema_insurance import answers, coverages, inquiries
from ledger.store import Ledger, upsert

_SUMMARY: TypeAdapter[CoverageSummary] = TypeAdapter(CoverageSummary)
_FIELDS = list(CoverageSummary._fields)
_OF_CHECK = (
    select(answers, inquiries.c.service_type, inquiries.c.asked_at, inquiries.c.outcome)
    .join(inquiries, inquiries.c.inquiry_id == answers.c.inquiry_id)
    .where(inquiries.c.check_id == bindparam("check"))
    .order_by(answers.c.received_at)
)
_ONE = select(coverages).where(
    coverages.c.visit_id == bindparam("visit"), coverages.c.check_id == bindparam("check")
)
NOTE_LEASE = timedelta(minutes=5)
"""How long one worker alone writes a note."""


class Owed(NamedTuple):
    """What the patient will owe for the visit, in cents."""

    low: int | None
    high: int | None


class Placed(NamedTuple):
    """For which visit and check a summary stands. `is_carried`: another day was asked about."""

    visit_id: str
    check_id: str
    patient_id: str
    policy_id: str
    asked_at: datetime
    is_carried: bool = False


def keep_answer(
    ledger: Ledger,
    con: Connection,
    inquiry_id: str,
    patient_id: str,
    reply: Reply,
    now: datetime,
) -> None:
    """Keep an answer as it came; a later one to the same question takes its place."""
    key = ledger.keys.key(f"patient:{patient_id}")
    row = {
        "inquiry_id": inquiry_id,
        "patient_id": patient_id,
        "raw": seal(key, reply.raw, inquiry_id),
        "media": reply.media.value,
        "vendor": reply.vendor,
        "vendor_reference": reply.vendor_reference,
        "refused": ",".join(f"{one.code}:{one.follow_up}:{one.loop}" for one in reply.rejections)[
            :240
        ]
        or None,
        "received_at": now,
    }
    upsert(con, answers, [row], ["inquiry_id"])


def raw_answer(ledger: Ledger, row: Any) -> bytes:
    """The bytes of an answer; raises SealBroken where the key is gone."""
    return ledger.keys.opened(f"patient:{row.patient_id}", row.raw, row.inquiry_id)


def answers_of(con: Connection, check_id: str) -> list[Any]:
    """Every answer of a check that was taken for the patient's own, oldest first."""
    return list(con.execute(_OF_CHECK, {"check": check_id}))


def keep_coverage(
    ledger: Ledger,
    con: Connection,
    where: Placed,
    summary: CoverageSummary,
    owed: Owed,
    now: datetime,
    *,
    note: str = "none",
) -> bool:
    """Write what a check says of a visit, in the place of what it said before; False where it says
    the same."""
    told = {
        "service_on": summary.service_on.isoformat(),
        "asked_at": where.asked_at,
        "is_carried": where.is_carried,
        "status": summary.status.value,
        "is_therapy_covered": summary.pt_covered,
        "authorization": summary.authorization.value,
        "visits_remaining": _whole(summary),
        "owed_low_cents": owed.low,
        "owed_high_cents": owed.high,
        "has_other_payer": bool(summary.other_payers),
        "is_unsure": _is_unsure(summary),
    }
    old = _row(con, where.visit_id, where.check_id)
    if old is not None and opened(ledger, old) == summary:
        return note == "due" and _now_due(con, old)
    key = ledger.keys.key(f"patient:{where.patient_id}")
    own = {
        "visit_id": where.visit_id,
        "check_id": where.check_id,
        "patient_id": where.patient_id,
        "policy_id": where.policy_id,
        "sealed": seal(key, _written(summary), _about(where.visit_id, where.check_id)),
        "summed_at": now,
        "note_status": note,
        "note_attempts": 0,
        "noted_at": None,
    }
    upsert(con, coverages, [own | told], ["visit_id", "check_id"])
    return True


def opened(ledger: Ledger, row: Any) -> CoverageSummary | None:
    """The whole summary of a row; None where an older version of us wrote it, which is to be
    replayed. Raises SealBroken where the key is gone."""
    name, about = f"patient:{row.patient_id}", _about(row.visit_id, row.check_id)
    said = json.loads(ledger.keys.opened(name, row.sealed, about))
    return _SUMMARY.validate_python(said["summary"]) if said["fields"] == _FIELDS else None


def newest(con: Connection, visit_ids: Iterable[str]) -> dict[str, Any]:
    """By visit what the newest check of the policy that pays first says."""
    return {visit_id: found[0] for visit_id, found in history(con, visit_ids).items()}


def history(
    con: Connection, visit_ids: Iterable[str], *, is_second: bool = False
) -> dict[str, list[Any]]:
    """By visit what each check says, the newest first: of the policy that pays first, or of those
    behind it. A policy that is gone paid first once."""
    found: dict[str, list[Any]] = {}
    for row in _checks(con, visit_ids, is_second=is_second):
        found.setdefault(row.visit_id, []).append(row)
    return found


def _checks(con: Connection, visit_ids: Iterable[str], *, is_second: bool) -> Iterator[Any]:
    wanted = list(visit_ids)
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        query = select(coverages).where(coverages.c.visit_id.in_(part))
        newest_first = (coverages.c.asked_at.desc(), coverages.c.check_id)
        rows = list(con.execute(query.order_by(*newest_first)))
        behind = behind_the_first(con, (row.patient_id for row in rows))
        yield from (row for row in rows if (row.policy_id in behind) is is_second)


def take_note(con: Connection, row: Any, wall: datetime) -> bool:
    """Say that this worker writes the note of a coverage now; False where another one does."""
    same, seen = _same(row), coverages.c.note_status == row.note_status
    mine = coverages.update().where(*same, seen, to_be_noted(wall))
    again = coverages.c.note_attempts + 1
    values = {"note_status": "writing", "note_attempts": again, "noted_at": wall}
    return con.execute(mine.values(values)).rowcount == 1


def to_be_noted(wall: datetime) -> Any:
    """What is due to be noted, and what nobody is at any more though it may be there."""
    is_free = coverages.c.noted_at.is_(None) | (coverages.c.noted_at <= wall - NOTE_LEASE)
    return (coverages.c.note_status == "due") | ((coverages.c.note_status == "writing") & is_free)


def settle_note(con: Connection, row: Any, status: str, at: datetime | None) -> bool:
    """Say what became of writing it; `at` where it is written. False where somebody said so."""
    tried = coverages.c.note_attempts == row.note_attempts + 1
    mine = coverages.update().where(*_same(row), coverages.c.note_status == "writing", tried)
    return con.execute(mine.values(note_status=status, noted_at=at)).rowcount == 1


def _now_due(con: Connection, row: Any) -> bool:
    mine = coverages.update().where(*_same(row), coverages.c.note_status == "none")
    return con.execute(mine.values(note_status="due")).rowcount == 1


def _same(row: Any) -> tuple[Any, ...]:
    return coverages.c.visit_id == row.visit_id, coverages.c.check_id == row.check_id


def _row(con: Connection, visit_id: str, check_id: str) -> Any:
    return con.execute(_ONE, {"visit": visit_id, "check": check_id}).first()


def _written(summary: CoverageSummary) -> bytes:
    said = {"fields": _FIELDS, "summary": _SUMMARY.dump_python(summary, mode="json")}
    return json.dumps(said, separators=(",", ":")).encode()


def _about(visit_id: str, check_id: str) -> str:
    return f"{visit_id}|{check_id}"


def _whole(summary: CoverageSummary) -> int | None:
    left = summary.visits.remaining
    return None if left is None else int(left.low)


def _is_unsure(summary: CoverageSummary) -> bool:
    stated = (
        summary.copay,
        summary.coinsurance,
        summary.visits.limit,
        summary.visits.remaining,
        summary.deductible.individual.remaining,
        summary.deductible.family.remaining,
    )
    return any(one is not None and (one.is_ambiguous or one.is_estimated) for one in stated)
