"""Handle all that came in, one at a time per clinic; whoever finds another at it need not wait.

The one at work looks again after it gave its turn back. So what was written down before a wake-up
is handled, by whoever woke up or by whoever had the turn then.
"""

from collections import Counter
from datetime import datetime
from pathlib import Path

from ledger import records
from tasks.announcements import take_announcements
from tasks.guard import guarded_task
from tasks.inbox import drain_inbox
from tasks.room import Room, room
from tasks.turn import turn_if_free

LEFT = "left_to_another"
"""Counted where another process has the turn."""


@guarded_task(name="drain-inbox")
def drain(slug: str, now: datetime) -> dict[str, int]:
    """Handle what came in until nothing waits; returns counts. Sends nothing by itself."""
    with room(slug) as here:
        return dict(drain_until_empty(here, now))


def drain_until_empty(here: Room, now: datetime) -> Counter[str]:
    """Handle what waits, and what comes meanwhile, in the order it came."""
    counts: Counter[str] = Counter()
    while _is_anything_waiting(here):
        with turn_if_free(inbox_place(here)) as is_ours:
            handled = _handle(here, now) if is_ours else Counter[str]({LEFT: 1})
        counts += handled
        if not is_ours or not handled:
            break
    return counts


def _handle(here: Room, now: datetime) -> Counter[str]:
    return drain_inbox(here, now) + take_announcements(here, now)


def inbox_place(here: Room) -> Path:
    """Where those who handle a clinic's inbox take turns."""
    return here.ledger.home / "inbox"


def _is_anything_waiting(here: Room) -> bool:
    with here.ledger.read() as con:
        return records.is_anything_waiting(con)
