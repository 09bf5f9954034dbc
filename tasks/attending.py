"""The background task behind a wake-up: what came in is handled and answered within seconds.

Served by `ptclinic attend`, warm: no process starts for a reply. It is one task run, not a flow:
a flow costs a second at its end alone.
"""

from datetime import UTC, datetime

from tasks.dispatch import send_due
from tasks.draining import LEFT, drain_until_empty
from tasks.guard import guarded_task
from tasks.room import room


@guarded_task(name="attend", task_run_name="attend-{slug}")
def attend(slug: str) -> dict[str, int]:
    """Handle a clinic's inbox and send what that made due; returns counts. Safe to repeat."""
    now = datetime.now(UTC)
    with room(slug) as here:
        handled = drain_until_empty(here, now)
        sent = {} if set(handled) <= {LEFT} else send_due(here, now)
    return dict(handled) | sent
