"""Until when a patient's record must be kept; nothing is ever concluded too early."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from data_contracts.retention import RetentionLaw, RetentionRule


@dataclass(frozen=True)
class Chart:
    """What the rule looks at; days are the clinic's.

    `discharges`: of each episode, the last visit where the discharge is not known. `born_by`: the
    last day on which they can have been born. `evidence_on`: the newest consent or message.
    """

    discharges: tuple[date, ...]
    born_by: date
    evidence_on: date | None = None
    is_held: bool = False


def kept_until(chart: Chart, law: RetentionLaw, state: str | None) -> date | None:
    """The first day on which it may go; None under a legal hold, which beats every date."""
    if chart.is_held:
        return None
    rule = law.rule(state)
    days = [_chart_until(one, chart.born_by, rule) for one in chart.discharges]
    if chart.evidence_on is not None:
        days.append(_years_after(chart.evidence_on, law.evidence_years))
    return max(days)


def first_day_kept(today: date, years: int) -> date:
    """The first day that is not as many years past; in a leap year never too late."""
    try:
        return today.replace(year=today.year - years)
    except ValueError:  # 29 February
        return date(today.year - years, 2, 28)


def due(charts: Iterable[tuple[str, date | None]], today: date) -> list[str]:
    """The ids whose day has come."""
    return [own_id for own_id, until in charts if until is not None and until <= today]


def _chart_until(discharge: date, born_by: date, rule: RetentionRule) -> date:
    adult = _years_after(discharge, rule.adult_years)
    if discharge >= _years_after(born_by, rule.minor_age):
        return adult
    return max(adult, _years_after(born_by, rule.minor_age + rule.minor_extra))


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February: the day after, which is never too early
        return date(day.year + years, 3, 1)
