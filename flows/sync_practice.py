"""Read everything ahead in the practice system once a night, to see what a difference cannot show.

A visit that was deleted, or changed while nobody looked, is found by its absence.
"""

from datetime import UTC, datetime

from tasks.book import sync_book
from tasks.guard import guarded_flow
from tasks.showing import show_book


@guarded_flow(name="sync-practice", flow_run_name="sync-{clinic}")
def sync_practice(clinic: str, now: datetime | None = None) -> dict[str, int]:
    """Reconcile the book in full and show its contracts."""
    synced = sync_book(clinic, now or datetime.now(UTC), full=True)
    show_book(clinic, synced)
    return synced.counts()
