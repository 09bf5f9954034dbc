"""What payers allowed for the clinic's own claims, as their remittances had it."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, select

from ledger.schema_claims import claim_payments, claims
from ledger.store import unindexed

_PARTS = 500


class AllowedClaim(NamedTuple):
    """One claim with what was paid for it and what was left to the patient."""

    claim_id: str
    patient_id: str
    service_on: date
    cents: int


def allowed_claims(
    con: Connection, payers: Iterable[str], patient_ids: Iterable[str]
) -> list[AllowedClaim]:
    """Of payers by their keys in the clinic's file; the least that it can be.

    What a reversal took back counts nothing, nor does a claim of which something was denied: what
    the patient owes of that was allowed by nobody.
    """
    wanted, ids = sorted(payers), sorted(patient_ids)
    found: list[AllowedClaim] = []
    for start in range(0, len(ids), _PARTS):
        query = (
            select(claims.c.claim_id, claims.c.patient_id, claims.c.service_on)
            .add_columns(claim_payments.c.paid_cents, claim_payments.c.patient_cents)
            .join(claim_payments, claim_payments.c.claim_id == claims.c.claim_id)
            .where(
                claims.c.patient_id.in_(ids[start : start + _PARTS]),
                unindexed(claims.c.payer).in_(wanted),
                claim_payments.c.is_standing,
                claim_payments.c.denied_cents == 0,
            )
        )
        found += [
            AllowedClaim(claim_id, own, date.fromisoformat(on), paid + share)
            for claim_id, own, on, paid, share in con.execute(query)
        ]
    return found
