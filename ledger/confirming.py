"""Keep that a patient means to come, once for a visit as it stands, whoever asked for it."""

from datetime import datetime

from sqlalchemy import Connection

from data_contracts.deed import Act, Deed
from data_contracts.dialogue import AskedBy
from ledger.audit import record
from ledger.schema_dialogue import confirmations
from ledger.store import Ledger, insert_new


def keep_confirmed(
    ledger: Ledger,
    con: Connection,
    visit_id: str,
    version: int,
    asked_by: AskedBy,
    now: datetime,
    why: str | None = None,
) -> bool:
    """Write it with its row of the audit; False where it stood there before."""
    row = {"visit_id": visit_id, "visit_version": version, "asked_by": asked_by.value, "at": now}
    is_new = insert_new(con, confirmations, [row]) == 1
    if is_new:
        record(ledger, con, [Act(Deed.VISIT_CONFIRMED, visit_id, why or f"by {asked_by}")])
    return is_new
