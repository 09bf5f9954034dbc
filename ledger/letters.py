"""Letters to the owner as rows: begun once a week, and told what became of them."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from data_contracts.letter import LetterStatus
from ledger.schema_letter import owner_letters
from ledger.store import insert_new


def begin_letter(con: Connection, week: str, letter_id: str, now: datetime) -> bool:
    """Whether this week's letter may leave now: it is the first, or no carrier took the last."""
    fresh = {"letter_id": letter_id, "status": LetterStatus.SENDING.value, "written_at": now}
    if insert_new(con, owner_letters, [fresh | {"week": week}]):
        return True
    again = update(owner_letters).where(
        owner_letters.c.week == week, owner_letters.c.status == LetterStatus.NOT_TAKEN.value
    )
    return con.execute(again.values(**fresh, code=None, settled_at=None)).rowcount == 1


def standing(con: Connection, week: str) -> LetterStatus | None:
    """What is known of a week's letter; None before it was begun."""
    query = select(owner_letters.c.status).where(owner_letters.c.week == week)
    found = con.execute(query).scalar()
    return None if found is None else LetterStatus(found)


def settle_letter(
    con: Connection,
    letter_id: str,
    status: LetterStatus,
    now: datetime,
    *,
    vendor_id: str | None = None,
    code: str | None = None,
) -> None:
    """Write down what became of it."""
    con.execute(
        update(owner_letters)
        .where(owner_letters.c.letter_id == letter_id)
        .values(status=status.value, vendor_id=vendor_id, code=code, settled_at=now)
    )
