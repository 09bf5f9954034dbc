"""Remind patients of the visits they have booked, by risk.

Runs every fifteen minutes of the clinic's waking hours. Running it twice, or late, sends nothing
twice: a rung of the ladder enters the outbox once, and only what waits there is sent.
"""

from datetime import UTC, datetime

from tasks.book import sync_book
from tasks.book_writing import write_book
from tasks.dispatch import dispatch
from tasks.guard import guarded_flow
from tasks.planning import plan_messages
from tasks.reconcile import reconcile
from tasks.scoring import score_book
from tasks.showing import show_book


@guarded_flow(name="appointment-reminders", flow_run_name="reminders-{clinic}")
def appointment_reminders(clinic: str, now: datetime | None = None) -> dict[str, dict[str, int]]:
    """Settle what came in, sync the book, score the next 72 hours when due, plan, send."""
    moment = now or datetime.now(UTC)
    settled = reconcile(clinic, moment)
    written = write_book(clinic, moment)
    # Where the book cannot be read this time, what is fresh enough still goes out; the gates
    # know how old the book is, and the run fails visibly at its end.
    synced = sync_book(clinic, moment, return_state=True)
    scored = score_book(clinic, moment)
    planned = plan_messages(clinic, moment)
    sent = dispatch(clinic, moment, return_state=True)
    book = synced.result()
    show_book(clinic, book)
    return {
        "settled": settled,
        "written": written,
        "synced": book.counts(),
        "scored": scored,
        "planned": planned,
        "sent": sent.result(),
    }
