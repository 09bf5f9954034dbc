"""When a visit's insurance is checked: once it is booked, two days ahead, and at a month's turn.

A plan mostly ends with a month: who was asked about in October may have none on the first of
November, so the visit's own month has the last word.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from data_contracts.verification import CheckDue, CheckStanding, Why

AHEAD = timedelta(days=2)
CACHE = timedelta(hours=24)
"""How long the answer to a question stands for the same question."""


def check_due(one: CheckStanding, zone: ZoneInfo, now: datetime) -> CheckDue | None:
    """What is due for a visit now; None where nothing is, or it was asked within a day."""
    if one.starts_at <= now or one.is_open:
        return None
    found = _newest(one, zone, now)
    if one.checked_at is not None and one.checked_at >= found.since:
        return None
    # A series is booked at once: its first visit is asked about, and each again two days ahead.
    is_any = one.is_once_a_day or found.why is Why.BOOKED
    last = one.member_asked_at if is_any else one.asked_at
    if last is None or now - last >= CACHE:
        return found
    # What is on file was corrected since: another question, if the payer takes one.
    is_new = found.why is Why.BOOKED and last < one.learned_at and not one.is_once_a_day
    return found if is_new else None


def _newest(one: CheckStanding, zone: ZoneInfo, now: datetime) -> CheckDue:
    ahead = max(one.learned_at, _midnight(one.service_on - AHEAD, zone))
    month = max(one.learned_at, _midnight(one.service_on.replace(day=1), zone))
    found = CheckDue(Why.BOOKED, one.learned_at)
    if one.learned_at < ahead <= now:
        found = CheckDue(Why.AHEAD, ahead)
    if ahead < month <= now:
        found = CheckDue(Why.MONTH, month)
    return found


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
