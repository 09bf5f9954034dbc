"""Other forms of a refused question: what a person at the desk would try first, and once.

A form that does not differ from what was asked is none.
"""

import re
import unicodedata
from collections.abc import Collection
from datetime import date

from data_contracts.coverage import NextStep
from data_contracts.inquiry import Inquiry
from rules.rejection_codes import meaning_of

_PLAN = "30"
_ID, _NAME, _NOT_FOUND = frozenset({"72", "64"}), frozenset({"73", "65"}), "75"
_DEPENDENT = frozenset({"64", "65", "66", "67", "77"})
_TITLES = frozenset({"MR", "MRS", "MS", "MISS", "DR", "PROF", "REV"})
_SUFFIXES = frozenset({"JR", "SR", "II", "III", "IV", "MD", "PHD", "ESQ"})
_ID_TAIL = re.compile(r"[-/ ]\d{1,2}$")
_PLAN_PREFIX = re.compile(r"^[A-Z]{3}(?=[A-Z]?\d{6,}$)")


def other_form(inquiry: Inquiry, codes: Collection[str], today: date) -> Inquiry | None:
    """The question in another form, with the same trace; None where there is none to try."""
    steps = {meaning_of(code).step for code in codes}
    if NextStep.FIX_DATA in steps:
        changed = _corrected(inquiry, codes)
    elif NextStep.RETRY_PLAN_LEVEL in steps:
        changed = inquiry.model_copy(update={"service_type": _PLAN})
    elif NextStep.RETRY_TODAY in steps:
        changed = inquiry.model_copy(update={"service_on": today})
    else:
        return None
    return None if changed == inquiry else changed


def _corrected(inquiry: Inquiry, codes: Collection[str]) -> Inquiry:
    if inquiry.dependent and not _DEPENDENT.isdisjoint(codes):
        return _as_subscriber(inquiry)
    person = inquiry.subscriber
    if not _ID.isdisjoint(codes):
        person = person.model_copy(update={"member_id": plain_id(person.member_id)})
    if not _NAME.isdisjoint(codes):
        person = person.model_copy(
            update={
                "first_name": plain_first(person.first_name),
                "last_name": plain_last(person.last_name),
            }
        )
    if _NOT_FOUND in codes and person.birth_date:
        # The other usual search: by name and birth date, without an id that may be an old card's.
        person = person.model_copy(update={"member_id": None})
    return inquiry.model_copy(update={"subscriber": person})


def _as_subscriber(inquiry: Inquiry) -> Inquiry:
    patient = inquiry.patient
    own = patient.model_copy(
        update={"member_id": patient.member_id or inquiry.subscriber.member_id}
    )
    return inquiry.model_copy(update={"subscriber": own, "dependent": None})


def plain_id(member_id: str | None) -> str | None:
    """A member id without a person's number at its end and signs between; else without the three
    letters of a Blue plan in front.
    """
    if member_id is None:
        return None
    capitals = member_id.strip().upper()
    plain = re.sub(r"[^A-Z0-9]", "", _ID_TAIL.sub("", capitals))
    return plain if plain != capitals else _PLAN_PREFIX.sub("", capitals)


def plain_first(name: str) -> str:
    """A first name without title, middle name and accents."""
    words = [one for one in _words(name) if one not in _TITLES]
    return words[0] if words else name


def plain_last(name: str) -> str:
    """A family name without JR, III and accents."""
    words = [one for one in _words(name) if one not in _SUFFIXES]
    return " ".join(words) if words else name


def _words(name: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Z' -]", " ", folded.upper()).split()
