"""The rows behind each step, as they were counted: pseudonyms, flags and cents."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from data_contracts.value import RowSet

if TYPE_CHECKING:
    import pandas as pd

    from warehouse.value.count import Counted


def rows_behind(counted: Counted, rows: RowSet) -> list[dict[str, Any]]:
    """Every row that a step was counted from."""
    found: list[dict[str, Any]] = json.loads(_frame(counted, rows).to_json(orient="records"))
    return found


def count_behind(counted: Counted, rows: RowSet) -> int:
    """How many they are."""
    return len(_frame(counted, rows))


def _frame(counted: Counted, rows: RowSet) -> pd.DataFrame:
    match rows:
        case RowSet.EXTRA_VISITS:
            return counted.visits[["visit_key", "is_treated", "arrived", "payer"]]
        case RowSet.PAYMENTS:
            return _payments(counted, counted.payments["cents"] > 0)
        case RowSet.DENIED:
            return _payments(counted, counted.payments["is_denied"])
        case RowSet.REFILLED_ANYWAY:
            return counted.times.rows[["visit_key", "is_refilled"]]
        case RowSet.MESSAGES:
            return counted.messages[["message_key", "visit_key", "channel", "cents"]]
        case RowSet.STAFF_MINUTES:
            return counted.calls[["message_key", "visit_key"]]
        case RowSet.BACKFILLED | RowSet.REBOOKED | RowSet.VERIFIED:
            return counted.parts.loc[counted.parts["part"] == rows.value, ["visit_key", "cents"]]


def _payments(counted: Counted, chosen: pd.Series[bool]) -> pd.DataFrame:
    return counted.payments.loc[chosen, ["claim_key", "visit_key", "payer", "cents"]]
