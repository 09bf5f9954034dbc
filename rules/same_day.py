"""A patient with two visits on one day gets one reminder that names both."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from data_contracts.outbox import Named


def also_named(
    visit_id: str, starts_at: datetime, beside: Iterable[Named], zone: ZoneInfo
) -> tuple[Named, ...]:
    """The patient's other visits on that day of the clinic's, by the clock."""
    day = starts_at.astimezone(zone).date()
    others = (
        one
        for one in beside
        if one.visit_id != visit_id and one.starts_at.astimezone(zone).date() == day
    )
    return tuple(sorted(others, key=lambda one: one.starts_at))
