"""When a patient may be contacted, by the patient's own clock (47 CFR 64.1200(c)(1), T1-T3)."""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from data_contracts.clinic import QuietHours

ANSWERED_WITHIN = timedelta(minutes=15)


def is_quiet(now: datetime, zones: Iterable[str], quiet: QuietHours) -> bool:
    """Whether it is outside the window in any of the zones: where they disagree, all must agree.

    The window includes `end` and excludes `start`: from 09:00:00 to 19:59:59 by default.
    """
    return any(not quiet.end <= _wall(now, zone) < quiet.start for zone in zones)


def is_awake(asked_at: datetime | None, now: datetime) -> bool:
    """Whether the patient wrote or called a quarter of an hour ago at most: then an answer wakes
    nobody, whatever the hour."""
    return asked_at is not None and timedelta(0) <= now - asked_at <= ANSWERED_WITHIN


def contact_from(now: datetime, zones: tuple[str, ...], quiet: QuietHours) -> datetime:
    """The first moment at or after `now` at which no zone is quiet; UTC."""
    moment = now
    # Zones half a day apart may leave no common window; a week of tries proves that, and the
    # caller's `useful_until` decides what becomes of the message.
    for _ in range(7 * 2 * max(1, len(zones))):
        late = [zone for zone in zones if is_quiet(moment, (zone,), quiet)]
        if not late:
            return moment.astimezone(UTC)
        moment = max(_opens(moment, zone, quiet) for zone in late)
    return moment.astimezone(UTC)


def local_day(moment: datetime, zone: str) -> str:
    """The calendar day there, as ISO text."""
    return moment.astimezone(ZoneInfo(zone)).date().isoformat()


def _wall(moment: datetime, zone: str) -> time:
    return moment.astimezone(ZoneInfo(zone)).time()


def _opens(moment: datetime, zone: str, quiet: QuietHours) -> datetime:
    local = moment.astimezone(ZoneInfo(zone))
    day = local.date() if local.time() < quiet.end else local.date() + timedelta(days=1)
    return datetime.combine(day, quiet.end, ZoneInfo(zone)).astimezone(UTC)
