"""Which arm governs a visit: the first that was drawn for it, whatever sprint began or ended since.

Every list, board and gate asks here, so that no two of them can think differently of one visit.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, Subquery, and_, or_, select

from data_contracts.sprint import TREATED
from ledger.schema import assignments
from ledger.store import pairs


def governing() -> Subquery:
    """One row a visit that was ever drawn, as a table to join: a moved visit keeps its arm."""
    earlier = assignments.alias("earlier")
    is_before = or_(
        earlier.c.assigned_at < assignments.c.assigned_at,
        and_(
            earlier.c.assigned_at == assignments.c.assigned_at,
            earlier.c.sprint < assignments.c.sprint,
        ),
    )
    older = select(earlier.c.visit_id).where(
        earlier.c.visit_id == assignments.c.visit_id, is_before
    )
    return select(assignments).where(~older.exists()).subquery("governing")


def arms_of(con: Connection, visit_ids: Iterable[str]) -> dict[str, str]:
    """The arm of each visit that was drawn; the others are treated, as `arm_of` says."""
    one = governing()
    query = select(one.c.visit_id, one.c.arm).where(one.c.visit_id.in_(sorted(set(visit_ids))))
    return pairs(con.execute(query))


def arm_of(con: Connection, visit_id: str) -> str:
    """A visit's arm; what was never drawn is treated, and has no score that could buy anything."""
    return arms_of(con, [visit_id]).get(visit_id, TREATED)
