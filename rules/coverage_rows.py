"""Which rows of an answer a figure is taken from: the order of preference.

Service type first (PT, AE, rehabilitation, a text that names therapy, office visit, plan), then the
network, then the level, the place of service, the procedure and the plan's tier. Rows of another
network or of another period are never taken.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from data_contracts.benefit import Benefit, Period, Source
from data_contracts.coverage import Network
from rules.coverage_dates import leave_out
from rules.coverage_leave import is_plan_wide, wants_authorization
from rules.coverage_scope import FIRST_VISIT, doubt_in_words, network_of_row
from rules.coverage_words import (
    in_capitals,
    is_by_another_profession,
    is_inpatient,
    is_other_rehabilitation,
    is_tiered,
    names_therapy,
    network_in_words,
    text_of,
)

PHYSICAL_THERAPY = "PT"
PHYSICAL_MEDICINE = "AE"
REHABILITATION = frozenset({"A9", "AC"})
OFFICE_VISIT = "98"
PLAN = "30"
OFFICE = "11"
_HOSPITAL_INSURANCE = "MA"


_LAST_OF_THERAPY = 3


class Closeness(IntEnum):
    """How closely a row speaks of outpatient physical therapy; the lowest is taken."""

    THERAPY = 0
    MEDICINE = 1
    REHABILITATION = 2
    NAMED = _LAST_OF_THERAPY
    """A text names therapy under another service type."""
    OFFICE = 4
    PLAN = 5

    @property
    def is_therapy(self) -> bool:
        """Whether the payer speaks of therapy, not of something that stands for it."""
        return self <= _LAST_OF_THERAPY


CLOSENESS_WORDS: Mapping[Closeness, str] = {
    Closeness.THERAPY: "physical therapy (PT)",
    Closeness.MEDICINE: "physical medicine (AE)",
    Closeness.REHABILITATION: "rehabilitation (A9, AC)",
    Closeness.NAMED: "a text that names therapy",
    Closeness.OFFICE: "an office visit (98)",
    Closeness.PLAN: "the plan as a whole (30)",
}

_REHABILITATION, _NAMED = Closeness.REHABILITATION, Closeness.NAMED
_OFFICE, _PLAN = Closeness.OFFICE, Closeness.PLAN
_ACCEPTED: Mapping[Network, Mapping[str | None, int]] = {
    Network.IN: {"Y": 0, "W": 1, None: 2, "U": 2},
    Network.OUT: {"N": 0, "W": 1, None: 2, "U": 2},
}
NOT_STATED = 2
"""The order of rows that name no network."""


Ranked = tuple[Closeness, Benefit, str]
"""A row with how closely it speaks of therapy before it, and its text in capitals after it.

A plain tuple: forty of them are made for every answer.
"""


class Sorted(NamedTuple):
    """The rows of one answer that may speak of a patient's therapy on a day."""

    by_kind: Mapping[str, Sequence[Ranked]]
    """By EB01, of the clinic's network, in the order sent."""
    elsewhere: Mapping[str, Sequence[Ranked]]
    """Those of another network."""
    therapy: Sequence[Ranked]
    """Of the clinic's network the ones that speak of therapy itself."""
    asking: Mapping[str, Sequence[Source]]
    """Of the clinic's network, by EB01, those that ask for authorization by a text or a name."""
    of_plan: Mapping[str, Sequence[Source]]
    """The plan's that ask for it by a code (EB11)."""
    accepted: Mapping[str | None, int]
    """EB12 of rows that count, with their order."""
    tier: str | None
    plan_wide: tuple[Source, ...]
    """Where a text asks for authorization of all that the plan covers."""
    network_in_words: str | None
    """EB12 as a text says it of the clinic."""
    has_old: bool
    """Whether rows of another period were left out."""

    def of(self, kind: str) -> Sequence[Ranked]:
        """The rows of one kind, of any network."""
        return (*self.counted(kind), *self.elsewhere.get(kind, ()))

    def counted(self, kind: str) -> Sequence[Ranked]:
        """The rows of one kind that hold for the clinic's network."""
        return self.by_kind.get(kind, ())


def sort_rows(rows: Iterable[Benefit], on: date, network: Network, tier: str | None) -> Sorted:
    """Look at every row once, and once only at texts and dates that many rows share."""
    accepted = _ACCEPTED.get(network, _ACCEPTED[Network.IN])
    by_kind: dict[str, list[Ranked]] = defaultdict(list)
    elsewhere: dict[str, list[Ranked]] = defaultdict(list)
    asking: dict[str, list[Source]] = defaultdict(list)
    of_plan: dict[str, list[Source]] = defaultdict(list)
    therapy: list[Ranked] = []
    has_old = False
    told = _Told()
    is_past = _Past(on)
    for row in rows:
        closeness, text, is_asking = _of_types(row.service_types), "", False
        if row.messages:
            text, is_asking, is_of_therapy, is_wide = told[row.messages]
            if is_of_therapy or is_wide or closeness is _REHABILITATION:
                closeness = told.hear(row, closeness)
        if closeness is None or row.insurance_type == _HOSPITAL_INSURANCE:
            continue
        if row.dates and is_past[row.dates]:
            has_old = True
            continue
        one, kind = (closeness, row, text), row.information
        if row.network not in accepted or (
            text and row.network is None and network_of_row(row.messages, text) not in accepted
        ):
            elsewhere[kind].append(one)
            continue
        by_kind[kind].append(one)
        if closeness <= _NAMED:
            therapy.append(one)
            is_asking = is_asking or (bool(row.entities) and _names_a_manager(row))
        elif row.authorization == "Y" and closeness is _PLAN:
            of_plan[kind].append(row.source)
        if is_asking and closeness is not _OFFICE:
            asking[kind].append(row.source)
    return Sorted(
        by_kind,
        elsewhere,
        therapy,
        asking,
        of_plan,
        accepted,
        tier.upper() if tier else None,
        tuple(told.plan_wide),
        told.network,
        has_old,
    )


