"""What must hold of what was sent and of what waits, computed anew from what is on record.

Each invariant is one function, which knows nothing of the gates: what a gate let through by
mistake is seen here. Removing one makes a row of `tests/spec/test_invariants.py` fail.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from data_contracts.clinic import Clinic, QuietHours
from data_contracts.invariant import Breach, Invariant
from rules.quiet import is_awake, is_quiet, local_day

STUCK_AFTER = timedelta(hours=1)
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Consented:
    """The consent that a message names, and whether it is of this patient, channel and purpose."""

    is_for_it: bool
    is_granted: bool
    at: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that left or may have; `zones` None: they are not known to be those of then.

    `counts_for`: against whose caps it counts; `held_to`: whose it must keep to, None for the same.
    `taken`: how often a carrier took it. `is_checked`
    is false for what is only counted: it was checked before, or a restore says when it left.
    """

    message_id: str
    key: tuple[str, ...]
    at: datetime
    zones: tuple[str, ...] | None
    counts_for: tuple[str, ...]
    consent: Consented | None
    vendor: str | None
    taken: int = 1
    is_checked: bool = True
    held_to: tuple[str, ...] | None = None
    asked_at: datetime | None = None
    """Of an answer: when the patient asked."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that has not left; `is_allowed`: no gate held it when the last dispatch ran."""

    message_id: str
    since: datetime
    tried_at: datetime | None
    is_allowed: bool = True


@dataclass(frozen=True, slots=True)
class Bounds:
    """The hours and caps that held when it was sent."""

    quiet: QuietHours
    per_day: int
    per_week: int


Check = Callable[[Clinic, list[Sent], Bounds], Iterator[Breach]]


def breaches(
    clinic: Clinic,
    sent: list[Sent],
    waiting: Iterable[Waiting],
    bounds: Bounds,
    checks: Iterable[Check] | None = None,
) -> list[Breach]:
    """Everything that does not hold; empty is well. `checks`: None for all of them."""
    found = [breach for check in checks or CHECKS for breach in check(clinic, sent, bounds)]
    return found + list(stuck(waiting))


def stuck(waiting: Iterable[Waiting]) -> Iterator[Breach]:
    """Nothing that is due and allowed waits for more than an hour while dispatch runs."""
    for one in waiting:
        is_passed_over = one.tried_at is not None and one.tried_at - one.since > STUCK_AFTER
        if is_passed_over and one.is_allowed:
            yield Breach(Invariant.NOT_STUCK, one.message_id)


def consented(clinic: Clinic, sent: list[Sent], bounds: Bounds) -> Iterator[Breach]:
    """Every send names a consent of this patient for it, given before and not run out (T9, T10)."""
    for one in sent:
        if one.is_checked and not _covers(one.consent, one.at):
            yield Breach(Invariant.CONSENTED, one.message_id)


def _covers(consent: Consented | None, at: datetime) -> bool:
    if consent is None or not consent.is_for_it or not consent.is_granted:
        return False
    return consent.at <= at and (consent.until is None or consent.until > at)


def in_window(clinic: Clinic, sent: list[Sent], bounds: Bounds) -> Iterator[Breach]:
    """Every send was within the patient's day (47 CFR 64.1200(c)(1))."""
    for one in sent:
        if is_awake(one.asked_at, one.at):
            continue
        if one.is_checked and one.zones and is_quiet(one.at, one.zones, bounds.quiet):
            yield Breach(Invariant.IN_WINDOW, one.message_id)


def under_caps(clinic: Clinic, sent: list[Sent], bounds: Bounds) -> Iterator[Breach]:
    """No send was one more than the caps allow, counted anew (47 CFR 64.1200(a)(9)(iv))."""
    before: dict[str, list[Sent]] = {}
    for one in sorted(sent, key=lambda each: (each.at, each.message_id)):
        earlier = {
            other.message_id: other
            for who in one.held_to or one.counts_for
            for other in before.get(who, ())
        }
        zone = (one.zones or (clinic.timezone,))[0]
        day = sum(local_day(e.at, zone) == local_day(one.at, zone) for e in earlier.values())
        week = sum(one.at - e.at < _WEEK for e in earlier.values())
        # Of whom no zone is known any more, the day cannot be told.
        is_over = (one.zones is not None and day >= bounds.per_day) or week >= bounds.per_week
        if one.is_checked and is_over:
            yield Breach(Invariant.UNDER_CAPS, one.message_id)
        for who in one.counts_for:
            before.setdefault(who, []).append(one)


def agreed(clinic: Clinic, sent: list[Sent], bounds: Bounds) -> Iterator[Breach]:
    """An agreement covered the vendor on the day of every send (45 CFR 164.502(e))."""
    for one in sent:
        day = one.at.astimezone(clinic.zone).date()
        if one.is_checked and not (one.vendor and clinic.has_agreement(one.vendor, day)):
            yield Breach(Invariant.AGREED, one.message_id)


def once(clinic: Clinic, sent: list[Sent], bounds: Bounds) -> Iterator[Breach]:
    """One send for a key, and each taken once by its carrier."""
    keys = Counter(one.key for one in sent)
    for one in sent:
        if one.is_checked and (keys[one.key] > 1 or one.taken > 1):
            yield Breach(Invariant.ONCE, one.message_id)


CHECKS: tuple[Check, ...] = (consented, in_window, under_caps, agreed, once)
