"""Scoring: features and scores with reasons, beside the bare SQL and the bare booster."""

from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

from bench.book_rows import NOW
from bench.measure import Sample, stopwatch

_KEY = "ab" * 32


def both(folder: Path, rows: int, rounds: int) -> Sample:
    """Both sides in turns on one warehouse; `facts` holds the medians."""
    from models.no_show.train import train
    from warehouse.features.visit import FeatureRequest, visit_features
    from warehouse.store import open_warehouse

    con = open_warehouse(folder / "w.duckdb", _KEY)
    _fill(con, rows)
    request = FeatureRequest()
    frame = visit_features(con, request)
    model = train(frame, NOW, "xgboost")
    booster: Any = model.scorer
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(rounds):
        with stopwatch() as watch:
            scored = model.score(visit_features(con, request))
        ours.append(watch.wall)
        with stopwatch() as watch:
            parts = _bare(con, request, booster)
        theirs.append(watch.wall)
        if not len(scored) == len(parts) == rows:
            raise RuntimeError(f"{len(scored)} and {len(parts)} of {rows} visits were scored")
    con.close()
    return Sample(wall=median(ours), cpu=0.0, facts={"bare": median(theirs)})


def _bare(con: Any, request: Any, booster: Any) -> Any:
    """The same SQL by DuckDB alone, then the same booster by XGBoost alone."""
    import numpy as np
    import xgboost

    from warehouse.features import visit

    visit._declare(con, request)
    for step in visit._STEPS[:-1]:
        con.execute(step.read_text())
    frame = con.execute(visit._STEPS[-1].read_text()).to_arrow_table().to_pandas()
    columns, regions = booster._columns, booster._regions
    numbers = frame[list(columns)].to_numpy(dtype=np.float64, na_value=np.nan)
    flags = [(frame["diagnosis_region"] == name).to_numpy(dtype=np.float64) for name in regions]
    matrix = xgboost.DMatrix(np.column_stack([numbers, *flags]))
    return booster._booster.predict(matrix, pred_contribs=True)


def _fill(con: Any, rows: int) -> None:
    """A year and a half of visits, twelve a patient: every feature has something to read."""
    import pyarrow as pa

    from warehouse.load import load_visits

    patients = max(rows // 12, 1)
    starts = [NOW - timedelta(minutes=30 * (n * 7919 % 26000) + 60) for n in range(rows)]
    regions = ("knee", "shoulder", "lumbar spine", None)
    table = {
        "visit_key": [f"v{n:08d}" for n in range(rows)],
        "patient_key": [f"p{n % patients:07d}" for n in range(rows)],
        "practitioner_key": [f"t{n % 6}" for n in range(rows)],
        "location_key": ["l1"] * rows,
        "visit_type": ["Follow-up"] * rows,
        "diagnosis_region": [regions[n % 4] for n in range(rows)],
        "booked_at": [s - timedelta(days=1 + n % 21) for n, s in enumerate(starts)],
        "starts_at": starts,
        "status": ["no_show" if n * 31 % 17 == 0 else "arrived" for n in range(rows)],
        "birth_year": [1940 + n % 60 for n in range(rows)],
        "clinic_tz": ["America/Denver"] * rows,
        "updated_at": starts,
    }
    load_visits(con, pa.table(table))
