"""The facts of claims as the warehouse holds them: pseudonyms, codes and cents."""

from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from data_contracts.claim_life import ClaimState
from ledger.schema import patients
from ledger.schema_claims import claim_payments, claims
from ledger.store import Ledger

_SAME = (
    "payer", "is_reversal", "is_first", "is_standing", "outcome", "charge_cents", "paid_cents",
    "denied_cents", "preventable_cents", "denial_class", "denial_step", "decided_at",
)  # fmt: skip


def claim_rows(ledger: Ledger, con: Connection) -> list[dict[str, Any]]:
    """Every claim but those whose charges were taken back before they left."""
    query = select(claims).where(
        claims.c.status != ClaimState.WITHDRAWN.value, claims.c.patient_id.not_in(_erased())
    )
    return [
        {
            "claim_key": ledger.pseudonym(row.claim_id),
            "patient_key": ledger.pseudonym(row.patient_id),
            "visit_key": _key(ledger, row.visit_id),
            "payer": row.payer,
            "status": row.status,
            "service_on": date.fromisoformat(row.service_on),
            "charge_cents": row.charge_cents,
            "fields_there": row.fields_there,
            "fields_needed": row.fields_needed,
            "created_at": row.created_at,
            "filed_at": row.filed_at,
        }
        for row in con.execute(query)
    ]


def payment_rows(ledger: Ledger, con: Connection) -> list[dict[str, Any]]:
    """Each payment of a claim, ours or another system's."""
    query = select(claim_payments, claims.c.visit_id).outerjoin(
        claims, claims.c.claim_id == claim_payments.c.claim_id
    )
    return [
        {name: row[name] for name in _SAME}
        | {
            "payment_key": ledger.pseudonym(row["payment_id"]),
            "claim_key": ledger.pseudonym(row["claim_id"] or row["control_index"]),
            "patient_key": _key(ledger, row["patient_id"]),
            "visit_key": _key(ledger, row["visit_id"]),
        }
        for row in con.execute(query).mappings()
    ]


def _erased() -> Any:
    return select(patients.c.patient_id).where(patients.c.erased_at.is_not(None))


def _key(ledger: Ledger, own_id: str | None) -> str | None:
    return None if own_id is None else ledger.pseudonym(own_id)