class _Past(dict[tuple[Period, ...], bool]):
    """Whether dates leave the day out."""

    def __init__(self, on: date) -> None:
        self.on = on

    def __missing__(self, dates: tuple[Period, ...]) -> bool:
        self[dates] = found = leave_out(dates, self.on)
        return found


_Text = tuple[str, bool, bool, bool]
"""A text in capitals; whether it asks for authorization, names therapy, and asks for authorization
of all that the plan covers.
"""


class _Told(dict[tuple[str, ...], _Text]):
    """What texts say: of their own row, and of the whole plan or the clinic wherever they stand.

    Most say nothing, and are looked at once however many rows have them.
    """

    def __init__(self) -> None:
        self.plan_wide: list[Source] = []
        self.network: str | None = None

    def __missing__(self, messages: tuple[str, ...]) -> _Text:
        text, is_asking = in_capitals(messages), wants_authorization(messages)
        if "NETWORK" in text or "PARTICIPATING" in text:
            self.network = self.network or network_in_words(text)
        is_wide = is_asking and is_plan_wide(messages)
        self[messages] = found = (text, is_asking, names_therapy(text), is_wide)
        return found

    def hear(self, row: Benefit, closeness: Closeness | None) -> Closeness | None:
        """How closely a row speaks of therapy with its text."""
        text, _, is_of_therapy, is_wide = self[row.messages]
        if is_wide:
            self.plan_wide.append(row.source)
        if is_of_therapy or closeness is _REHABILITATION:
            return _with_text(closeness, row.service_types, text, is_of_therapy)
        return closeness


def _with_text(
    found: Closeness | None, types: tuple[str, ...], text: str, is_of_therapy: bool
) -> Closeness | None:
    if found is _REHABILITATION and (
        is_inpatient(text) or (not is_of_therapy and is_other_rehabilitation(text))
    ):
        return None
    if is_of_therapy and (found is None or found is _OFFICE or not types):
        return _OFFICE if is_by_another_profession(text) else _NAMED
    return found


_UTILIZATION_MANAGER = "X3"


def _names_a_manager(row: Benefit) -> bool:
    """Whether who reviews the use of care is named below the row."""
    return any(entity.role == _UTILIZATION_MANAGER for entity in row.entities)


@lru_cache(maxsize=4096)
def _of_types(types: tuple[str, ...]) -> Closeness | None:
    """How closely service types speak of therapy; None where they have nothing to do with it."""
    if PHYSICAL_THERAPY in types:
        return Closeness.THERAPY
    if PHYSICAL_MEDICINE in types:
        return Closeness.MEDICINE
    if not REHABILITATION.isdisjoint(types):
        return Closeness.REHABILITATION
    if not types or PLAN in types:
        return Closeness.PLAN
    return Closeness.OFFICE if OFFICE_VISIT in types else None


Picked = tuple[Sequence[Benefit], bool]
"""Rows of equal rank, and whether they name the network."""


def of_network(rows: Sequence[Benefit], accepted: Mapping[str | None, int]) -> Picked:
    """Of equally close rows those that speak most clearly of the clinic's network."""
    best = min([accepted[row.network] for row in rows])
    if len(rows) > 1:
        rows = [row for row in rows if accepted[row.network] == best]
    return rows, best < NOT_STATED


Narrowed = tuple[Sequence[Benefit], tuple[str, ...]]
"""Rows that hold at the clinic, and why those may be doubted that hold elsewhere only."""


def narrowed(rows: Sequence[Benefit], tier: str | None) -> Narrowed:
    """Of equally near rows those for the office, for any procedure and for the clinic's tier."""
    found: Narrowed = (rows, ())
    for row in rows:
        if row.places or row.procedure:
            found = _at_the_clinic(rows)
            break
    for row in rows:
        if row.messages:
            return _in_tier(_in_scope(found), tier)
    return found


def _at_the_clinic(rows: Sequence[Benefit]) -> Narrowed:
    doubts = []
    for fits, doubt in _NARROWING:
        fit = [row for row in rows if fits(row)]
        if not fit:
            doubts.append(doubt)
        rows = fit or rows
    return [row for row in rows if OFFICE in row.places] or rows, tuple(doubts)


def _in_scope(found: Narrowed) -> Narrowed:
    rows, doubts = found
    narrow = {id(row): doubt for row in rows if row.messages and (doubt := doubt_in_words(row))}
    if not narrow:
        return found
    left = [row for row in rows if narrow.get(id(row)) in (None, FIRST_VISIT)]
    if any(id(row) not in narrow for row in left):
        return left, doubts
    return rows, (*doubts, *dict.fromkeys(narrow.values()))


def _in_tier(found: Narrowed, tier: str | None) -> Narrowed:
    rows, doubts = found
    ours = [row for row in rows if tier in text_of(row)] if tier else []
    base = ours or [row for row in rows if not is_tiered(row)]
    if base or not rows:
        return base, doubts
    return rows, (*doubts, "for a tier of the plan's providers only")


_NARROWING: tuple[tuple[Callable[[Benefit], bool], str], ...] = (
    (lambda row: not row.places or OFFICE in row.places, "for another place of service only"),
    (lambda row: row.procedure is None, "for certain procedures only"),
)
