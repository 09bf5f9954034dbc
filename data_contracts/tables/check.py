"""Holds a whole batch against its contracts with Great Expectations, for counts and row ids only.

Great Expectations takes seconds to import, so this module does, and tasks import it lazily.
It gets the columns that the contracts name and nothing else, and is never asked for a value.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal

import pandas as pd

from data_contracts.tables.contract import (
    Accepted,
    Contract,
    Filled,
    Known,
    NotAfter,
    Present,
    Unique,
)
from data_contracts.tables.patients import PATIENTS
from data_contracts.tables.verdict import SAMPLE, BatchBaseline, BatchVerdict, Checked, Problem
from data_contracts.tables.visits import VISITS

os.environ["GX_ANALYTICS_ENABLED"] = "false"  # read once, at import: it would call home
with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig
    from great_expectations.expectations import core

expect: Any = core  # it names its exports for people, not for type checkers

# It tells of each temporary folder; a clinic has dozens of batches a day.
logging.getLogger("great_expectations.data_context.types.base").setLevel(logging.WARNING)

SUITES: Final[Mapping[str, tuple[Contract, ...]]] = {"visits": VISITS, "patients": PATIENTS}
ROW_ID: Final = "row_id"
_COUNTS_AND_IDS: Final = {
    "result_format": "COMPLETE",
    "unexpected_index_column_names": [ROW_ID],
    "exclude_unexpected_values": True,
    "include_unexpected_rows": False,
    "return_unexpected_index_query": False,
}


def check_batch(
    frame: pd.DataFrame,
    baseline: BatchBaseline | None,
    now: datetime,
    table: Literal["visits", "patients"] = "visits",
) -> BatchVerdict:
    """Judge a fetched batch before anything is done with it; a fetch without rows is no break.

    The column `row_id`, where there is one, names rows by an id of ours; without it rows are named
    by their place. `reject_reason` says why a record's own contract refused a row, else is null.
    Pass a baseline for a whole batch only: a fetch of changes has no usual size.
    """
    contracts = [c for c in SUITES[table] if len(frame) and _applies(c, frame)]
    found = _failing(_narrow(frame, contracts), contracts, now) if contracts else []
    judged = [_judged(c, *rows, len(frame)) for c, rows in zip(contracts, found, strict=True)]
    size = _volume(len(frame), baseline)
    checked = [*(check for check, _ in judged), *([size[0]] if size else [])]
    problems = [*(p for _, p in judged if p), *([size[1]] if size and size[1] else [])]
    return BatchVerdict(
        table_name=table,
        rows=len(frame),
        checked=tuple(checked),
        problems=tuple(problems),
        last_good_at=baseline.last_good_at if baseline else None,
    )


def _applies(contract: Contract, frame: pd.DataFrame) -> bool:
    """A column that is gone is one problem, not five."""
    return isinstance(contract, Present) or contract.column in frame.columns


def _narrow(frame: pd.DataFrame, contracts: list[Contract]) -> pd.DataFrame:
    """Only the columns that the contracts name, in the types that they mean; identity stays out."""
    instants = {c.column for c in contracts if isinstance(c, NotAfter)}
    named = {c.column for c in contracts} & set(frame.columns)
    narrow = pd.DataFrame(index=range(len(frame)))
    for column in sorted(named):
        values = frame[column].reset_index(drop=True)
        narrow[column] = _instants(values) if column in instants else _words(values)
    if ROW_ID in frame.columns:
        narrow[ROW_ID] = frame[ROW_ID].astype(str).to_numpy()
    else:
        narrow[ROW_ID] = [f"row {place}" for place in range(1, len(frame) + 1)]
    return narrow


def _instants(values: pd.Series[Any]) -> pd.Series[Any]:
    """What cannot be read as an instant counts as empty."""
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        return values
    return pd.to_datetime(values, utc=True, errors="coerce", format="ISO8601")


def _words(values: pd.Series[Any]) -> pd.Series[Any]:
    """Text, so that an id which changes its type is still the same id; blank text is empty."""
    return values.map(lambda value: str(value).strip() or None, na_action="ignore").astype(object)


def _failing(
    frame: pd.DataFrame, contracts: list[Contract], now: datetime
) -> list[tuple[int, tuple[str, ...]]]:
    """How many rows fail each contract, and the first of them by id, in the contracts' order."""
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    asset = context.data_sources.add_pandas("batch").add_dataframe_asset("batch")
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})
    suite = gx.ExpectationSuite(name="contracts")
    for place, contract in enumerate(contracts):
        suite.add_expectation(_expectation(contract, now, {"place": place}))
    outcome = batch.validate(suite, result_format=_COUNTS_AND_IDS)
    by_place = {_place(result): result for result in outcome.results}
    return [_rows(by_place[place], len(frame)) for place in range(len(contracts))]


def _place(result: Any) -> int:
    """Results come in an order of their own."""
    return int(result.expectation_config.meta["place"])


def _expectation(contract: Contract, now: datetime, meta: dict[str, int]) -> Any:
    """A contract in Great Expectations' words."""
    of: dict[str, Any] = {"column": contract.column, "meta": meta}
    match contract:
        case Present():
            return expect.ExpectColumnToExist(**of)
        case Filled():
            return expect.ExpectColumnValuesToNotBeNull(**of)
        case Unique():
            return expect.ExpectColumnValuesToBeUnique(**of)
        case Known():
            return expect.ExpectColumnValuesToBeInSet(**of, value_set=[*contract.values])
        case NotAfter():
            latest = pd.Timestamp(now + contract.margin)
            return expect.ExpectColumnValuesToBeBetween(**of, max_value=latest)
        case Accepted():
            return expect.ExpectColumnValuesToBeNull(**of)
    raise TypeError(f"no expectation stands for {type(contract).__name__}")


def _rows(result: Any, rows: int) -> tuple[int, tuple[str, ...]]:
    """A check that could not run fails every row: what we cannot judge we do not act on."""
    if "unexpected_count" not in result.result:
        return (0 if result.success else rows), ()
    listed = result.result.get("unexpected_index_list") or []
    ids = [row for entry in listed for row in _as_list(entry[ROW_ID])]
    return int(result.result["unexpected_count"]), tuple(str(row) for row in ids[:SAMPLE])


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _judged(
    contract: Contract, count: int, row_ids: tuple[str, ...], rows: int
) -> tuple[Checked, Problem | None]:
    # In a small batch one bad row is a large share, and still only one bad row.
    allowed = max(contract.tolerates * rows, 2) if contract.tolerates else 0
    is_kept = count <= allowed and not (isinstance(contract, Filled) and count == rows)
    checked = Checked(contract=contract.name, passed=is_kept, count=count, row_ids=row_ids)
    if is_kept:
        return checked, None
    return checked, Problem(
        contract=contract.name,
        count=count,
        row_ids=row_ids,
        words=contract.words,
        do=contract.do,
    )


def _volume(rows: int, baseline: BatchBaseline | None) -> tuple[Checked, Problem | None] | None:
    """Whether the batch has about its usual size; None where no usual size is known."""
    bounds = baseline.bounds() if baseline else None
    if bounds is None:
        return None
    least, most = bounds
    if least <= rows <= most:
        return Checked(contract="volume", passed=True, count=rows), None
    side = "ten times" if rows > most else "a tenth of"
    problem = Problem(
        contract="volume",
        count=rows,
        words=f"{side} the usual number of rows, or beyond (usual: {least} to {most})",
        do="Check the export's dates and filters, then fetch the whole book again.",
    )
    return Checked(contract="volume", passed=False, count=rows), problem
