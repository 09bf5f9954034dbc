"""What was offered and linked, and is over for long: rows of a dialogue that no law asks for."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, select

from ledger.charts import held
from ledger.schema import visits
from ledger.schema_dialogue import links, offers, open_slots


def drop_over(con: Connection, links_before: datetime, evidence_before: datetime) -> dict[str, int]:
    """Delete links that were over at the one moment, offers and slots that were at the other.

    Nothing of whoever is under a legal hold goes.
    """
    kept = held(con)
    theirs = select(visits.c.visit_id).where(visits.c.patient_id.in_(kept))
    free = open_slots.c.taken_by.is_(None) | open_slots.c.taken_by.not_in(kept)
    wanted: list[tuple[Any, ColumnElement[bool]]] = [
        (links, and_(links.c.expires_at < links_before, links.c.patient_id.not_in(kept))),
        (offers, and_(offers.c.expires_at < evidence_before, offers.c.patient_id.not_in(kept))),
        (
            open_slots,
            and_(
                open_slots.c.starts_at < evidence_before,
                open_slots.c.visit_id.not_in(theirs),
                free,
            ),
        ),
    ]
    counts = {
        table.name: con.execute(table.delete().where(over)).rowcount for table, over in wanted
    }
    return {name: count for name, count in counts.items() if count}
