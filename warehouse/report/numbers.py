"""Everything that the page shows, read from the warehouse in one pass; counts and rates only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb

from data_contracts.message import REASON_WORDS, Reason, RiskTier
from data_contracts.metric import Metric, MetricParameters
from warehouse.metric_sql import MetricValue, Period, run_metric
from warehouse.report.calibration import Scored
from warehouse.report.control import BASELINE_WEEKS, PatientCount, Week

RECENT = timedelta(days=28)
_YEAR = timedelta(weeks=52)
_CONTACT_WEEKS = timedelta(weeks=12)

_PATIENTS = """
SELECT coalesce(sum(missed) FILTER (WHERE NOT is_after), 0),
       coalesce(sum(visits) FILTER (WHERE NOT is_after), 0),
       coalesce(sum(missed) FILTER (WHERE is_after), 0),
       coalesce(sum(visits) FILTER (WHERE is_after), 0)
FROM (
    SELECT patient_key, starts_at >= timezone($timezone, $start::TIMESTAMP) AS is_after,
           {numerator} AS missed, {denominator} AS visits
    FROM {source}
    WHERE {where} AND starts_at >= timezone($timezone, $first::TIMESTAMP)
    GROUP BY 1, 2
)
GROUP BY patient_key HAVING sum(visits) > 0
"""
_SCORED = """
SELECT arg_max(s.score, s.scored_at) AS score,
       any_value(missed(v.status, v.cancelled_at, v.starts_at, $late))::BOOLEAN AS is_missed
FROM core_risk__scores s JOIN core_practice__visits v USING (visit_key)
WHERE s.scored_at < v.starts_at AND v.starts_at < $now
    AND missed(v.status, v.cancelled_at, v.starts_at, $late) IS NOT NULL
GROUP BY visit_key
"""
_AHEAD = """
SELECT timezone($timezone, starts_at)::DATE, count(*), sum(score)
FROM {source} AS ahead WHERE {where} GROUP BY 1 ORDER BY 1
"""
_NOT_SENT = """
SELECT reason, count(*) FROM core_messages__messages
WHERE purpose = 'reminder' AND planned_at >= $since AND planned_at < $now AND sent_at IS NULL
    AND (status IN ('held', 'superseded', 'expired', 'confirmed_absent')
         OR (status = 'handed_to_staff' AND channel <> 'staff'))
GROUP BY 1 ORDER BY 2 DESC, 1
"""
_UNRECORDED = """
SELECT count(*) FROM core_practice__visits
WHERE status = 'booked' AND starts_at < $now - INTERVAL 1 DAY AND starts_at >= $since
"""

_EMPTY_DAYS = """
WITH booked AS (
    SELECT timezone($timezone, starts_at)::DATE AS day, count(*) AS visits
    FROM core_practice__visits
    WHERE starts_at < $now AND starts_at >= timezone($timezone, $first::TIMESTAMP) GROUP BY 1
), calendar AS (
    SELECT unnest(generate_series($first::TIMESTAMP, $last::TIMESTAMP, INTERVAL 1 DAY))::DATE AS day
), beside AS (
    SELECT day, coalesce(visits, 0) AS visits,
           median(coalesce(visits, 0)) OVER (PARTITION BY isodow(day)) AS usual
    FROM calendar LEFT JOIN booked USING (day)
    WHERE day >= (
        SELECT timezone($timezone, min(starts_at))::DATE FROM core_practice__visits
        WHERE starts_at < $now
    )
)
SELECT day FROM beside WHERE visits = 0 AND usual >= $least ORDER BY day DESC
"""
_LEAST_USUAL = 5
"""Visits on the middle one of a year's Tuesdays, from which on a Tuesday without any is noticed."""
_LOOKED_FOR = timedelta(weeks=12)


