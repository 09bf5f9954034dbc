"""Handle what came in and no wake-up carried: a hint may be lost, the inbox is the truth.

Runs halfway between the reminders, which look into the inbox themselves; where nothing waits it
ends at once.
"""

from datetime import UTC, datetime

from tasks.book_writing import write_book
from tasks.dispatch import dispatch
from tasks.draining import drain
from tasks.guard import guarded_flow


@guarded_flow(name="sweep-inbox", flow_run_name="sweep-{clinic}")
def sweep_inbox(clinic: str, now: datetime | None = None) -> dict[str, dict[str, int]]:
    """Drain the inbox and write what the book still owes; send only where something was found."""
    moment = now or datetime.now(UTC)
    found, written = drain(clinic, moment), write_book(clinic, moment)
    sent = dispatch(clinic, moment) if found or written else {}
    return {"inbox": found, "written": written, "sent": sent}
