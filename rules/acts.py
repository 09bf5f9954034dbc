"""What an answer makes happen: a reading and what it is about in, one act out.

A machine acts alone only where it is sure of the words, of the person and of the visit, and where
the visit stands as the patient was told. Everything else is a person's, and the patient hears so.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from data_contracts.capabilities import Capabilities
from data_contracts.dialogue import Concern, Topic
from data_contracts.message import Reason
from data_contracts.reply import Meaning, Reading
from rules.promise import Promise, promise_of


class Doing(StrEnum):
    """What is done about an answer."""

    CONFIRM = "confirm"
    CANCEL = "cancel"
    BOOK_AGAIN = "book_again"
    FIND_TIMES = "find_times"
    TAKE = "take"
    DECLINE = "decline"
    NOTE = "note"
    NOTHING = "nothing"
    ASK_PERSON = "ask_person"


@dataclass(frozen=True, slots=True)
class Act:
    """One act: what is done, what is said at once, and why a person is asked, if one is."""

    doing: Doing
    says: Topic | None = None
    reason: Reason | None = None


def act_on(reading: Reading, about: Concern, can: Capabilities, now: datetime) -> Act:
    """What to do about an answer that is no revocation, no HELP and no START."""
    if about.people != 1:
        return Act(Doing.ASK_PERSON, None, Reason.WHOSE_UNKNOWN)
    if reading.is_bare and about.last not in (None, Topic.TIMES):
        return Act(Doing.NOTHING)  # "ok, thanks": our last word asked for nothing
    if not reading.is_automatic:
        return _ask(Topic.UNCLEAR, Reason.NOT_UNDERSTOOD)
    if about.is_of_slot:
        return _of_slot(reading, about, can, now)
    by_meaning = {
        Meaning.CONFIRM: _confirm,
        Meaning.CANNOT_COME: _cannot_come,
        Meaning.RESCHEDULE: _other_time,
        Meaning.CHOICE: _choose,
        Meaning.LATE: _late,
    }
    found = by_meaning.get(reading.meaning)
    if found is None:
        return _ask(Topic.UNCLEAR, Reason.NOT_UNDERSTOOD)
    return found(reading, about, can, now)


def _confirm(reading: Reading, about: Concern, can: Capabilities, now: datetime) -> Act:
    visits = about.visits
    if visits and all(one.is_as_told and now < one.starts_at for one in visits):
        return Act(Doing.CONFIRM, Topic.CONFIRMED)
    # "I can come after all": we cancelled it for them, and its time may still be theirs.
    if len(visits) == 1 and visits[0].by_us and now < visits[0].starts_at and can.can_book:
        return Act(Doing.BOOK_AGAIN)
    return _ask(Topic.WILL_CALL, Reason.BOOK_CHANGED)


def _cannot_come(reading: Reading, about: Concern, can: Capabilities, now: datetime) -> Act:
    if (act := _not_one(about, now, Reason.WANTS_TO_CANCEL)) is not None:
        return act
    return Act(Doing.CANCEL) if can.can_cancel else _ask(Topic.WILL_CALL, Reason.WANTS_TO_CANCEL)


def _other_time(reading: Reading, about: Concern, can: Capabilities, now: datetime) -> Act:
    is_off = len(about.visits) == 1 and about.visits[0].by_us
    if not is_off and (act := _not_one(about, now, Reason.WANTS_OTHER_TIME)) is not None:
        return act
    if promise_of(can) is not Promise.OFFER_TIMES:
        return _ask(Topic.WILL_CALL, Reason.WANTS_OTHER_TIME)
    return Act(Doing.FIND_TIMES)


def _not_one(about: Concern, now: datetime, wish: Reason) -> Act | None:
    """Of several visits nobody knows which; one that is changed was perhaps meant otherwise."""
    if len(about.visits) != 1:
        return _ask(Topic.WILL_CALL, wish)
    (one,) = about.visits
    if not one.is_as_told or now >= one.starts_at:
        return _ask(Topic.WILL_CALL, Reason.BOOK_CHANGED)
    return None


def _choose(reading: Reading, about: Concern, can: Capabilities, now: datetime) -> Act:
    offer, number = about.offer, reading.choice
    if offer is None or number is None or not 1 <= number <= len(offer.options):
        return _ask(Topic.UNCLEAR, Reason.NOT_UNDERSTOOD)
    return Act(Doing.TAKE)


def _of_slot(reading: Reading, about: Concern, can: Capabilities, now: datetime) -> Act:
    """A number takes the slot. "Yes" and "no" do where nothing else was told that they may mean."""
    if reading.meaning is Meaning.CHOICE:
        return _choose(reading, about, can, now)
    if about.last is not None and about.last.ends_offer:
        return Act(Doing.NOTHING)  # "ok": they know
    if about.offer is not None and not about.visits:
        if reading.meaning is Meaning.CONFIRM:
            return Act(Doing.TAKE)
        if reading.meaning is Meaning.CANNOT_COME:
            return Act(Doing.DECLINE)
    return _ask(Topic.UNCLEAR, Reason.NOT_UNDERSTOOD)


def _late(reading: Reading, about: Concern, can: Capabilities, now: datetime) -> Act:
    return Act(Doing.NOTE, Topic.LATE, Reason.COMES_LATE)


def _ask(says: Topic, reason: Reason) -> Act:
    return Act(Doing.ASK_PERSON, says, reason)
