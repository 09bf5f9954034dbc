"""One clinic into the benchmark: what its warehouse knows anew, or some days counted again."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

import duckdb

from data_contracts.fleet import Standing
from data_contracts.metric import Metric, MetricParameters
from warehouse.benchmark.cells import Changes, cells_between, newest_day, put, recounted, widened
from warehouse.benchmark.clinic import Taken, known, remember
from warehouse.benchmark.counting import (
    book_span,
    compared,
    day_sums,
    definitions,
    load_of,
    touched,
)
from warehouse.benchmark.span import Span, clipped, is_inside, merged
from warehouse.metric_file import SQL_ERRORS

_NO_MONEY: Final = 1
"""No compared rate looks at what a visit is worth."""


@dataclass(frozen=True)
class Member:
    """A clinic as the benchmark knows it; `key` outlives its name, and `practice` its ledger."""

    key: str
    slug: str
    name: str
    timezone: str
    standing: Standing
    formerly: tuple[str, ...] = ()
    practice: str | None = None


class Refreshed(NamedTuple):
    """What a refresh did: days looked at, and cells that are new or read otherwise."""

    days: int
    cells: int
    changed: int


def same_words(timezone: str) -> MetricParameters:
    """What every clinic's rates are counted by here: a house's own definition compares nothing."""
    return MetricParameters(
        timezone=timezone,
        late_cancel_hours=24,
        late_cancel_is_missed=False,
        visit_value_cents=_NO_MONEY,
    )


def refresh(
    benchmark: duckdb.DuckDBPyConnection,
    clinic: duckdb.DuckDBPyConnection,
    member: Member,
    now: datetime,
    only: Span | None = None,
) -> Refreshed:
    """Take over what changed since the last time up to the clinic's yesterday, or count `only`.

    Doing it again changes nothing. A row that came late, moved or went is taken with the day that
    it belongs to; days that were passed over are caught up with.
    """
    taken = known(benchmark, member.key, member.slug, member.name, member.formerly, member.practice)
    within = _within(clinic, member.timezone, now, only)
    if within is None:
        remember(benchmark, taken, [], member.standing, now)
        return Refreshed(0, 0, 0)
    count = _Count(benchmark, clinic, same_words(member.timezone), now, taken, within)
    if only is None:
        count.what_changed()
        taken = count.taken_now()
    else:
        count.all_days()
    remember(benchmark, taken, [within], member.standing, now)
    return count.done()


class _Count:
    """One clinic's rates counted on the days that may have changed, metric by metric."""

    def __init__(
        self,
        benchmark: duckdb.DuckDBPyConnection,
        clinic: duckdb.DuckDBPyConnection,
        parameters: MetricParameters,
        now: datetime,
        taken: Taken,
        within: Span,
    ) -> None:
        self._file, self._clinic = benchmark, clinic
        self._parameters, self._now = parameters, now
        self._taken, self._within = taken, within
        self._changes = Changes(taken.clinic_no)
        self._days: set[date] = set()

    def all_days(self) -> None:
        """Every day that may be asked."""
        for metric in compared().values():
            self._count(metric, [self._within])

    def what_changed(self) -> None:
        """The days that rows came to or left since the last load that was taken, and new ones."""
        now = self.taken_now()
        same = (self._taken.origin, self._taken.definitions) == (now.origin, now.definitions)
        # Fewer loads than were taken: an older copy was put in its place.
        same = same and self._taken.load_no <= now.load_no
        if not same or self._taken.counted_until is None:
            self.all_days()
            return
        for metric in compared().values():
            spans = touched(self._clinic, metric, self._taken.load_no)
            new = Span(self._taken.counted_until, self._within.last)
            self._count(metric, [self._within] if spans is None else [*spans, new])

    def taken_now(self) -> Taken:
        """What the file will have of the clinic when this is done."""
        origin, load_no = load_of(self._clinic)
        words = definitions(self._parameters)
        return Taken(self._taken.clinic_no, origin, load_no, words, self._within.last)

    def done(self) -> Refreshed:
        """Write what was found."""
        put(self._file, self._changes)
        return Refreshed(len(self._days), len(self._changes.new), len(self._changes.again))

    def _count(self, metric: Metric, spans: list[Span]) -> None:
        newest = newest_day(self._file, self._taken.clinic_no, metric.name)
        spans = clipped(merged(spans), self._within)
        if not spans:
            return
        if newest is None or spans[-1].last > newest:
            # What waits behind the newest cell to be pooled is counted again with what is new.
            waiting = Span(newest or self._within.first, spans[-1].last)
            spans = clipped(merged([*spans, waiting]), self._within)
        reach = Span(spans[0].first, spans[-1].last)
        cells = cells_between(self._file, self._taken.clinic_no, metric.name, reach)
        # Half a cell would be counted for the whole: one that reaches beyond the book stays.
        whole = [one for one in cells if is_inside(one.span, self._within)]
        asked = widened(spans, whole)
        try:
            days = day_sums(self._clinic, metric, self._parameters, self._now, asked)
        except SQL_ERRORS:  # its file is wrong: its cells stay, and the others go on
            return
        self._days.update(one.day for one in days)
        again, new = recounted(days, asked, cells, newest)
        self._changes.add(metric.name, again, new)


def _within(
    clinic: duckdb.DuckDBPyConnection, timezone: str, now: datetime, only: Span | None
) -> Span | None:
    """The days that may be counted: those of the book that are over, of these the asked ones."""
    book = book_span(clinic, timezone)
    if book is None:
        return None
    yesterday = now.astimezone(ZoneInfo(timezone)).date() - timedelta(days=1)
    found = clipped([only or book], Span(book.first, yesterday))
    return found[0] if found else None
