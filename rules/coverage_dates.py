"""Whether what a row says holds on the day asked for."""

from collections.abc import Iterator, Sequence
from datetime import date
from enum import Enum

from data_contracts.benefit import Answer, Period

_BEGINS = frozenset({"346", "348", "356", "539", "193"})
"""Plan, benefit, eligibility, policy and period begin."""
_ENDS = frozenset({"347", "349", "357", "540", "194"})
_SPANS = frozenset({"290", "291", "292", "307"})
"""Payers together, plan, benefit and eligibility; one day alone is the day asked for, or the first
of many.
"""
BOUNDS = _BEGINS | _ENDS | _SPANS


class Holds(Enum):
    """Whether a day lies in what the dates say."""

    YES = "yes"
    BEFORE = "before"
    """The day is before it begins."""
    AFTER = "after"
    UNSURE = "unsure"
    """The dates contradict each other, or one day alone lies after the day asked for."""
    UNDATED = "undated"


_IN_TIME = (Holds.UNDATED, Holds.YES)


def holds(on: date, own: Sequence[Period], above: Sequence[Period] = ()) -> Holds:
    """Of the row's own dates, else of those of the level above it.

    Where the row says only when it begins, and the level above that it is over, nothing is settled.
    """
    found = _holds(on, own) if own else Holds.UNDATED
    if not above or found not in _IN_TIME:
        return found
    over = _holds(on, above)
    if found is Holds.UNDATED:
        return over
    is_open = (over is Holds.AFTER and not _has(own, _ENDS)) or (
        over is Holds.BEFORE and not _has(own, _BEGINS)
    )
    return Holds.UNSURE if is_open else found


_BEYOND = (Holds.BEFORE, Holds.AFTER)


def leave_out(dates: Sequence[Period], on: date) -> bool:
    """Whether dates leave the day out; none leave nothing out."""
    return bool(dates) and holds(on, dates) in _BEYOND


def _has(dates: Sequence[Period], side: frozenset[str]) -> bool:
    """Whether the dates say this end themselves, alone or as a span of several days."""
    return any(
        one.qualifier in side or (one.qualifier in BOUNDS and one.begins != one.ends)
        for one in dates
    )


def _holds(on: date, dates: Sequence[Period]) -> Holds:
    begun = not_begun = ended = not_ended = is_bounded = False
    for qualifier, begins, ends in dates:
        if qualifier not in BOUNDS:
            continue
        is_bounded = True
        # Some payers put both ends where only one belongs.
        is_span = qualifier in _SPANS or begins != ends
        if is_span and _is_unclear(begins, ends, on):
            return Holds.UNSURE
        if is_span and begins == ends:
            continue
        if begins and (is_span or qualifier in _BEGINS):
            begun, not_begun = begun or begins <= on, not_begun or begins > on
        if ends and (is_span or qualifier in _ENDS):
            ended, not_ended = ended or ends < on, not_ended or ends >= on
    if not is_bounded:
        return Holds.UNDATED
    if ended and not not_ended:
        return Holds.AFTER
    if not_begun and not begun:
        return Holds.BEFORE
    return Holds.UNSURE if ended or not_begun else Holds.YES


def has_begin(dates: Sequence[Period]) -> bool:
    """Whether dates say when something begins, alone or as a span."""
    return _has(dates, _BEGINS) or any(one.qualifier in _SPANS for one in dates)


def _is_unclear(begins: date | None, ends: date | None, on: date) -> bool:
    """Whether a span runs backwards, or one day alone is still to come."""
    return begins is not None and ends is not None and (begins > ends or begins == ends > on)


def dates_of_plan(answer: Answer) -> tuple[Period, ...]:
    """Those of the patient's level; of a dependent whose level bounds nothing the subscriber's."""
    patient, subscriber = answer.patient, answer.subscriber
    own = patient.dates if patient else ()
    if subscriber is None or subscriber is patient or _has(own, _BEGINS) or _has(own, _ENDS):
        return own
    return (*own, *subscriber.dates)


_PAID_UNTIL, _COBRA_ENDS, _DEATH = "343", "341", "442"


def told_by_dates(on: date, above: Sequence[Period]) -> Iterator[str]:
    """What dates beside the plan's own mean for the day."""
    for qualifier, begins, ends in above:
        until = ends or begins
        is_over = until is not None and until < on
        if qualifier == _PAID_UNTIL and is_over:
            yield "the premium is paid until a day before that one: the payer may take it back"
        elif qualifier == _COBRA_ENDS and is_over:
            yield "COBRA coverage ends before that day: ask the payer"
        elif qualifier == _DEATH:
            yield "the payer states a day of death: check whom the answer is about"


_SERVICE, _PLAN_DAY = "472", "291"


def day_asked(answer: Answer) -> date | None:
    """The day an answer is for: its service date, else the plan date that repeats the question,
    else the day of the answer.
    """
    dates = answer.patient.dates if answer.patient else ()
    for qualifier in (_SERVICE, _PLAN_DAY):
        for one in dates:
            if one.qualifier == qualifier and one.begins and one.begins == one.ends:
                return one.begins
    return answer.answered_on
