"""The background task behind a wake-up: what came in is handled and answered within seconds.

Served by `ptclinic attend`, warm: no process starts for a reply. It is one task run, not a flow:
a flow costs a second at its end alone.
"""

from datetime import UTC, datetime

from data_contracts.deed import Actor, Role
from tasks.book_writing import carry_out
from tasks.dispatch import send_due
from tasks.draining import LEFT, drain_until_empty
from tasks.guard import guarded_task
from tasks.room import room

ATTENDANT = Actor("attendant", Role.SYSTEM)
"""Who acts where no wake-up came and it looked by itself."""


@guarded_task(name="attend", task_run_name="attend-{slug}")
def attend(slug: str, *, unasked: bool = False) -> dict[str, int]:
    """Handle a clinic's inbox, write what patients asked of the book, send what that made due.

    Returns counts. Safe to repeat. `unasked`: outside Prefect, because nobody may have woken it.
    """
    now = datetime.now(UTC)
    with room(slug, ATTENDANT if unasked else None) as here:
        handled = drain_until_empty(here, now)
        written = carry_out(here, now)
        # Whoever woke us may have made a text due by a page, and left nothing else to do.
        is_idle = unasked and set(handled) <= {LEFT} and not written
        sent = {} if is_idle else send_due(here, now)
    return dict(handled) | dict(written) | sent
