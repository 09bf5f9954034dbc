"""When a campaign may reach somebody: the state's hours within the clinic's own (T4)."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from data_contracts.clinic import QuietHours
from data_contracts.law import CampaignHours

_TRIES = 24 * 4 * 14
_STEP = timedelta(minutes=15)


def campaign_may(
    now: datetime, state: str | None, zones: Iterable[str], quiet: QuietHours, law: CampaignHours
) -> bool:
    """Whether every clock that counts stands within the state's and the clinic's hours.

    Raises UnknownLaw for a state or a year that the table lacks.
    """
    return all(_is_open(now, state, zone, quiet, law) for zone in zones)


def campaign_from(
    now: datetime, state: str | None, zones: tuple[str, ...], quiet: QuietHours, law: CampaignHours
) -> datetime:
    """The first quarter of an hour at or after `now` that is open; two weeks on where none is.

    Raises UnknownLaw.
    """
    if campaign_may(now, state, zones, quiet, law):
        return now.astimezone(UTC)
    moment = now.astimezone(UTC).replace(minute=now.minute // 15 * 15, second=0, microsecond=0)
    for _ in range(_TRIES):
        moment += _STEP
        if campaign_may(moment, state, zones, quiet, law):
            break
    return moment


def _is_open(
    now: datetime, state: str | None, zone: str, quiet: QuietHours, law: CampaignHours
) -> bool:
    there = now.astimezone(ZoneInfo(zone))
    hours = law.on(state, there.date())
    if hours is None:
        return False
    return max(hours[0], quiet.end) <= there.time() < min(hours[1], quiet.start)
