"""Claims as people read them: by our own number, without anybody's name."""

from typing import Any

from sqlalchemy import Connection, select

from data_contracts.claim_life import ClaimState
from data_contracts.denial import DenialClass, denial_codes
from data_contracts.errors import UserError
from ledger import claims
from ledger.schema_claims import claim_denials, claim_payments, claim_statements
from ledger.schema_claims import claims as claims_table
from tasks.room import Room


def claim_lines(here: Room, *, with_left: bool = False) -> list[dict[str, Any]]:
    """One line a claim, the oldest service first."""
    query = select(claims_table)
    if not with_left:
        waits = [ClaimState.HELD, ClaimState.READY, ClaimState.REJECTED]
        query = query.where(claims_table.c.status.in_([one.value for one in waits]))
    with here.ledger.read() as con:
        rows = list(con.execute(query.order_by(claims_table.c.service_on, claims_table.c.control)))
        return [
            _line(row) | {"what": ", ".join(one.code for one in _grave(con, row))} for row in rows
        ]


def claim_story(here: Room, control: str) -> dict[str, Any]:
    """All that is known of one claim. Raises UserError where there is none."""
    with here.ledger.read() as con:
        row = claims.by_control(con, [control]).get(control)
        if row is None:
            raise UserError(
                f"{here.clinic.slug}: no claim has the number {control}; `ptclinic claims list"
                f" {here.clinic.slug} --all` names them"
            )
        return _line(row) | {
            "findings": [
                {name: getattr(one, name) for name in ("severity", "field", "problem", "remedy")}
                for one in claims.findings_of(con, row.claim_id)
            ],
            "statements": _statements(con, row.claim_id),
            "payments": _payments(con, row.claim_id),
        }


def _line(row: Any) -> dict[str, Any]:
    return {
        "claim": row.control,
        "status": row.status,
        "service_on": row.service_on,
        "payer": row.payer,
        "charge": row.charge_cents / 100,
        "there": f"{row.fields_there}/{row.fields_needed}",
    }


def _grave(con: Connection, row: Any) -> list[Any]:
    return [one for one in claims.findings_of(con, row.claim_id) if one.severity != "note"]


def _statements(con: Connection, claim_id: str) -> list[dict[str, Any]]:
    query = select(claim_statements).where(claim_statements.c.claim_id == claim_id)
    return [
        {
            "at": f"{row.at:%Y-%m-%d}",
            "kind": row.kind,
            "fate": row.fate,
            "code": ":".join(one for one in (row.category, row.code, row.entity) if one),
        }
        for row in con.execute(query.order_by(claim_statements.c.at))
    ]


def _payments(con: Connection, claim_id: str) -> list[dict[str, Any]]:
    query = select(claim_payments).where(claim_payments.c.claim_id == claim_id)
    return [
        {
            "at": f"{row.decided_at:%Y-%m-%d}",
            "status": row.status,
            "outcome": row.outcome,
            "paid": row.paid_cents / 100,
            "denied": row.denied_cents / 100,
            "stands": row.is_standing,
            "denials": _denials(con, row.payment_id),
        }
        for row in con.execute(query.order_by(claim_payments.c.decided_at))
    ]


def _denials(con: Connection, payment_id: str) -> list[dict[str, Any]]:
    query = select(claim_denials).where(claim_denials.c.payment_id == payment_id)
    words = denial_codes().classes
    return [
        {
            "procedure": row.procedure,
            "code": f"{row.group_code}-{row.reason}",
            "amount": row.amount_cents / 100,
            "class": words[DenialClass(row.denial_class)].words,
            "preventable": row.preventable,
            "step": row.step,
            "is_code_known": row.is_listed,
        }
        for row in con.execute(query.order_by(claim_denials.c.number))
    ]
