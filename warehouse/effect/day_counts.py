"""The clinic's whole book day by day, as its no-show rate counts it: for looks at time alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import duckdb
import numpy as np
from numpy.typing import NDArray

from data_contracts.metric import MetricParameters
from warehouse.effect.sprint import OUTCOME_DUE
from warehouse.metric_sql import load_metrics, metric_problem
from warehouse.report.control import Week

REACH: Final = timedelta(weeks=156)
_DAYS: Final = """
SELECT timezone($timezone, starts_at)::DATE AS visit_on,
       {numerator} AS missed, {denominator} AS visits, count(*) AS booked
FROM {source} AS facts
WHERE ({where}) AND status <> 'deleted' AND starts_at >= $since AND starts_at < $until
GROUP BY visit_on ORDER BY visit_on
"""


@dataclass(frozen=True)
class DayCounts:
    """Missed and counted visits by the clinic's own days, in order."""

    days: NDArray[np.datetime64]
    missed: NDArray[np.int64]
    visits: NDArray[np.int64]
    booked: NDArray[np.int64]

    def between(self, first: date, last: date) -> tuple[int, int]:
        """Missed and counted, both ends included."""
        inside = self._inside(first, last)
        return int(self.missed[inside].sum()), int(self.visits[inside].sum())

    def booked_between(self, first: date, last: date) -> int:
        """All that stood on the book, cancelled or not, both ends included."""
        return int(self.booked[self._inside(first, last)].sum())

    def weeks(self, last: date) -> list[Week]:
        """Whole weeks from Mondays that end by `last`, those with visits that count."""
        return [week for week in self._weeks(last) if week.visits]

    @property
    def first_day(self) -> date | None:
        """The first day with a visit; None where there is none."""
        return None if not len(self.days) else self.days[0].astype(date)

    def _inside(self, first: date, last: date) -> NDArray[np.bool_]:
        return (self.days >= np.datetime64(first)) & (self.days <= np.datetime64(last))

    def _weeks(self, last: date) -> Iterator[Week]:
        if self.first_day is None:
            return
        monday = self.first_day + timedelta(days=-self.first_day.weekday() % 7)
        number = (self.days - np.datetime64(monday)).astype(int) // 7
        whole = (last - monday + timedelta(days=1)).days // 7
        inside = (number >= 0) & (number < whole)
        size = max(whole, 0)
        missed = np.bincount(number[inside], self.missed[inside], size)
        visits = np.bincount(number[inside], self.visits[inside], size)
        for at in range(size):
            yield Week(monday + timedelta(weeks=at), int(missed[at]), int(visits[at]))


def read_days(
    con: duckdb.DuckDBPyConnection, parameters: MetricParameters, since: date, now: datetime
) -> DayCounts:
    """From `since` to a day ago, by the definition in the metric's own file; no day where that
    file is wrong, which the page says: the arms do not rest on it."""
    rate = load_metrics()["no_show_rate"]
    if metric_problem(con, rate, parameters, now) is not None:
        return _no_days()
    sql = _DAYS.format(
        numerator=rate.numerator, denominator=rate.denominator, source=rate.source, where=rate.where
    )
    given = parameters.model_dump(include=set(rate.parameters) - {"now"} | {"timezone"})
    window = {"since": since, "until": now - OUTCOME_DUE, "now": now}
    found = con.execute(sql, given | window).fetchnumpy()
    return DayCounts(
        days=np.asarray(found["visit_on"], dtype="datetime64[D]"),
        missed=np.asarray(found["missed"], dtype=np.int64),
        visits=np.asarray(found["visits"], dtype=np.int64),
        booked=np.asarray(found["booked"], dtype=np.int64),
    )


def _no_days() -> DayCounts:
    none = np.array([], dtype=np.int64)
    return DayCounts(none.astype("datetime64[D]"), none, none, none)
