"""Metrics on small books whose answer can be counted by hand."""

from datetime import UTC, date, datetime, timedelta

import duckdb
import pytest
from pydantic import ValidationError

from data_contracts.metric import Metric, MetricParameters
from warehouse.metric_sql import (
    MetricValue,
    Period,
    load_metrics,
    metric_sql,
    run_metric,
    wilson_interval,
)
from warehouse.store import open_warehouse

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
PARAMETERS = MetricParameters(timezone="America/Denver", visit_value_cents=9800)


@pytest.fixture
def con(tmp_path):
    with open_warehouse(tmp_path / "clinic.duckdb", "ab" * 32) as connection:
        yield connection


def put_visits(
    con: duckdb.DuckDBPyConnection,
    status: str,
    count: int,
    starts_at: datetime = NOW - timedelta(days=3),
    notice: timedelta | None = None,
    therapist: str = "caro",
) -> None:
    cancelled_at = None if notice is None else starts_at - notice
    already = con.execute("select count(*) from core_practice__visits").fetchone()[0]
    con.executemany(
        """insert into core_practice__visits (visit_key, patient_key, practitioner_key, booked_at,
           starts_at, status, cancelled_at, clinic_tz, updated_at)
           values (?, 'p1', ?, ?, ?, ?, ?, 'America/Denver', ?)""",
        [
            [f"v{already + n}", therapist, NOW, starts_at, status, cancelled_at, NOW]
            for n in range(count)
        ],
    )


def put_messages(con: duckdb.DuckDBPyConnection, count: int, **columns: object) -> None:
    already = con.execute("select count(*) from core_messages__messages").fetchone()[0]
    row = {"channel": "sms", "purpose": "reminder", "planned_at": NOW - timedelta(days=1)} | columns
    for n in range(already, already + count):
        con.execute(
            f"insert into core_messages__messages (message_key, {', '.join(row)})"
            f" values (?, {', '.join('?' * len(row))})",
            [f"m{n}", *row.values()],
        )


def overall(con: duckdb.DuckDBPyConnection, name: str, **changed: object) -> MetricValue:
    parameters = PARAMETERS.model_copy(update=changed)
    [value] = run_metric(con, load_metrics()[name], parameters, NOW)
    return value


def test_a_visit_cancelled_in_time_counts_nowhere_in_the_no_show_rate(con):
    put_visits(con, "arrived", 16)
    put_visits(con, "no_show", 4)
    put_visits(con, "cancelled", 9, notice=timedelta(hours=30))
    value = overall(con, "no_show_rate")
    assert (value.numerator, value.denominator, value.value) == (4, 20, 0.2)


def test_a_late_cancel_is_below_the_line_and_above_it_only_where_the_clinic_says_so(con):
    put_visits(con, "arrived", 12)
    put_visits(con, "no_show", 4)
    put_visits(con, "cancelled", 4, notice=timedelta(hours=2))
    assert overall(con, "no_show_rate").value == 4 / 20
    assert overall(con, "no_show_rate", late_cancel_is_missed=True).value == 8 / 20
    assert overall(con, "late_cancel_rate").value == 4 / 20
    assert overall(con, "late_cancel_rate", late_cancel_hours=1).value == 0 / 16


def test_cancelling_instead_of_missing_does_not_improve_arrived_per_booked_slot(con):
    put_visits(con, "arrived", 10)
    put_visits(con, "no_show", 5)
    put_visits(con, "cancelled", 5, notice=timedelta(days=9))
    put_visits(con, "deleted", 7)
    put_visits(con, "booked", 7)
    assert overall(con, "arrived_per_booked_slot").value == 10 / 20


def test_a_rate_over_fewer_visits_than_the_threshold_is_not_shown(con):
    put_visits(con, "no_show", 9)
    value = overall(con, "no_show_rate")
    assert value.is_suppressed
    assert (value.numerator, value.denominator, value.value, value.low) == (None,) * 4
    put_visits(con, "arrived", 1)
    assert overall(con, "no_show_rate").value == 0.9


def test_nothing_that_begins_after_now_is_counted(con):
    put_visits(con, "arrived", 20)
    put_visits(con, "no_show", 20, starts_at=NOW + timedelta(hours=1))
    assert overall(con, "no_show_rate").value == 0


def test_a_week_begins_on_monday_at_the_clinics_own_midnight(con):
    # Monday 04:00 UTC is still Sunday evening in Denver.
    put_visits(con, "arrived", 10, starts_at=datetime(2026, 11, 16, 4, tzinfo=UTC))
    put_visits(con, "arrived", 10, starts_at=datetime(2026, 11, 16, 16, tzinfo=UTC))
    metric = load_metrics()["no_show_rate"]
    weeks = run_metric(con, metric, PARAMETERS, NOW, Period.WEEK)
    assert [week.period for week in weeks] == [date(2026, 11, 9), date(2026, 11, 16)]
    [month] = run_metric(con, metric, PARAMETERS, NOW, Period.MONTH)
    assert (month.period, month.denominator) == (date(2026, 11, 1), 20)


