"""A metric's rows found once for all that is asked of them on one page."""

import re
from collections.abc import Mapping
from typing import Any, Final

import duckdb

from data_contracts.metric import Metric
from warehouse.metric_file import SQL_ERRORS

_PARAMETER: Final = re.compile(r"\$(\w+)")


def found_once(
    con: duckdb.DuckDBPyConnection,
    metrics: Mapping[str, Metric],
    names: tuple[str, ...],
    given: Mapping[str, Any],
) -> dict[str, Metric]:
    """The metrics, those named from tables of this connection: as of the `now` that is given.

    For sources that look at all the clinic's years. Whoever asks how such a rate stood at another
    time asks the metric as it is written.
    """
    return {
        name: _from_table(con, one, given) if name in names else one
        for name, one in metrics.items()
    }


def _from_table(con: duckdb.DuckDBPyConnection, metric: Metric, given: Mapping[str, Any]) -> Metric:
    table, asked = f"{metric.name}_rows", set(_PARAMETER.findall(metric.source))
    try:
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {table} AS FROM {metric.source}",
            {name: given[name] for name in asked},
        )
    except SQL_ERRORS:
        return metric
    return metric.model_copy(update={"source": table})
