"""Put a new master key in the place of the old, and say so in the audit."""

from data_contracts.deed import Act, Deed
from ledger.audit import record
from ledger.keys import rotate_master
from tasks.custody import master_source
from tasks.room import Room
from tasks.turn import turn


def rotate(here: Room) -> str | None:
    """Replace the master key; begun anew it goes on where it was stopped. Returns what to do.

    Written down before and after: the keys have a store of their own and share no transaction.
    """
    with turn(here.ledger.keys.path):
        _say(here, "begun")
        words = rotate_master(here.ledger.keys, master_source(here.clinic, here.settings))
        _say(here, "ended")
    return words


def _say(here: Room, how: str) -> None:
    with here.ledger.write() as con:
        record(here.ledger, con, [Act(Deed.KEYS_ROTATED, here.clinic.slug, how)])
