"""Refresh the clinic's numbers once a day: load, measure, publish, report."""

from datetime import UTC, datetime

from tasks.guard import guarded_flow
from tasks.loading import load_facts
from tasks.measuring import measure
from tasks.reporting import report


@guarded_flow(name="refresh-benchmarks", flow_run_name="benchmarks-{clinic}")
def refresh_benchmarks(clinic: str, now: datetime | None = None) -> dict[str, str]:
    """Load the facts, publish a copy to read, compute the metrics, write the report."""
    moment = now or datetime.now(UTC)
    load_facts(clinic, moment)
    measured = measure(clinic, moment)
    path = report(clinic, moment)
    return measured | {"report": path}
