"""Claims to the payer after the first: what the first left, told of one payment of its claim.

There is one claim a payment told of; a correction of the first payer's mends it while it is here.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, func, select

from data_contracts.claim import Claim
from data_contracts.claim_life import ClaimState
from data_contracts.prior_payer import PriorPayer
from ledger import records
from ledger.claims import new_control
from ledger.keys import keyed_hash, seal
from ledger.policies import behind_the_first
from ledger.schema_claims import claim_answers, claim_payments, claims
from ledger.schema_insurance import policies
from ledger.store import Ledger, batched, new_id

_OPEN = [state.value for state in ClaimState if state.is_open]


class Answered(NamedTuple):
    """A first payer's claim with the payment of it that stands."""

    claim: Any
    payment: Any
    policy: Any
    """The policy behind the one that pays first."""


def to_coordinate(con: Connection, limit: int) -> list[Answered]:
    """Claims that a first payer answered, of patients with another policy, not looked at yet."""
    query = (
        select(claims, claim_payments.c.payment_id)
        .join(claim_payments, claim_payments.c.claim_id == claims.c.claim_id)
        .where(
            claims.c.first_claim_id.is_(None),
            claims.c.status == ClaimState.ANSWERED.value,
            claim_payments.c.is_standing,
            claims.c.patient_id.in_(
                select(policies.c.patient_id)
                .group_by(policies.c.patient_id)
                .having(func.count() > 1)
            ),
        )
        .order_by(claims.c.service_on, claims.c.claim_id)
    )
    found = _unseen(con, list(con.execute(query)))[:limit]
    seconds = _seconds(con, {row.patient_id for row in found})
    payments = _payments(con, [row.payment_id for row in found])
    return [
        Answered(row, payments[row.payment_id], seconds[row.patient_id])
        for row in found
        if row.patient_id in seconds
    ]


def set_looked_at(con: Connection, payment_id: str, what: str, now: datetime) -> None:
    """Say what became of a payment for the second payer, so that it is looked at once."""
    records.set_cursor(con, _mark(payment_id), what, now)


def second_of(con: Connection, first_claim_id: str) -> Any:
    """The newest claim to a second payer that follows a claim; None where none does."""
    mine = select(claims).where(claims.c.first_claim_id == first_claim_id)
    return con.execute(mine.order_by(claims.c.created_at.desc(), claims.c.claim_id)).first()


def keep_second(
    ledger: Ledger,
    con: Connection,
    one: Answered,
    payer: str,
    prior: PriorPayer,
    now: datetime,
) -> bool:
    """Write the claim to a second payer, or mend the one that has not left; False where the one
    there is left already."""
    old = second_of(con, one.claim.claim_id)
    if old is not None and old.status not in (*_OPEN, ClaimState.WITHDRAWN.value):
        return False
    claim_id = old.claim_id if old is not None else new_id()
    told = {
        "payer": payer[:60],
        "prior_payment_id": one.payment.payment_id,
        "prior": _sealed(
            ledger, one.claim.patient_id, f"prior|{claim_id}", prior.model_dump_json()
        ),
        "released_at": None,
        "status": ClaimState.HELD.value,
        "updated_at": now,
    }
    if old is not None:
        con.execute(claims.update().where(claims.c.claim_id == claim_id).values(told))
        return True
    con.execute(claims.insert().values(_fresh(ledger, one.claim, claim_id, 1, now) | told))
    return True


def withdraw(con: Connection, row: Any, now: datetime) -> bool:
    """Take a claim to a second payer back; False where it left."""
    mine = claims.update().where(claims.c.claim_id == row.claim_id, claims.c.status.in_(_OPEN))
    values = {"status": ClaimState.WITHDRAWN.value, "updated_at": now}
    return con.execute(mine.values(values)).rowcount == 1


def keep_again(ledger: Ledger, con: Connection, rejected: Any, now: datetime) -> None:
    """Begin a claim to a second payer anew, under another number, after it was turned back."""
    query = select(claims).where(claims.c.first_claim_id == rejected.first_claim_id)
    before = len(con.execute(query).all())
    claim_id = new_id()
    plain = prior_of(ledger, rejected).model_dump_json()
    told = {
        "payer": rejected.payer,
        "prior_payment_id": rejected.prior_payment_id,
        "prior": _sealed(ledger, rejected.patient_id, f"prior|{claim_id}", plain),
        "status": ClaimState.HELD.value,
        "updated_at": now,
    }
    fresh = _fresh(ledger, rejected, claim_id, before + 1, now)
    con.execute(claims.insert().values(fresh | {"first_claim_id": rejected.first_claim_id} | told))


