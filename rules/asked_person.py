"""Whom a payer is asked about: the least that finds them.

More than a payer searches by only gives it more to refuse.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from data_contracts.inquiry import Person

_OPTIONAL = ("first_name", "last_name", "birth_date", "member_id")


class Known(NamedTuple):
    """What is on file of a patient and of the card. All of it is identity."""

    first_name: str
    last_name: str
    birth_date: date | None
    member_id: str | None
    is_subscriber: bool
    subscriber_first_name: str | None = None
    subscriber_last_name: str | None = None
    subscriber_birth_date: date | None = None


class AskedPersons(NamedTuple):
    """Whom the question names."""

    subscriber: Person
    dependent: Person | None


def persons(known: Known, options: Sequence[Sequence[str]]) -> AskedPersons:
    """Whom to name in a question; `options`: by which fields the payer finds a member, best first.
    Raises ValueError where not one of them can be filled."""
    own = Person(
        first_name=known.first_name[:35],
        last_name=known.last_name[:60],
        birth_date=known.birth_date,
        member_id=known.member_id,
    )
    found = AskedPersons(own, None)
    # Without the subscriber's name the patient is asked about as if they were it, which many
    # payers want of a dependent with an own number.
    if not known.is_subscriber and known.subscriber_last_name:
        subscriber = Person(
            first_name=(known.subscriber_first_name or "")[:35],
            last_name=known.subscriber_last_name[:60],
            birth_date=known.subscriber_birth_date,
            member_id=known.member_id,
        )
        found = AskedPersons(subscriber, own.model_copy(update={"member_id": None}))
    option = next((one for one in options if _fills(found, one)), None)
    if option is None:
        raise ValueError("what is on file finds nobody at this payer")
    return found if found.dependent else AskedPersons(_least(found.subscriber, option), None)


def _fills(found: AskedPersons, option: Sequence[str]) -> bool:
    # Of a dependent either name and birth date may be what the payer searches by.
    people = [one for one in found if one is not None]
    return all(any(getattr(one, name) for one in people) for name in option)


def _least(person: Person, option: Sequence[str]) -> Person:
    return Person(**{name: getattr(person, name) for name in _OPTIONAL if name in option})
