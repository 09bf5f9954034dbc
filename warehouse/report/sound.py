"""Which metrics can be computed here: one whose file is wrong must not take the page with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import duckdb

from data_contracts.metric import Metric, MetricParameters
from warehouse.metric_sql import metric_problem


@dataclass(frozen=True, slots=True)
class Unsound:
    """A metric that cannot be computed, and why in words."""

    metric: Metric
    words: str


def told_apart(
    con: duckdb.DuckDBPyConnection,
    metrics: Mapping[str, Metric],
    parameters: MetricParameters,
    now: datetime,
) -> tuple[dict[str, Metric], list[Unsound]]:
    """The metrics whose query fits the warehouse, and the others; nothing is computed for it."""
    sound, unsound = {}, []
    for name, metric in metrics.items():
        words = metric_problem(con, metric, parameters, now)
        if words is None:
            sound[name] = metric
        else:
            unsound.append(Unsound(metric, words))
    return sound, unsound
