"""What to try after a carrier's refusal: the same later, another channel, else a person (W3, W12).

A second try is a message of its own with a rung of its own name, so there is never a third.
"""

from typing import NamedTuple

from data_contracts.clinic import Clinic
from data_contracts.message import Channel, Purpose
from data_contracts.remedy import Remedy

_AGAIN = "+1"
_LATER = frozenset({Remedy.RETRY_LATER, Remedy.RETRY_ONCE})
_ELSEWHERE = _LATER | {Remedy.OPT_OUT, Remedy.BAD_NUMBER, Remedy.USE_VOICE}
_ORDER = (Channel.SMS, Channel.EMAIL, Channel.VOICE)


class Attempt(NamedTuple):
    """One more message: under which rung's name, by which channel."""

    rung: str
    channel: Channel

    @property
    def is_again(self) -> bool:
        """Whether it is the same once more, which waits; another channel need not."""
        return self.rung.endswith(_AGAIN)


def attempts(
    clinic: Clinic, purpose: Purpose, rung: str, channel: Channel, remedy: Remedy
) -> list[Attempt]:
    """What may be tried, the best first; none where only a person can help, or nobody needs to.

    A landline is called; a rung's own fallback comes before the clinic's other channels. No call
    tells a new time, and answers and offers have words for a text alone.
    """
    if purpose in (Purpose.ANSWER, Purpose.OFFER):
        return []
    name = rung.removesuffix(_AGAIN)
    again = [Attempt(name + _AGAIN, channel)] if remedy in _LATER and rung == name else []
    if remedy not in _ELSEWHERE or not purpose.tells_of_visit:
        return []
    own = next((one.fallback for one in clinic.ladder if one.name == name), ())
    first = (Channel.VOICE,) if remedy is Remedy.USE_VOICE else ()
    others = [one for one in dict.fromkeys((*first, *own, *_ORDER)) if one is not channel]
    if purpose is not Purpose.REMINDER:
        others = [one for one in others if one is not Channel.VOICE]
    return again + [Attempt(name, one) for one in others if clinic.channels.vendor(one)]


def bought_by_risk(clinic: Clinic) -> frozenset[str]:
    """The rungs that only some tiers get, by every name under which they are tried."""
    bought = [rung.name for rung in clinic.ladder if rung.is_bought_by_risk]
    return frozenset(bought) | {name + _AGAIN for name in bought}
