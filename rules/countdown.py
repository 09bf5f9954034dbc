"""How near the end of an authorization or of a plan's visits is: 30 days, 14 days, over.

What was asked for and what was granted are kept apart: a request grants nothing.
"""

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from data_contracts.coverage import VisitLimit

_SOON_DAYS, _NEAR_DAYS = 30, 14
_SOON_VISITS, _NEAR_VISITS = 6, 3


class Band(StrEnum):
    """How near the end is, the worst last."""

    FAR = "far"
    SOON = "soon"
    NEAR = "near"
    OVER = "over"
    REQUESTED = "requested"
    """Asked for and not granted."""
    NOT_YET = "not_yet"
    """Granted from a later day on."""
    UNKNOWN = "unknown"


class Countdown(NamedTuple):
    """How near, and in words."""

    band: Band
    days_left: int | None
    visits_left: int | None
    words: str


class Grant(NamedTuple):
    """One authorization's terms; None where nobody said."""

    starts_on: date | None = None
    ends_on: date | None = None
    visits_requested: int | None = None
    visits_authorized: int | None = None
    is_active: bool = True


def authorization_countdown(grant: Grant, visits_used: int, on: date) -> Countdown:
    """`visits_used`: the visits that took place under it; `on`: the day of the next visit."""
    is_granted = grant.visits_authorized is not None or grant.ends_on is not None
    if not is_granted and grant.visits_requested is not None:
        words = f"{_visits(grant.visits_requested)} requested, none authorized yet"
        return Countdown(Band.REQUESTED, None, None, words)
    if not is_granted:
        return Countdown(Band.UNKNOWN, None, None, "neither visits nor an end are recorded")
    days = (grant.ends_on - on).days if grant.ends_on else None
    left = None
    if grant.visits_authorized is not None:
        left = max(grant.visits_authorized - visits_used, 0)
    if not grant.is_active:
        return Countdown(Band.OVER, days, left, "the authorization is not active any more")
    if grant.starts_on and grant.starts_on > on:
        words = f"authorized only from {grant.starts_on.isoformat()}"
        return Countdown(Band.NOT_YET, days, left, words)
    band = max(_of_days(days), _of_visits(left), key=list(Band).index)
    return Countdown(band, days, left, _words(days, left, grant))


def visits_countdown(visits: VisitLimit) -> Countdown | None:
    """Of the plan's own limit; None where nothing is said of what is left.

    Of a range the lower end counts, but where it is 0 for want of knowledge; and a range is never
    over, since somebody must ask first.
    """
    if visits.remaining is None:
        return None
    fewest, most = int(visits.remaining.low), int(visits.remaining.high)
    shared = f" of {_pool(visits)}" if len(visits.pool) > 1 else ""
    if fewest == most:
        return Countdown(_of_visits(fewest), None, fewest, f"{_visits(fewest)} left{shared}")
    words = f"between {fewest} and {_visits(most)} left{shared}: ask the payer"
    is_guess = visits.remaining.is_estimated and fewest == 0
    sure = most if is_guess else fewest
    band = _of_visits(sure)
    if band is Band.OVER and most > 0:
        band = Band.NEAR
    return Countdown(band, None, sure, words)


def _pool(visits: VisitLimit) -> str:
    return "+".join(visits.pool)


def _of_days(days: int | None) -> Band:
    if days is None or days > _SOON_DAYS:
        return Band.FAR
    if days > _NEAR_DAYS:
        return Band.SOON
    return Band.NEAR if days >= 0 else Band.OVER


def _of_visits(left: int | None) -> Band:
    if left is None or left > _SOON_VISITS:
        return Band.FAR
    if left > _NEAR_VISITS:
        return Band.SOON
    return Band.NEAR if left > 0 else Band.OVER


def _words(days: int | None, left: int | None, grant: Grant) -> str:
    found = []
    if left is not None:
        found.append(f"{_visits(left)} of {grant.visits_authorized} authorized left")
    if days is not None and grant.ends_on is not None:
        end = grant.ends_on.isoformat()
        found.append(f"expired on {end}" if days < 0 else f"{days} days left, until {end}")
    asked = grant.visits_requested or 0
    if grant.visits_authorized is not None and asked > grant.visits_authorized:
        found.append(f"{asked} were requested")
    return "; ".join(found)


def _visits(count: int) -> str:
    return f"{count} visit{'' if count == 1 else 's'}"