def prior_of(ledger: Ledger, row: Any) -> PriorPayer:
    """What the first payer decided; raises SealBroken where the patient's key is gone."""
    name = f"patient:{row.patient_id}"
    return PriorPayer.model_validate_json(
        ledger.keys.opened(name, row.prior, f"prior|{row.claim_id}")
    )


def filed_claim(ledger: Ledger, row: Any) -> Claim:
    """A claim as it left; raises SealBroken."""
    name = f"patient:{row.patient_id}"
    return Claim.model_validate_json(ledger.keys.opened(name, row.filed, f"claim|{row.claim_id}"))


def changed_firsts(con: Connection, rows: Iterable[Any]) -> set[str]:
    """Of claims to second payers those whose first claim was charged anew after it had left."""
    wanted = sorted({row.first_claim_id for row in rows if row.first_claim_id})
    found: set[str] = set()
    for start in range(0, len(wanted), 500):
        part = claims.c.claim_id.in_(wanted[start : start + 500])
        query = select(claims.c.claim_id).where(part, claims.c.is_changed)
        found |= set(con.execute(query).scalars())
    return found


def _fresh(
    ledger: Ledger, before: Any, claim_id: str, attempt: int, now: datetime
) -> dict[str, Any]:
    """The columns of a new claim of the same charges as one before it."""
    own = before.patient_id
    chart = ledger.keys.opened(f"patient:{own}", before.chart, f"chart|{before.claim_id}")
    first = before.first_claim_id or before.claim_id
    key = ledger.keys.key("identity_hash")
    return {
        "claim_id": claim_id,
        "control": new_control(),
        "patient_id": own,
        "visit_id": before.visit_id,
        "service_on": before.service_on,
        "charge_cents": before.charge_cents,
        "source_hash": keyed_hash(key, f"second|{first}|{attempt}"),
        "content_hash": before.content_hash,
        "chart": _sealed(ledger, own, f"chart|{claim_id}", chart.decode()),
        "fields_there": 0,
        "fields_needed": 0,
        "is_changed": False,
        "first_claim_id": first,
        "created_at": now,
    }


def _unseen(con: Connection, rows: list[Any]) -> list[Any]:
    seen: set[str] = set()
    for part in batched(rows, 500):
        seen |= set(records.cursors_of(con, (_mark(row.payment_id) for row in part)))
    return [row for row in rows if _mark(row.payment_id) not in seen]


def _seconds(con: Connection, patient_ids: set[str]) -> dict[str, Any]:
    """By patient the policy next to the one that pays first."""
    behind = behind_the_first(con, patient_ids)
    found: dict[str, Any] = {}
    ids = sorted(patient_ids)
    for start in range(0, len(ids), 500):
        query = select(policies).where(policies.c.patient_id.in_(ids[start : start + 500]))
        for row in con.execute(query.order_by(policies.c.rank, policies.c.policy_id)):
            if row.policy_id in behind:
                found.setdefault(row.patient_id, row)
    return found


def _payments(con: Connection, payment_ids: list[str]) -> dict[str, Row[Any]]:
    """Payments with the file that each came in."""
    found: dict[str, Row[Any]] = {}
    for start in range(0, len(payment_ids), 500):
        part = claim_payments.c.payment_id.in_(payment_ids[start : start + 500])
        query = (
            select(claim_payments, claim_answers.c.raw)
            .join(claim_answers, claim_answers.c.answer_id == claim_payments.c.answer_id)
            .where(part)
        )
        found |= {row.payment_id: row for row in con.execute(query)}
    return found


def _mark(payment_id: str) -> str:
    return f"second:{payment_id}"


def _sealed(ledger: Ledger, patient_id: str, about: str, plain: str) -> bytes:
    return seal(ledger.keys.key(f"patient:{patient_id}"), plain.encode(), about)
