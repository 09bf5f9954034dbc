"""Every metric can be run: a misspelt column or a wrong name fails here, within a second."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from data_contracts.metric import MetricParameters
from warehouse.metric_sql import Period, load_metrics, metric_parameters, metric_sql
from warehouse.store import open_warehouse

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
PARAMETERS = MetricParameters(timezone="America/Denver", visit_value_cents=9800)
PROMISED = {
    "no_show_rate",
    "late_cancel_rate",
    "arrived_per_booked_slot",
    "reminders_sent",
    "reminders_delivered",
    "reminders_failed_by_reason",
    "contacts_by_tier",
    "revenue_at_risk",
    "acquisition_cost",
    "repeat_episode_retention",
    "home_exercise_completion",
    "verification_first_pass",
    "claim_denial_rate",
    "claim_denial_rate_net",
    "revenue_recovered",
    "prevented_revenue",
    "refilled_revenue",
    "rebooked_revenue",
    "verified_revenue",
    "hours_freed",
}
CUTS = [
    (name, period, group)
    for name, metric in load_metrics().items()
    for period in Period
    for group in (None, *metric.group_by)
]


@pytest.fixture(scope="module")
def empty_warehouse(tmp_path_factory: pytest.TempPathFactory):
    path: Path = tmp_path_factory.mktemp("warehouse") / "clinic.duckdb"
    with open_warehouse(path, "ab" * 32) as con:
        yield con


def test_every_promised_metric_has_its_file():
    assert set(load_metrics()) >= PROMISED


def test_no_shipped_metric_has_a_wrong_file():
    assert [metric.problem for metric in load_metrics().values() if metric.problem] == []


@pytest.mark.parametrize(("name", "period", "group"), CUTS)
def test_a_metric_is_understood_by_the_warehouse_in_every_grouping(
    empty_warehouse, name, period, group
):
    metric = load_metrics()[name]
    query = metric_sql(metric, period, group)
    parameters = metric_parameters(metric, period, PARAMETERS, NOW)
    assert empty_warehouse.execute(f"EXPLAIN {query}", parameters).fetchall()


@pytest.mark.parametrize("name", sorted(PROMISED))
def test_an_empty_warehouse_gives_a_value_and_no_error(empty_warehouse, name):
    metric = load_metrics()[name]
    parameters = metric_parameters(metric, Period.OVERALL, PARAMETERS, NOW)
    found = empty_warehouse.execute(metric_sql(metric), parameters).fetchall()
    assert len(found) == 1
