"""Measure the clinic from its published warehouse: metrics and benchmark cells."""

from datetime import datetime, timedelta
from typing import Any

from prefect.artifacts import create_table_artifact

from data_contracts.clinic import Clinic
from data_contracts.metric import MetricParameters, Unit
from tasks.benchmarking import refresh_benchmark
from tasks.guard import guarded_task
from tasks.loading import warehouse
from tasks.room import Room, room


@guarded_task(name="measure")
def measure(slug: str, now: datetime) -> dict[str, str]:
    """Compute every metric, bring the benchmark up to date, show a table of them without money."""
    with room(slug) as here:
        table = metric_table(here, now)
        done = refresh_benchmark(here, now)
    create_table_artifact(
        table=without_money(table), key=f"metrics-{slug}", description="Metrics as of this run"
    )
    return {"metrics": str(len(table)), "benchmark_cells": str(done.cells)}


def metric_table(here: Room, now: datetime) -> list[dict[str, Any]]:
    """One row per metric, with its interval; where there is no number, `note` says why."""
    from warehouse.metric_sql import load_metrics, run_metric
    from warehouse.report.sound import told_apart
    from warehouse.value_parts import parts_found_once

    parameters = metric_parameters(here.clinic)
    rows: list[dict[str, Any]] = []
    with warehouse(here, read_only=True) as con:
        given = {**parameters.model_dump(), "now": now}
        sound, unsound = told_apart(con, load_metrics(), parameters, now)
        for one in unsound:
            told = {"metric": one.metric.title, "unit": one.metric.unit.value, "note": one.words}
            rows.append(dict.fromkeys(("value", "low", "high", "numerator", "denominator")) | told)
        for metric in parts_found_once(con, sound, given).values():
            for value in run_metric(con, metric, parameters, now):
                rows.append(
                    {
                        "metric": metric.title,
                        "unit": metric.unit.value,
                        "value": value.value,
                        "low": value.low,
                        "high": value.high,
                        "numerator": value.numerator,
                        "denominator": value.denominator,
                        "note": value.note or ("too few to show" if value.is_suppressed else ""),
                    }
                )
    return rows


def without_money(table: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a run may show: who sees it has not shown that they may see money."""
    return [row for row in table if row["unit"] != Unit.CENTS.value]


def metric_parameters(clinic: Clinic) -> MetricParameters:
    """The clinic's own definitions."""
    return MetricParameters(
        timezone=clinic.timezone,
        late_cancel_hours=clinic.definitions.late_cancel_within / timedelta(hours=1),
        late_cancel_is_missed=clinic.definitions.late_cancel_is_missed,
        visit_value_cents=clinic.visit_value_cents,
    )
