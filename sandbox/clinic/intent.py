"""What a patient means to say to a text, before it is put into words."""

from dataclasses import dataclass
from enum import StrEnum

from sandbox.chance import pick
from sandbox.clinic.ask import Ask, Kind
from sandbox.clinic.manners import Manners


class Intent(StrEnum):
    """What the patient truly wants; nothing is a patient who does not answer."""

    CONFIRM = "confirm"
    CANNOT_COME = "cannot_come"
    RESCHEDULE = "reschedule"
    LATE = "late"
    QUESTION = "question"
    WRONG_PERSON = "wrong_person"
    STOP = "stop"
    HELP = "help"
    CHOICE = "choice"
    DECLINE = "decline"
    THANKS = "thanks"
    STRAY = "stray"
    NOTHING = "nothing"


GIVES_UP = frozenset({Intent.CANNOT_COME, Intent.RESCHEDULE})
Weighted = tuple[tuple[Intent, float], ...]


@dataclass(frozen=True)
class Standing:
    """How it stands with the person who reads: what is so, whether or not the clinic knows."""

    gave_up: bool = False
    told_us: bool = False
    misses: bool = False
    near: bool = False
    confirmed: bool = False
    stranger: bool = False
    wishes_sooner: bool = False


def decide(ask: Ask, standing: Standing, manners: Manners, luck: float) -> Intent:
    """One draw over what this person may want to say."""
    if standing.stranger:
        return pick(luck, _stranger())
    if ask.kind is Kind.OFFER:
        return pick(luck, _offered(standing, manners))
    if ask.kind is Kind.TAKEN:
        return pick(luck, _too_late())
    if ask.kind is Kind.NOTICE:
        again = 0.25 if ask.another and standing.gave_up else 0.0
        return pick(
            luck, ((Intent.RESCHEDULE, again), (Intent.THANKS, 0.03), (Intent.NOTHING, 1.0))
        )
    if ask.kind is Kind.QUESTION:
        return pick(luck, ((Intent.QUESTION, 0.05), (Intent.NOTHING, 1.0)))
    return pick(luck, _reminded(standing, manners))


def _stranger() -> Weighted:
    return ((Intent.WRONG_PERSON, 0.35), (Intent.STOP, 0.05), (Intent.NOTHING, 1.0))


def _offered(standing: Standing, manners: Manners) -> Weighted:
    if standing.gave_up:
        return (
            (Intent.CHOICE, manners.picks),
            (Intent.RESCHEDULE, 0.10),
            (Intent.QUESTION, 0.03),
            (Intent.NOTHING, 1.0),
        )
    takes = manners.accepts_when_wishing if standing.wishes_sooner else manners.accepts_otherwise
    return ((Intent.CHOICE, takes), (Intent.DECLINE, 0.10), (Intent.NOTHING, 1.0))


def _too_late() -> Weighted:
    return (
        (Intent.THANKS, 0.15),
        (Intent.RESCHEDULE, 0.12),
        (Intent.CHOICE, 0.05),
        (Intent.NOTHING, 1.0),
    )


def _reminded(standing: Standing, manners: Manners) -> Weighted:
    if standing.gave_up and standing.told_us:
        return ((Intent.CANNOT_COME, 0.3), (Intent.RESCHEDULE, 0.2), (Intent.NOTHING, 1.0))
    if standing.gave_up:
        return (
            (Intent.RESCHEDULE, manners.wants_another_time),
            (Intent.CANNOT_COME, 1.0 - manners.wants_another_time),
        )
    confirms = manners.confirms_and_misses if standing.misses else manners.confirms
    if standing.confirmed:
        confirms *= 0.2
    return (
        (Intent.LATE, manners.late_when_near if standing.near else 0.0),
        (Intent.STOP, manners.stops),
        (Intent.HELP, manners.helps),
        (Intent.STRAY, manners.strays),
        (Intent.QUESTION, manners.asks),
        (Intent.CONFIRM, confirms),
        (Intent.NOTHING, 1.0),
    )
