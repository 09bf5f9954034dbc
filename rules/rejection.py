"""What a refused question (AAA) asks for, and whether and when it may be asked again.

The payer's follow-up code (AAA04) has the last word on sending again: R and P let us, C after a
correction, N not, S and Y not since an answer comes by itself, W and X after 30 and 10 days.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from typing import NamedTuple

from data_contracts.benefit import Rejection
from data_contracts.coverage import NextStep, Refusal
from rules.rejection_codes import Class, meaning_of

WAITS = {"W": timedelta(days=30), "X": timedelta(days=10)}
_HELD = frozenset({"S", "Y"})
_MAY_REPEAT = frozenset({"R", "P"})
_NEVER_NOW = frozenset({"N", "S", "W", "X", "Y"})
_TO_SEND_AGAIN = frozenset({NextStep.RETRY, NextStep.RETRY_PLAN_LEVEL, NextStep.RETRY_TODAY})
_DUPLICATE = "E3"
DUPLICATE_WAIT = timedelta(hours=24)

BACKOFF = (*(timedelta(minutes=one) for one in (1, 5, 15, 60)),)
"""Then hourly, until `GIVE_UP` after the first attempt."""
HOURLY = timedelta(hours=1)
GIVE_UP = timedelta(hours=24)

_URGENCY = (
    NextStep.STOP,
    NextStep.FIX_CONFIGURATION,
    NextStep.ENROLL,
    NextStep.FIX_PROVIDER,
    NextStep.FIX_DATA,
    NextStep.MANUAL,
    NextStep.RETRY_PLAN_LEVEL,
    NextStep.RETRY_TODAY,
    NextStep.RETRY,
)


def refusal(rejection: Rejection) -> Refusal:
    """One AAA segment with what to do about it."""
    meaning = meaning_of(rejection.code)
    step = _step(rejection.follow_up, meaning.kind, meaning.step)
    wait = DUPLICATE_WAIT if rejection.code == _DUPLICATE else WAITS.get(rejection.follow_up)
    return Refusal(
        rejection.code,
        rejection.follow_up,
        rejection.loop,
        step,
        meaning.words,
        rejection.source,
        wait,
    )


def _step(follow_up: str, kind: Class, step: NextStep) -> NextStep:
    if follow_up in _HELD or follow_up in WAITS:
        return NextStep.STOP
    if follow_up in _NEVER_NOW:
        return NextStep.MANUAL if step in _TO_SEND_AGAIN else step
    if follow_up in _MAY_REPEAT and kind is Class.UNKNOWN:
        return NextStep.RETRY
    return step


def leading(refusals: Iterable[Refusal]) -> Refusal | None:
    """The one that decides what happens: what forbids or needs a person comes before a retry."""
    found = sorted(refusals, key=lambda one: _URGENCY.index(one.action))
    return found[0] if found else None


class Variant(NamedTuple):
    """One more question that may be asked by itself, once."""

    step: NextStep
    codes: tuple[str, ...]


def variant(refusals: Sequence[Refusal], tried: Collection[NextStep]) -> Variant | None:
    """The one other form of the question that is worth asking; None: it is a person's turn.

    `tried`: the forms asked already. No form is asked twice, and after a corrected one of
    patient's data no second correction is made up.
    """
    lead = leading(refusals)
    if lead is None or lead.action in tried or lead.follow_up in _NEVER_NOW:
        return None
    if lead.action not in (NextStep.FIX_DATA, NextStep.RETRY_PLAN_LEVEL, NextStep.RETRY_TODAY):
        return None
    codes = [one.code for one in refusals if one.action is lead.action]
    return Variant(lead.action, tuple(dict.fromkeys(codes)))


def repeat_after(
    refusals: Sequence[Refusal], attempts: int, elapsed: timedelta
) -> timedelta | None:
    """How long to wait before the same question is sent again; None: not at all.

    `attempts`: how often it was sent; `elapsed`: since the first.
    """
    lead = leading(refusals)
    if lead is None or lead.action is not NextStep.RETRY:
        return None
    wait = BACKOFF[attempts - 1] if attempts <= len(BACKOFF) else HOURLY
    return wait if elapsed + wait <= GIVE_UP else None
