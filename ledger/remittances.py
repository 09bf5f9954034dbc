"""What came back about claims: each file once, what it said of each claim, what it paid.

A file lies sealed under a key of its own. Numbers of claims lie as keyed hashes: in another
system's claims they name a patient's account.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Connection, or_, select

from data_contracts.claim_life import AnswerKind, AnswerState
from data_contracts.remittance import Adjustment, ClaimPayment, LinePayment, Remittance
from ledger import records
from ledger.keys import keyed_hash
from ledger.schema_claims import (
    claim_answers,
    claim_denials,
    claim_payments,
    claim_statements,
    remittance_lines,
)
from ledger.store import Ledger, new_id, to_json


class Came(NamedTuple):
    """A file that came back."""

    name: str
    raw: bytes
    read_at: datetime


class Said(NamedTuple):
    """What an acknowledgement said of one of our claims."""

    claim_id: str
    patient_id: str
    kind: AnswerKind
    fate: str
    category: str | None
    code: str | None
    entity: str | None


class DeniedLine(NamedTuple):
    """A line that was denied, with what that means; number 0 is the claim as a whole."""

    number: int
    procedure: str | None
    group: str
    reason: str
    denial_class: str
    preventable: str
    step: str
    is_listed: bool
    amount: Decimal


class JudgedPayment(NamedTuple):
    """What a payer said of one claim, and what that means."""

    place: int
    payment: ClaimPayment
    payer: str
    paid_on: date | None
    outcome: str
    line_outcomes: tuple[str, ...]
    denied: Decimal
    preventable: Decimal
    denials: tuple[DeniedLine, ...]
    main_class: str | None
    main_step: str | None
    claim: Any
    """The row of our claim; None where it is none of ours."""


class Adjudication(NamedTuple):
    """One payment of a claim as it lies here, for netting."""

    payment_id: str
    control: str
    payer_control: str | None
    charge: Decimal
    paid: Decimal
    is_reversal: bool


def is_known(ledger: Ledger, con: Connection, raw: bytes) -> bool:
    """Whether a file of the same bytes was read or set aside before."""
    query = select(claim_answers.c.answer_id).where(claim_answers.c.digest == _digest(ledger, raw))
    return con.execute(query).first() is not None


def set_posted(ledger: Ledger, con: Connection, one: Remittance, now: datetime) -> bool:
    """Say that a payment is posted; False where the same one, with all its claims, was before."""
    said = repr(one._replace(warnings=()))
    mark = f"835:{keyed_hash(ledger.keys.key('identity_hash'), said)[:40]}"
    if records.cursor(con, mark) is not None:
        return False
    records.set_cursor(con, mark, True, now)
    return True


def keep_answer(
    ledger: Ledger,
    con: Connection,
    came: Came,
    kind: AnswerKind,
    *,
    claims: int = 0,
    unknown: int = 0,
    reason: str = "",
) -> str:
    """Keep a file as it came; with a `reason` it is set aside. Returns its id."""
    answer_id = new_id()
    state = AnswerState.QUARANTINED if reason else AnswerState.READ
    con.execute(
        claim_answers.insert().values(
            answer_id=answer_id,
            digest=_digest(ledger, came.raw),
            name=came.name[:120],
            kind=kind.value,
            status=state.value,
            reason=reason[:40],
            raw=ledger.seal_text(came.raw.decode("latin-1"), _about(answer_id)),
            claims=claims,
            unknown=unknown,
            read_at=came.read_at,
        )
    )
    return answer_id


def raw_answer(ledger: Ledger, row: Any) -> bytes:
    """A file as it came; raises SealBroken where its key was forgotten."""
    return ledger.unseal_text(row.raw, _about(row.answer_id)).encode("latin-1")


def answer_key(ledger: Ledger, answer_id: str) -> str:
    """The name of the key of one file: to forget it is to make the file unreadable."""
    return ledger.text_key(_about(answer_id))


def keep_statements(con: Connection, answer_id: str, said: Iterable[Said], now: datetime) -> None:
    """Keep what an acknowledgement said, claim by claim."""
    rows = [
        {
            "answer_id": answer_id,
            "number": number,
            "claim_id": one.claim_id,
            "patient_id": one.patient_id,
            "kind": one.kind.value,
            "fate": one.fate,
            "category": one.category and one.category[:4],
            "code": one.code and one.code[:8],
            "entity": one.entity and one.entity[:4],
            "at": now,
        }
        for number, one in enumerate(said, start=1)
    ]
    if rows:
        con.execute(claim_statements.insert(), rows)


def keep_payments(
    ledger: Ledger, con: Connection, answer_id: str, found: Iterable[JudgedPayment], now: datetime
) -> set[str]:
    """Keep what was paid and denied; returns the hashes of the claims' numbers, to be netted."""
    payments, lines, denials = [], [], []
    for one in found:
        payment_id = new_id()
        payments.append(_payment_row(ledger, answer_id, payment_id, one, now))
        lines += _line_rows(payment_id, one)
        denials += _denial_rows(payment_id, one)
    for table, rows in ((claim_payments, payments), (remittance_lines, lines)):
        if rows:
            con.execute(table.insert(), rows)
    if denials:
        con.execute(claim_denials.insert(), denials)
    return {row["control_index"] for row in payments}


