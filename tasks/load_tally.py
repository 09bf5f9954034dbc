"""Whether the warehouse has all that the ledger has: rows counted on both sides, by their status.

What changed is read by its mark of time. A mark may lie: a clock that was behind, an import dated
back. A row that it passed over leaves the ledger with more rows of a status than the warehouse.
"""

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from sqlalchemy import ColumnElement, Connection, Table, func, select

from data_contracts.claim_life import ClaimState
from ledger.schema import patients
from ledger.schema_claims import claim_payments, claims
from ledger.store import pairs

if TYPE_CHECKING:
    import duckdb

Tally = dict[str | None, int]
_ALL: Final = None
"""The one status of rows that have none."""
_ERASED: Final = select(patients.c.patient_id).where(patients.c.erased_at.is_not(None))


def is_behind(con: "duckdb.DuckDBPyConnection", table: str, counted: Tally) -> bool:
    """Whether the ledger has more rows of some status than the warehouse's table."""
    kind = "NULL" if _ALL in counted else "status"
    query = f"SELECT {kind}, count(*) FROM {table} GROUP BY 1"
    here = dict(con.execute(query).fetchall()) if counted else {}
    return any(count > here.get(status, 0) for status, count in counted.items())


def rows_of(table: Table) -> Callable[[Connection], Tally]:
    """All rows; for what is written once and never changes."""
    return lambda con: {_ALL: con.execute(select(func.count()).select_from(table)).scalar_one()}


def by_status(table: Table, *only: ColumnElement[bool]) -> Callable[[Connection], Tally]:
    """Rows by status, but those of patients who were erased: they are evidence, and not loaded."""

    def count(con: Connection) -> Tally:
        every = select(table.c.status, func.count()).where(*only).group_by(table.c.status)
        found: Tally = pairs(con.execute(every))
        if "patient_id" in table.c:
            for status, gone in con.execute(every.where(table.c.patient_id.in_(_ERASED))):
                found[status] -= gone
        return found

    return count


def claims_by_status(con: Connection) -> Tally:
    """Claims to first payers by status, but those that were taken back."""
    found = by_status(claims)(con)
    # The few are counted by an index and taken off: to look for the many reads every chart.
    seconds = select(claims.c.status).where(
        claims.c.first_claim_id > "", claims.c.patient_id.not_in(_ERASED)
    )
    for status, count in Counter(con.execute(seconds).scalars()).items():
        found[status] -= count
    found.pop(ClaimState.WITHDRAWN.value, None)
    return found


def payments_of_firsts(con: Connection) -> Tally:
    """Payments, but those of claims to second payers."""
    behind = select(claims.c.claim_id).where(claims.c.first_claim_id > "")
    ours = claim_payments.c.claim_id.is_(None) | claim_payments.c.claim_id.not_in(behind)
    return {_ALL: con.execute(select(func.count()).where(ours)).scalar_one()}


def uncounted(con: Connection) -> Tally:
    """Nothing: what came of several tables has no count of its own."""
    return {}
