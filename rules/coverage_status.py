"""Whether the plan is in force on the day: EB01 1 to 8, the plan's own row first.

Rows that contradict each other make it unknown, unless their dates or plans tell them apart.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from data_contracts.benefit import Benefit, Period, Source
from data_contracts.coverage import CoverageStatus
from rules.coverage_apart import NARROW
from rules.coverage_dates import Holds, has_begin, holds
from rules.coverage_rows import PHYSICAL_THERAPY, PLAN
from rules.coverage_sent import ACTIVE, INACTIVE, Sent
from rules.coverage_words import (
    is_narrow_plan,
    says_not_found,
    speaks_of_end,
    speaks_of_other_plans,
    text_of,
)

_PENDING = frozenset("578")
_CANNOT_PROCESS = "V"
_NON_COVERED = "I"
_MEDICARE = ("MA", "MB")


_IN_TIME = (Holds.YES, Holds.UNDATED)


class Status(NamedTuple):
    """The verdict, and the row that carries it."""

    status: CoverageStatus
    rows: tuple[Benefit, ...] = ()

    @property
    def sources(self) -> tuple[Source, ...]:
        """The segments it stands on."""
        return tuple(row.source for row in self.rows)


def status_of(sent: Sent, above: Sequence[Period], on: date, notes: list[str]) -> Status:
    """`above`: the dates of the patient's level, which a row's own take the place of."""
    said = sent.statuses
    if ACTIVE.isdisjoint(sent.by_kind):
        lost = tuple(row for row in sent.rows if says_not_found(row))
        if lost:
            notes.append("the payer says in words that it does not find the patient")
            return Status(CoverageStatus.NOT_FOUND, lost)
    stuck = [row for row in sent.of(_CANNOT_PROCESS) if _is_plan(row)]
    if stuck:
        notes.append("the payer could not process the question (EB*V): ask it by phone")
        return Status(CoverageStatus.UNKNOWN, tuple(stuck))
    if not said:
        return _silent(sent, notes)
    chosen = _chosen(said, notes)
    if not chosen:
        return Status(CoverageStatus.UNKNOWN, tuple(said))
    return _decided(chosen, above, on, notes)


def _is_plan(row: Benefit) -> bool:
    return not row.service_types or PLAN in row.service_types


def _silent(sent: Sent, notes: list[str]) -> Status:
    refused = tuple(row for row in sent.of(_NON_COVERED) if _is_plan(row))
    if refused:
        notes.append("the plan is said to cover nothing (EB*I), its status is not stated: ask")
    elif sent.of("U"):
        notes.append("the payer names another to ask (EB*U) and states no status: ask there")
    else:
        notes.append("the answer states no status of the plan: ask the payer")
    return Status(CoverageStatus.UNKNOWN, refused)


def _chosen(said: Sequence[Benefit], notes: list[str]) -> list[Benefit]:
    """The plan's rows, else therapy's, else any of medical care."""
    plan = [row for row in said if _is_plan(row)]
    therapy = [row for row in said if PHYSICAL_THERAPY in row.service_types]
    if not plan and therapy:
        notes.append("status is that of physical therapy: the plan's own is not stated")
    if plan or therapy:
        return _outpatient(plan or therapy, notes)
    other = [row for row in said if not NARROW.issuperset(row.service_types)]
    if not other:
        notes.append("a status is stated only for services apart from medical care, as dental")
        return []
    notes.append("status is that of other services: neither the plan's nor therapy's is stated")
    return _outpatient(other, notes)


def _outpatient(rows: list[Benefit], notes: list[str]) -> list[Benefit]:
    """Of Medicare's parts B, which pays outpatient therapy; in other plans' answers neither."""
    own = [row for row in rows if row.insurance_type not in _MEDICARE]
    if own:
        return own
    part_b = [row for row in rows if row.insurance_type == "MB"]
    if not part_b:
        notes.append("Medicare Part A only: outpatient therapy belongs to Part B")
    return part_b


def _decided(
    rows: Sequence[Benefit], above: Sequence[Period], on: date, notes: list[str]
) -> Status:
    active = [(row, holds(on, row.dates, above)) for row in rows if row.information in ACTIVE]
    closed = [(row, _over(row, on, above)) for row in rows if row.information in INACTIVE]
    valid, ended = _that(active, *_IN_TIME), _that(closed, *_IN_TIME)
    _tell_pending((*valid, *ended), notes)
    if valid and ended:
        return _contradiction(active, closed, notes)
    if valid:
        _tell_several(valid, notes)
        _tell_doubts(valid, notes)
        return Status(CoverageStatus.ACTIVE, valid)
    if _that(active, Holds.UNSURE):
        notes.append("the plan's dates do not settle whether it is in force on that day")
        return Status(CoverageStatus.UNKNOWN, _that(active, Holds.UNSURE))
    return _not_in_force(active, closed, notes)


def _not_in_force(active: "_Dated", closed: "_Dated", notes: list[str]) -> Status:
    later, earlier = _that(active, Holds.BEFORE), _that(active, Holds.AFTER)
    if later or earlier:
        notes.append(
            "the plan begins after that day" if later else "the plan ended before that day"
        )
        return Status(CoverageStatus.INACTIVE, (*later, *earlier))
    if closed and all(found is Holds.BEFORE for _, found in closed):
        notes.append("the plan is said to end later; whether it is in force before is not stated")
        return Status(CoverageStatus.UNKNOWN, tuple(row for row, _ in closed))
    return Status(CoverageStatus.INACTIVE, tuple(row for row, _ in closed))


_Dated = Sequence[tuple[Benefit, Holds]]


def _that(rows: _Dated, *wanted: Holds) -> tuple[Benefit, ...]:
    return tuple([row for row, found in rows if found in wanted])


def _over(row: Benefit, on: date, above: Sequence[Period]) -> Holds:
    """Whether a row's inactivity holds: one that only says when the plan ended lasts from then."""
    found = holds(on, row.dates, above)
    is_end_alone = found is Holds.AFTER and row.dates and not has_begin(row.dates)
    return Holds.YES if is_end_alone else found


