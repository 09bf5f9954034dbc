"""Look, once a month, whose record the law no longer asks for; erase only where the clinic says so.

Running it twice erases nothing twice. What it finds is a count; who it is, says `retention plan`.
"""

from datetime import UTC, datetime

from tasks.guard import guarded_flow
from tasks.retention import keep_retention


@guarded_flow(name="retention", flow_run_name="retention-{clinic}")
def retention(clinic: str, now: datetime | None = None) -> dict[str, dict[str, int]]:
    """Plan, and apply where the clinic file says `monthly`."""
    return {"retention": keep_retention(clinic, now or datetime.now(UTC))}