def adjudications(con: Connection, controls: Iterable[str]) -> list[Adjudication]:
    """Every payment of some claims, and those of the payer's same numbers, as they were decided."""
    table, wanted = claim_payments.c, sorted(controls)
    found: dict[str, Any] = {}
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        theirs = select(table.payer_control_index).where(table.control_index.in_(part))
        query = select(claim_payments).where(
            or_(table.control_index.in_(part), table.payer_control_index.in_(theirs))
        )
        found |= {row.payment_id: row for row in con.execute(query)}
    in_order = sorted(
        found.values(), key=lambda row: (row.decided_at, row.read_at, row.place, row.position)
    )
    return [
        Adjudication(
            row.payment_id,
            row.control_index,
            row.payer_control_index,
            Decimal(row.charge_cents),
            Decimal(row.paid_cents),
            row.is_reversal,
        )
        for row in in_order
    ]


def set_standing(
    con: Connection, among: Iterable[str], first: set[str], standing: set[str]
) -> None:
    """Say which payments were a claim's first, and which is the one that stands."""
    wanted = sorted(among)
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        for name, chosen in (("is_first", first), ("is_standing", standing)):
            column = claim_payments.c[name]
            mine = claim_payments.c.payment_id.in_(part)
            yes = [one for one in part if one in chosen]
            con.execute(
                claim_payments.update()
                .where(mine, column.is_(True), claim_payments.c.payment_id.not_in(yes))
                .values({name: False})
            )
            con.execute(
                claim_payments.update()
                .where(claim_payments.c.payment_id.in_(yes), column.is_(False))
                .values({name: True})
            )


def _payment_row(
    ledger: Ledger, answer_id: str, payment_id: str, one: JudgedPayment, now: datetime
) -> dict[str, Any]:
    paid, decided = one.payment, one.paid_on
    return {
        "payment_id": payment_id,
        "answer_id": answer_id,
        "place": one.place,
        "position": paid.position,
        "claim_id": one.claim.claim_id if one.claim else None,
        "patient_id": one.claim.patient_id if one.claim else None,
        "control_index": _index(ledger, f"control|{paid.control}"),
        "payer_control_index": (
            _index(ledger, f"payer|{one.payer}|{paid.payer_control}")
            if paid.payer_control
            else None
        ),
        "payer": one.payer[:60],
        "status": paid.status[:2],
        "is_reversal": paid.is_reversal,
        "is_first": False,
        "is_standing": False,
        "outcome": one.outcome,
        "charge_cents": _cents(paid.charge),
        "paid_cents": _cents(paid.paid),
        "patient_cents": _cents(paid.patient_share or Decimal(0)),
        "denied_cents": _cents(one.denied),
        "preventable_cents": _cents(one.preventable),
        "denial_class": one.main_class,
        "denial_step": one.main_step,
        "service_on": paid.begins.isoformat() if paid.begins else None,
        "paid_on": decided.isoformat() if decided else None,
        "decided_at": datetime.combine(decided, time(), UTC) if decided else now,
        "read_at": now,
    }


def _line_rows(payment_id: str, one: JudgedPayment) -> list[dict[str, Any]]:
    return [
        {
            "payment_id": payment_id,
            "number": number,
            "patient_id": one.claim.patient_id if one.claim else None,
            "procedure": line.procedure and line.procedure[:12],
            "modifiers": " ".join(line.modifiers)[:20],
            "charge_cents": _cents(line.charge),
            "paid_cents": _cents(line.paid),
            "outcome": outcome,
            "adjustments": to_json(_adjustments(line)),
            "remarks": " ".join(line.remarks)[:80],
        }
        for number, (line, outcome) in enumerate(
            zip(one.payment.lines, one.line_outcomes, strict=True), start=1
        )
    ]


def _denial_rows(payment_id: str, one: JudgedPayment) -> list[dict[str, Any]]:
    return [
        {
            "payment_id": payment_id,
            "number": line.number,
            "claim_id": one.claim.claim_id if one.claim else None,
            "patient_id": one.claim.patient_id if one.claim else None,
            "procedure": line.procedure and line.procedure[:12],
            "group_code": line.group[:2],
            "reason": line.reason[:4],
            "denial_class": line.denial_class,
            "preventable": line.preventable,
            "step": line.step,
            "is_listed": line.is_listed,
            "amount_cents": _cents(line.amount),
        }
        for line in one.denials
    ]


def _adjustments(line: LinePayment) -> list[list[Any]]:
    def told(one: Adjustment) -> list[Any]:
        return [one.group, one.reason, _cents(one.amount)]

    return [told(one) for one in line.adjustments]


def _digest(ledger: Ledger, raw: bytes) -> str:
    return keyed_hash(ledger.keys.key("identity_hash"), hashlib.sha256(raw).hexdigest())


def _index(ledger: Ledger, text: str) -> str:
    return keyed_hash(ledger.keys.key("blind_index"), text)


def _about(answer_id: str) -> str:
    return f"claim_answer|{answer_id}"


def _cents(amount: Decimal) -> int:
    return int((amount * 100).to_integral_value())
