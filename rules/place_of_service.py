"""Where the services of a claim were given: as the chart has it, else as the clinic's file does.

Nothing is taken for the office because nobody said otherwise: a visit by video that is billed as
one in the rooms is paid wrongly, and taken back later.
"""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from data_contracts.finding import Finding, Severity
from data_contracts.place_of_service import HOME, PLACES, TELEHEALTH, TELEHEALTH_AT_HOME

_FIELD = "place_of_service"
_ELSEWHERE = re.compile(r"tele|video|virtual|online|remote|\bhome\b|domicil", re.IGNORECASE)
"""A kind of visit that is hardly one in the clinic's rooms."""
_CODES = f"{TELEHEALTH_AT_HOME} by video to the home, {TELEHEALTH} elsewhere, {HOME} at home"


class Places(NamedTuple):
    """What the clinic's file says: its own rooms, and kinds of visits that are elsewhere."""

    usual: str | None = None
    by_visit_type: Mapping[str, str] = {}


class Place(NamedTuple):
    """A code, and what is wrong with it; None: nobody said, which the finding does."""

    code: str | None
    finding: Finding | None = None


def place_of(charted: Iterable[str | None], visit_type: str | None, places: Places) -> Place:
    """Of a day's services as the chart has them, of one visit.

    A spreadsheet turns 02 into 2: one digit has lost its zero.
    """
    named = {one.strip().zfill(2) for one in charted if one and one.strip()}
    wanted = places.by_visit_type.get(visit_type or "")
    if len(named) > 1:
        return Place(None, _several())
    if named:
        return _charted(named.pop(), wanted)
    if wanted is not None:
        return Place(wanted)
    if visit_type is not None and _ELSEWHERE.search(visit_type):
        return Place(None, _elsewhere())
    return Place(places.usual) if places.usual else Place(None, _missing())


def settled_in_file(places: Places) -> tuple[str, ...]:
    """Codes of findings that one more line in the clinic's file would end, for every claim."""
    return ("place.elsewhere",) if places.usual else ("place.elsewhere", "place.missing")


def _charted(code: str, wanted: str | None) -> Place:
    if code not in PLACES:
        return Place(code, _unknown())
    return Place(code, _other() if wanted not in (None, code) else None)


def _several() -> Finding:
    return Finding(
        "place.several",
        Severity.BLOCK,
        _FIELD,
        "the day's services name more than one place, and a claim has one",
        "correct the place in the practice system, or file the day by hand as two claims",
    )


def _elsewhere() -> Finding:
    return Finding(
        "place.elsewhere",
        Severity.BLOCK,
        _FIELD,
        "this kind of visit is hardly one in the clinic's rooms, and nobody says where it was",
        f"write its `place_of_service` under `visit_types` in the clinic file: {_CODES}",
    )


def _missing() -> Finding:
    return Finding(
        "place.missing",
        Severity.BLOCK,
        _FIELD,
        "neither the chart nor the clinic file says where the services were given",
        'write `place_of_service: "11"` under `claims` in the clinic file, if it is an office',
    )


def _unknown() -> Finding:
    return Finding(
        "place.unknown",
        Severity.REVIEW,
        _FIELD,
        "the chart's place of service is none that CMS lists",
        "compare it with CMS's list, and correct it in the practice system",
    )


def _other() -> Finding:
    return Finding(
        "place.disagrees",
        Severity.REVIEW,
        _FIELD,
        "the chart names another place than the clinic file has for this kind of visit",
        f"correct whichever is wrong: {_CODES}",
    )
