"""What the desk does next about a visit: one act, the most urgent; and which list it enters."""

from dataclasses import dataclass
from enum import StrEnum

from data_contracts.message import RiskTier
from data_contracts.sprint import TREATED


class Step(StrEnum):
    """The one act beside a line of the morning's queue."""

    READ = "read the reply"
    CHANGE = "change the book"
    CALL = "call"
    ASK = "put on the call list"
    WAIT = "wait"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a visit stands with its patient. `will_hear`: a message of ours is still to leave."""

    has_reply: bool = False
    has_change: bool = False
    has_call: bool = False
    is_confirmed: bool = False
    was_called: bool = False
    was_told: bool = False
    will_hear: bool = False


def next_step(standing: Standing) -> Step:
    """What a person wrote comes first, then what they asked for, then who hears from nobody."""
    if standing.has_reply:
        return Step.READ
    if standing.has_change:
        return Step.CHANGE
    if standing.has_call:
        return Step.CALL
    if standing.is_confirmed or standing.was_called:
        return Step.NOTHING
    if standing.will_hear:
        return Step.WAIT
    return Step.NOTHING if standing.was_told else Step.ASK


def is_queued(arm: str, tier: RiskTier | None) -> bool:
    """Whether a visit enters a list ordered by risk: never one that a sprint holds out."""
    return arm == TREATED and tier in (RiskTier.HIGH, RiskTier.MEDIUM)
