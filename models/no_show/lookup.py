"""The simplest useful model: a table of lead band by record."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from models.no_show.features import LABEL, Floats
from models.no_show.scorer import Contributions, log_odds

if TYPE_CHECKING:
    import pandas as pd

LEAD_BANDS: Final = ("same day", "1 day", "2-6", "7-13", "14-29", "30 days or more")
RECORD_BANDS: Final = ("no record", "none missed", "about usual", "often missed")
_LEAD_EDGES: Final = (1.0, 2.0, 7.0, 14.0, 30.0)
_STRENGTH: Final = 20.0  # a cell counts as much as its band once it holds this many visits


class Lookup:
    """Log-odds of a miss for each lead band and record band."""

    def __init__(self, kind: str, base: float, lead: Floats, cells: Floats) -> None:
        """`base`, `lead[band]` and `cells[band, record]` are log-odds."""
        self.kind, self._base, self._lead, self._cells = kind, base, lead, cells

    @classmethod
    def fit(cls, rows: pd.DataFrame) -> Lookup:
        """Learn each cell, shrunk to its lead band, each band shrunk to the whole."""
        missed = rows[LABEL].to_numpy(dtype=np.float64)
        bands, records = lead_band(rows), record_band(rows)
        base = float(missed.mean())
        lead = _shrunk_rates(missed, bands, np.full(len(LEAD_BANDS), base))
        flat = bands * len(RECORD_BANDS) + records
        cells = _shrunk_rates(missed, flat, np.repeat(lead, len(RECORD_BANDS)))
        table = cells.reshape(len(LEAD_BANDS), len(RECORD_BANDS))
        return cls("lookup", float(log_odds(base)), log_odds(lead), log_odds(table))

    def contributions(self, frame: pd.DataFrame) -> Contributions:
        """What the lead adds to the base, and the record to the lead."""
        bands, records = lead_band(frame), record_band(frame)
        lead = self._lead[bands] - self._base
        record = self._cells[bands, records] - self._lead[bands]
        values = np.column_stack([lead, record])
        return Contributions(("lead_days", "history_rate"), values, self._base)

    def margin(self, frame: pd.DataFrame) -> Floats:
        """Log-odds of a miss."""
        return np.asarray(self._cells[lead_band(frame), record_band(frame)], dtype=np.float64)

    def dump(self) -> dict[str, bytes]:
        """The table."""
        content = {
            "kind": self.kind,
            "base": self._base,
            "lead": self._lead.tolist(),
            "cells": self._cells.tolist(),
        }
        return {"lookup.json": json.dumps(content, sort_keys=True, indent=1).encode()}

    @classmethod
    def load(cls, files: dict[str, bytes]) -> Lookup:
        """Read back what `dump` wrote."""
        found = json.loads(files["lookup.json"])
        lead, cells = np.asarray(found["lead"]), np.asarray(found["cells"])
        return cls(found["kind"], found["base"], lead, cells)


def lead_band(frame: pd.DataFrame) -> NDArray[np.intp]:
    """Index into LEAD_BANDS; an unknown booking day counts as two days to a week."""
    lead = frame["lead_days"].to_numpy(dtype=np.float64, na_value=np.nan)
    return np.digitize(np.where(np.isnan(lead), 2.0, lead), _LEAD_EDGES)


def record_band(frame: pd.DataFrame) -> NDArray[np.intp]:
    """Index into RECORD_BANDS, from the patient's own shrunken rate against the prior."""
    visits = frame["history_visits"].to_numpy(dtype=np.float64)
    misses = frame["history_misses"].to_numpy(dtype=np.float64)
    ratio = frame["history_rate"].to_numpy(dtype=float) / frame["prior_rate"].to_numpy(dtype=float)
    chosen = np.where(misses == 0, 1, np.where(ratio <= 1.15, 2, 3))
    return np.where(visits == 0, 0, chosen).astype(np.intp)


def _shrunk_rates(missed: Floats, band: NDArray[np.intp], toward: Floats) -> Floats:
    visits = np.bincount(band, minlength=len(toward))
    misses = np.bincount(band, weights=missed, minlength=len(toward))
    return np.asarray((misses + _STRENGTH * toward) / (visits + _STRENGTH), dtype=np.float64)