def test_a_group_is_counted_apart_and_a_strange_one_is_refused(con):
    put_visits(con, "arrived", 10, therapist="caro")
    put_visits(con, "no_show", 10, therapist="dev")
    metric = load_metrics()["no_show_rate"]
    found = run_metric(con, metric, PARAMETERS, NOW, group="practitioner_key")
    assert [(value.group, value.value) for value in found] == [("caro", 0.0), ("dev", 1.0)]
    with pytest.raises(ValueError, match="not patient_key"):
        metric_sql(metric, group="patient_key")


def test_messages_are_counted_as_sent_delivered_and_failed(con):
    sent_at = NOW - timedelta(days=1)
    put_messages(con, 15, status="delivered", reason="receipt", tier="low", sent_at=sent_at)
    put_messages(con, 5, status="undelivered", reason="bad_number", tier="high", sent_at=sent_at)
    put_messages(con, 2, status="failed", reason="carrier_refused", tier="high")
    put_messages(con, 4, status="handed_to_staff", reason="due", tier="high", channel="staff")
    put_messages(con, 3, status="held", reason="no_consent", tier="low")
    assert overall(con, "reminders_sent").value == 20
    assert overall(con, "reminders_delivered").value == 15 / 20
    failed = run_metric(
        con, load_metrics()["reminders_failed_by_reason"], PARAMETERS, NOW, group="reason"
    )
    assert {f.group: f.value for f in failed} == {"bad_number": 5, "carrier_refused": 2}
    tiers = run_metric(con, load_metrics()["contacts_by_tier"], PARAMETERS, NOW, group="tier")
    assert {t.group: t.value for t in tiers} == {"high": 9, "low": 15}


def test_revenue_at_risk_is_the_latest_score_times_the_value_of_a_visit(con):
    put_visits(con, "booked", 2, starts_at=NOW + timedelta(days=2))
    put_visits(con, "booked", 1, starts_at=NOW + timedelta(days=8))
    for key, score, age in [("v0", 0.9, 2), ("v0", 0.5, 1), ("v1", 0.25, 1), ("v2", 0.9, 1)]:
        con.execute(
            "insert into core_risk__scores values (?, ?, 'high', 'x', ?)",
            [key, score, NOW - timedelta(hours=age)],
        )
    assert overall(con, "revenue_at_risk").value == pytest.approx(0.75 * 9800)


def test_the_interval_of_a_rate_is_wilsons():
    # Newcombe 1998, table I: 81 of 263 and 0 of 20.
    assert wilson_interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert wilson_interval(0, 20) == pytest.approx((0.0, 0.1611), abs=1e-4)


def test_a_rate_without_denominator_and_an_unknown_parameter_are_refused():
    good = load_metrics()["no_show_rate"].model_dump()
    with pytest.raises(ValidationError, match="needs a denominator"):
        Metric.model_validate(good | {"denominator": None})
    with pytest.raises(ValidationError, match="unknown parameters"):
        Metric.model_validate(good | {"where": "starts_at < $tomorow"})


def put_slot(con: duckdb.DuckDBPyConnection, name: str, **columns: object) -> None:
    row = {
        "freed_by_visit_key": "freed",
        "starts_at": NOW - timedelta(days=3),
        "opened_at": NOW - timedelta(days=4),
        "status": "filled",
        "is_booked_anew": True,
    } | columns
    con.execute(
        f"insert into core_practice__slots (slot_key, {', '.join(row)})"
        f" values (?, {', '.join('?' * len(row))})",
        [name, *row.values()],
    )


def test_refilled_revenue_counts_who_came_into_a_time_another_gave_up_once(con):
    put_visits(con, "arrived", 5)
    put_visits(con, "no_show", 1)
    put_visits(con, "cancelled", 1)
    con.execute("update core_practice__visits set visit_key = 'freed' where visit_key = 'v6'")
    con.execute("update core_practice__visits set patient_key = 'p0' where visit_key = 'freed'")
    con.execute("update core_practice__visits set patient_key = 'p0' where visit_key = 'v4'")
    put_slot(con, "came", filled_by_visit_key="v0")
    put_slot(con, "came, and freed twice", filled_by_visit_key="v0")
    put_slot(con, "came, freed by nobody known", filled_by_visit_key="v1", freed_by_visit_key="?")
    put_slot(con, "moved here", filled_by_visit_key="v2", is_booked_anew=False)
    put_slot(con, "moved on", filled_by_visit_key="v3", starts_at=NOW - timedelta(days=2))
    put_slot(con, "taken back", filled_by_visit_key="v4")
    put_slot(con, "missed", filled_by_visit_key="v5")
    put_slot(con, "empty", status="closed")
    assert overall(con, "refilled_revenue").value == 2 * 9800