def _begins_after(active: Iterable[Benefit], ended: Iterable[Benefit]) -> bool:
    """Whether every plan in force began when the others were over."""
    last = [one.ends for row in ended for one in row.dates if one.ends]
    first = [one.begins for row in active for one in row.dates if one.begins]
    is_dated = all(row.dates and not has_begin(row.dates) for row in ended)
    return bool(is_dated and last and first and min(first) > max(last))


def _contradiction(active: _Dated, closed: _Dated, notes: list[str]) -> Status:
    valid, ended = _that(active, *_IN_TIME), _that(closed, *_IN_TIME)
    plans, old = _plans(valid), _plans(ended)
    if plans and old and plans.isdisjoint(old):
        notes.append("another plan of the patient's is inactive")
        return Status(CoverageStatus.ACTIVE, valid)
    dated = tuple(row for row, found in active if found is Holds.YES and row.dates)
    if dated and _begins_after(dated, ended):
        notes.append("a plan that ended before is inactive")
        return Status(CoverageStatus.ACTIVE, dated)
    if dated and not any(found is Holds.YES and row.dates for row, found in closed):
        notes.append("an undated row says inactive, but the dates say that the plan is in force")
        return Status(CoverageStatus.ACTIVE, dated)
    notes.append("the answer says both active and inactive: ask the payer")
    return Status(CoverageStatus.UNKNOWN, (*valid, *ended))


def _tell_several(valid: Iterable[Benefit], notes: list[str]) -> None:
    """Several plans under one member id, such as Medicaid and the organisation that it pays."""
    if len({row.plan for row in valid if row.plan and row.insurance_type != "QM"}) > 1:
        notes.append("several plans are in force: which of them pays therapy is not said")


def _tell_doubts(valid: Iterable[Benefit], notes: list[str]) -> None:
    for row in valid:
        if row.messages and speaks_of_end(row):
            notes.append(
                "a text of the plan speaks of its end or of a time of grace: ask the payer"
            )
        if row.messages and speaks_of_other_plans(row):
            notes.append("a text speaks of other insurance: settle who pays first with the patient")
        if row.messages and "HOSPICE" in text_of(row):
            notes.append("a text speaks of hospice: ask who pays therapy")
        if row.plan and is_narrow_plan(row.plan):
            notes.append("the plan's name speaks of limited services: ask whether it pays therapy")


def _plans(rows: Iterable[Benefit]) -> set[str]:
    return {row.plan for row in rows if row.plan}


def _tell_pending(rows: Iterable[Benefit], notes: list[str]) -> None:
    if any(row.information in _PENDING for row in rows):
        notes.append("the payer is still looking into the status: check again before the visit")
