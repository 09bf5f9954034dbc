"""The facts of claims as the warehouse holds them: pseudonyms, codes and cents."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select

from data_contracts.claim_life import ClaimState
from ledger.schema import patients
from ledger.schema_claims import claim_payments, claims
from ledger.store import Ledger

_SAME = (
    "payer", "is_reversal", "is_first", "is_standing", "outcome", "charge_cents", "paid_cents",
    "denied_cents", "preventable_cents", "denial_class", "denial_step", "decided_at",
)  # fmt: skip
_SAME_CLAIM = ("claim_id", "control_index", "payer_control_index")


def claim_rows(ledger: Ledger, con: Connection, since: datetime | None) -> list[dict[str, Any]]:
    """Claims to first payers, all or those that changed since; not those whose charges were taken
    back unfiled. A rate of denials counts what was done once, whoever pays for it after."""
    query = select(claims).where(
        claims.c.status != ClaimState.WITHDRAWN.value, claims.c.patient_id.not_in(_erased())
    )
    if since is not None:
        query = query.where(claims.c.updated_at >= since)
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
        # Asked of the ledger, SQLite would find these by that column and not by their mark.
        if row.first_claim_id is None
    ]


def payment_rows(ledger: Ledger, con: Connection, since: datetime | None) -> list[dict[str, Any]]:
    """Payments of claims, ours or another system's: all, or those read since and of one claim
    with them, which of two stands being settled by the later."""
    query = select(claim_payments, claims.c.visit_id).outerjoin(
        claims, claims.c.claim_id == claim_payments.c.claim_id
    )
    query = query.where(claims.c.first_claim_id.is_(None))
    if since is not None:
        query = query.where(
            or_(*(_with_new(claim_payments.c[name], since) for name in _SAME_CLAIM))
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


def _with_new(column: ColumnElement[Any], since: datetime) -> ColumnElement[bool]:
    new = claim_payments.alias()
    read = select(new.c[column.name]).where(new.c.read_at >= since, new.c[column.name].is_not(None))
    return column.in_(read)


def _erased() -> Any:
    return select(patients.c.patient_id).where(patients.c.erased_at.is_not(None))


def _key(ledger: Ledger, own_id: str | None) -> str | None:
    return None if own_id is None else ledger.pseudonym(own_id)
