"""Visits by their part of the value, found once for all metrics that are made of them."""

from collections.abc import Mapping
from typing import Any, Final

import duckdb

from data_contracts.metric import Metric, Unit
from warehouse.metric_file import SQL_ERRORS

_CALL: Final = "core_value__parts($now, $late_cancel_hours, $visit_value_cents)"
_NAMES: Final = ("now", "late_cancel_hours", "visit_value_cents")


def parts_found_once(
    con: duckdb.DuckDBPyConnection, metrics: Mapping[str, Metric], given: Mapping[str, Any]
) -> dict[str, Metric]:
    """The metrics, those of value from a table of this connection: as of the `now` that is given.

    A rate keeps its own words: it is also asked how it stood at the end of a baseline.
    """
    made_of_them = {
        name: one
        for name, one in metrics.items()
        if _CALL in one.source and one.unit is not Unit.RATE and not one.problem
    }
    if len(made_of_them) < 2:
        return dict(metrics)
    try:
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE value_parts AS FROM {_CALL}",
            {name: given[name] for name in _NAMES},
        )
    except SQL_ERRORS:
        return dict(metrics)
    return {**metrics, **{name: _from_table(one) for name, one in made_of_them.items()}}


def _from_table(metric: Metric) -> Metric:
    return metric.model_copy(update={"source": metric.source.replace(_CALL, "value_parts")})
