"""What a sprint was settled as: the days, the share that is treated, the baseline."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import duckdb

PLANNED_DAYS: Final = 90
PLANNED: Final = timedelta(weeks=13)
GRACE: Final = timedelta(weeks=2)
"""How much later a sprint may be closed and still count as closed when it was planned to be."""
BASELINE: Final = timedelta(weeks=13)
OUTCOME_DUE: Final = timedelta(days=1)
"""What became of a visit is written down a day after its start at the latest."""
LEVER: Final = "no_show"
LEVER_AFTER: Final = timedelta(weeks=2)
"""The playbook's first two weeks audit: arms are drawn from the third on, unless somebody said."""

_FIND: Final = """
SELECT started_on, closed_on, treated_share, baseline_from, baseline_to,
    (SELECT min(from_on) FROM core_sprint__levers WHERE sprint = $sprint AND lever = $lever)
FROM core_sprint__sprints WHERE sprint = $sprint
"""


@dataclass(frozen=True, slots=True)
class Sprint:
    """One sprint as the warehouse knows it; days are the clinic's own, both ends included."""

    name: str
    started_on: date
    closed_on: date | None
    treated_share: float
    baseline_from: date
    baseline_to: date
    arms_from: date

    @property
    def weeks_of_arms(self) -> float:
        """Weeks of the plan in which visits are drawn: from the lever's first day to its end."""
        return max((self.started_on + PLANNED - self.arms_from).days, 7) / 7

    def last_day(self, now: datetime, zone: str) -> date:
        """The day of closing, or today."""
        today = now.astimezone(ZoneInfo(zone)).date()
        return min(self.closed_on or today, today)

    def is_final(self, now: datetime, zone: str) -> bool:
        """Closed when it was planned to be, and its last day's outcomes are in.

        Only then may the interval for one look speak: there is one such look.
        """
        is_in = self.closed_on is not None and self.closed_on < judged_until(now, zone)
        return is_in and not self.is_off_plan

    @property
    def is_off_plan(self) -> bool:
        """Closed before the days that were planned, or long after.

        Whoever ended a sprint early, or let it run on, may have done so for what it showed.
        """
        if self.closed_on is None:
            return False
        ran = self.closed_on - self.started_on + timedelta(days=1)
        planned = timedelta(days=PLANNED_DAYS)
        return not planned <= ran <= planned + GRACE


def judged_until(now: datetime, zone: str) -> date:
    """The clinic's own day up to which outcomes are coming in; each day before it is whole."""
    return (now - OUTCOME_DUE).astimezone(ZoneInfo(zone)).date()


def find_sprint(con: duckdb.DuckDBPyConnection, name: str) -> Sprint | None:
    """The sprint of that name, or None; where no baseline is frozen, the quarter before it."""
    row = con.execute(_FIND, {"sprint": name, "lever": LEVER}).fetchone()
    if row is None:
        return None
    started_on, closed_on, share, since, until, arms_from = row
    return Sprint(
        name=name,
        started_on=started_on,
        closed_on=closed_on,
        treated_share=share,
        baseline_from=since or started_on - BASELINE,
        baseline_to=until or started_on - timedelta(days=1),
        arms_from=arms_from or started_on + LEVER_AFTER,
    )
