"""Clear up after every send: lost leases, silent carriers, receipts and replies that came in."""

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING

from ledger import outbox
from tasks.draining import drain_until_empty
from tasks.guard import guarded_task
from tasks.looking import look_up
from tasks.mail_events import take_mail_events
from tasks.room import Room, room
from tasks.spending import watch_spending

if TYPE_CHECKING:
    from tasks.dispatch import Carriers


@guarded_task(name="reconcile")
def reconcile(slug: str, now: datetime) -> dict[str, int]:
    """Settle what is open; returns counts. Nothing here sends a message."""
    from tasks.wiring import carriers

    with room(slug) as here:
        return settle_open(here, carriers(here.clinic, here.settings), now)


def settle_open(
    here: Room, carriers: "Carriers", now: datetime, *, wall: datetime | None = None
) -> dict[str, int]:
    """Free lost claims, look silent messages up, take what the receiver kept.

    `wall`: the real time, by which leases run out and carriers' lists are complete; None for now,
    by the ledger's clock.
    """
    wall = wall or here.ledger.clock()
    counts: Counter[str] = Counter(outbox.recover(here.ledger, now, wall))
    # What came in is heard before a silent e-mail is given up: its event settles it.
    counts.update(take_mail_events(here, now))
    counts.update(drain_until_empty(here, now))
    counts.update(look_up(here, carriers, now, wall))
    counts.update(watch_spending(here, carriers, now))
    return {name: count for name, count in counts.items() if count}
