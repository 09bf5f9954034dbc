"""A practice system's tokens, sealed; one at a time renews them, whoever and wherever they are.

A refresh token works once. So whoever wants to use it takes the turn first, in a transaction that
also says that a refresh is on its way; what came back is kept before anybody may use it.
"""

import json
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, Row, select

from data_contracts.deed import Act, Deed
from data_contracts.grant import Grant
from data_contracts.message import Reason
from ledger.audit import record
from ledger.records import ask_to_mend
from ledger.schema_grant import grants
from ledger.store import Ledger, new_id, upsert


class Kept(NamedTuple):
    """A grant as it stands: its generation, whether it is over, or maybe used and not renewed."""

    grant: Grant
    generation: int
    is_over: bool
    is_in_doubt: bool


class Turn(NamedTuple):
    """The right to use the refresh token of `kept`; nobody else has it until it is given back."""

    kept: Kept
    holder: str


def connect(ledger: Ledger, con: Connection, vendor: str, grant: Grant, now: datetime) -> None:
    """Keep what a consent gave; whatever was before is over, and so is anybody's turn."""
    last = con.execute(select(grants.c.generation).where(grants.c.vendor == vendor)).scalar()
    row = _tokens(ledger, vendor, grant) | {
        "vendor": vendor,
        "generation": (last or 0) + 1,
        "holder": None,
        "held_until": None,
        "is_in_doubt": False,
        "ended_at": None,
        "connected_at": now,
    }
    upsert(con, grants, [row], ["vendor"])
    record(ledger, con, [Act(Deed.PRACTICE_CONNECTED, vendor, "the clinic agreed at the login")])


def kept_grant(ledger: Ledger, vendor: str) -> Kept | None:
    """The grant of a practice system; None where the clinic never connected it."""
    with ledger.read() as con:
        row = con.execute(select(grants).where(grants.c.vendor == vendor)).first()
    return _kept(ledger, row) if row else None


def take_turn(
    ledger: Ledger, vendor: str, generation: int, wall: datetime, until: datetime
) -> Turn | None:
    """The turn to renew this generation until then; None where another has it, or had."""
    holder = new_id()
    with ledger.write() as con:
        query = select(grants).where(grants.c.vendor == vendor).with_for_update()
        row = con.execute(query).first()
        if row is None or row.generation != generation or row.ended_at is not None:
            return None
        if row.holder is not None and row.held_until > wall:
            return None
        # From here on the refresh token may have been used, until somebody says otherwise.
        taken = {"holder": holder, "held_until": until, "is_in_doubt": True}
        con.execute(grants.update().where(grants.c.vendor == vendor).values(**taken))
    return Turn(_kept(ledger, row), holder)


def finish_turn(ledger: Ledger, vendor: str, turn: Turn, grant: Grant) -> bool:
    """Keep the new tokens; False where a newer pair is there already.

    Also of a turn that lasted too long: its pair may be the only one that works.
    """
    with ledger.write() as con:
        is_mine = (grants.c.vendor == vendor) & (grants.c.generation == turn.kept.generation)
        values = _tokens(ledger, vendor, grant) | {
            "generation": turn.kept.generation + 1,
            "holder": None,
            "held_until": None,
            "is_in_doubt": False,
            "ended_at": None,
        }
        return con.execute(grants.update().where(is_mine).values(**values)).rowcount == 1


def give_turn_back(ledger: Ledger, vendor: str, turn: Turn, *, is_in_doubt: bool) -> None:
    """Let somebody else try the same refresh token; `is_in_doubt`: it may have been used."""
    with ledger.write() as con:
        is_mine = (grants.c.vendor == vendor) & (grants.c.holder == turn.holder)
        values = {"holder": None, "held_until": None, "is_in_doubt": is_in_doubt}
        con.execute(grants.update().where(is_mine).values(**values))


def end_grant(ledger: Ledger, vendor: str, turn: Turn, now: datetime) -> bool:
    """The login refused the refresh token: nothing works until the clinic connects again.

    A person is asked to, in the same transaction. False where the turn was no longer ours.
    """
    with ledger.write() as con:
        is_mine = (grants.c.vendor == vendor) & (grants.c.holder == turn.holder)
        values: dict[str, object] = {"holder": None, "held_until": None, "ended_at": now}
        values["is_in_doubt"] = turn.kept.is_in_doubt
        if con.execute(grants.update().where(is_mine).values(**values)).rowcount == 0:
            return False
        why = "answer to a refresh lost" if turn.kept.is_in_doubt else "refresh token refused"
        record(ledger, con, [Act(Deed.PRACTICE_CONNECTION_ENDED, vendor, why)])
        cause = f"disconnected|{vendor}|{turn.kept.generation}"
        ask_to_mend(con, Reason.PRACTICE_DISCONNECTED, {"vendor": vendor}, cause, now)
    return True


def _about(vendor: str) -> str:
    return f"grant|{vendor}"


def _tokens(ledger: Ledger, vendor: str, grant: Grant) -> dict[str, object]:
    said = json.dumps({"access": grant.access, "refresh": grant.refresh})
    return {
        "sealed": ledger.seal_text(said, _about(vendor)),
        "access_until": grant.access_until,
        "refresh_until": grant.refresh_until,
    }


def _kept(ledger: Ledger, row: Row[tuple[object, ...]]) -> Kept:
    said = json.loads(ledger.unseal_text(row.sealed, _about(row.vendor)))
    grant = Grant(
        access=said["access"],
        refresh=said["refresh"],
        access_until=row.access_until,
        refresh_until=row.refresh_until,
    )
    return Kept(grant, row.generation, row.ended_at is not None, row.is_in_doubt)