@dataclass(frozen=True, slots=True)
class DayAhead:
    """One coming day: visits that have a score, and how many of them are expected to be missed."""

    on: date
    visits: int
    expected_missed: float


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the page shows."""

    recent: dict[str, MetricValue]
    weeks: list[Week]
    patients: list[PatientCount]
    contacts: list[MetricValue]
    failed: list[tuple[str, int]]
    not_sent: list[tuple[str, int]]
    scored: Scored
    ahead: list[DayAhead]
    unrecorded: int
    empty_days: list[date]


def read_numbers(
    con: duckdb.DuckDBPyConnection,
    metrics: Mapping[str, Metric],
    parameters: MetricParameters,
    start: date,
    now: datetime,
) -> Numbers:
    """As of `now`; `start` parts before from after. What a missing metric would tell is empty."""
    since = now - RECENT
    rate, ahead = metrics.get("no_show_rate"), metrics.get("revenue_at_risk")
    recent = {
        name: run_metric(con, metric, parameters, now, since=since)[0]
        for name, metric in metrics.items()
    }
    contacts = _grouped(con, metrics.get("contacts_by_tier"), parameters, now, "tier")
    failed = _grouped(con, metrics.get("reminders_failed_by_reason"), parameters, now, "reason")
    window = {"now": now, "since": since}
    return Numbers(
        recent=recent,
        weeks=_weeks(con, rate, parameters, now) if rate else [],
        patients=_patients(con, rate, parameters, start, now) if rate else [],
        contacts=[value for value in contacts if value.group in set(RiskTier)],
        failed=sorted(
            ((reason_words(f.group), int(f.numerator or 0)) for f in failed), key=lambda r: -r[1]
        ),
        not_sent=[(reason_words(r), n) for r, n in con.execute(_NOT_SENT, window).fetchall()],
        scored=_scored(con, parameters, now),
        ahead=_ahead(con, ahead, parameters, now) if ahead else [],
        unrecorded=_one(con, _UNRECORDED, window),
        empty_days=_empty_days(con, parameters, now),
    )


def _grouped(
    con: duckdb.DuckDBPyConnection,
    metric: Metric | None,
    parameters: MetricParameters,
    now: datetime,
    group: str,
) -> list[MetricValue]:
    """By week for the contacts' twelve weeks, else in one sum of the recent days."""
    if metric is None:
        return []
    is_weekly = group == "tier"
    period = Period.WEEK if is_weekly else Period.OVERALL
    since = now - (_CONTACT_WEEKS if is_weekly else RECENT)
    return run_metric(con, metric, parameters, now, period, group, since)


def reason_words(reason: str | None) -> str:
    """A reason's own sentence; a code that we do not know stays as it is."""
    return REASON_WORDS[Reason(reason)] if reason in set(Reason) else reason or "no reason recorded"


def _weeks(
    con: duckdb.DuckDBPyConnection, metric: Metric, parameters: MetricParameters, now: datetime
) -> list[Week]:
    """Whole weeks of the last year: half a week would look like a change."""
    today = now.astimezone(ZoneInfo(parameters.timezone)).date()
    this_monday = today - timedelta(days=today.weekday())
    found = run_metric(con, metric, parameters, now, Period.WEEK, since=now - _YEAR)
    return [
        Week(value.period, int(value.numerator or 0), value.denominator)
        for value in found
        if value.period and value.denominator and today - _YEAR <= value.period < this_monday
    ]


def _patients(
    con: duckdb.DuckDBPyConnection,
    metric: Metric,
    parameters: MetricParameters,
    start: date,
    now: datetime,
) -> list[PatientCount]:
    sql = _PATIENTS.format(
        numerator=metric.numerator,
        denominator=metric.denominator,
        source=metric.source,
        where=metric.where,
    )
    first = start - timedelta(weeks=BASELINE_WEEKS)
    given = {**parameters.model_dump(exclude={"visit_value_cents"}), "now": now}
    rows = con.execute(sql, {**given, "start": start, "first": first}).fetchall()
    return [PatientCount(*(int(count) for count in row)) for row in rows]


def _scored(con: duckdb.DuckDBPyConnection, parameters: MetricParameters, now: datetime) -> Scored:
    late = parameters.late_cancel_hours if parameters.late_cancel_is_missed else None
    found = con.execute(_SCORED, {"now": now, "late": late}).fetchnumpy()
    return Scored.of(found["score"], found["is_missed"])


def _ahead(
    con: duckdb.DuckDBPyConnection, metric: Metric, parameters: MetricParameters, now: datetime
) -> list[DayAhead]:
    sql = _AHEAD.format(source=metric.source, where=metric.where)
    found = con.execute(sql, {"timezone": parameters.timezone, "now": now}).fetchall()
    return [DayAhead(*row) for row in found]


def _empty_days(
    con: duckdb.DuckDBPyConnection, parameters: MetricParameters, now: datetime
) -> list[date]:
    """Days of the last twelve weeks without one visit, where that weekday is never so."""
    today = now.astimezone(ZoneInfo(parameters.timezone)).date()
    given = {"timezone": parameters.timezone, "now": now, "least": _LEAST_USUAL}
    days = {"first": today - _LOOKED_FOR, "last": today - timedelta(days=1)}
    return [row[0] for row in con.execute(_EMPTY_DAYS, given | days).fetchall()]


def _one(con: duckdb.DuckDBPyConnection, sql: str, parameters: dict[str, datetime]) -> int:
    row = con.execute(sql, parameters).fetchone()
    return int(row[0]) if row else 0
