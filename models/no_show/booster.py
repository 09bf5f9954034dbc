"""The shallow gradient-boosted model."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from models.no_show.features import BY_NAME, LABEL, Floats, common_regions, matrix
from models.no_show.scorer import Contributions

if TYPE_CHECKING:
    import pandas as pd

_MANY_ROWS: Final = 20_000


@dataclass(frozen=True)
class BoosterSetting:
    """How much a booster may learn; `early_stop` finds the rounds on the last days, then refits."""

    columns: tuple[str, ...]
    depth: int
    rounds: int
    early_stop: bool = False
    rate: float = 0.1
    least_weight: float = 10.0


class Booster:
    """XGBoost over the feature matrix, monotone where the direction is known."""

    kind = "xgboost"

    def __init__(self, booster: Any, columns: tuple[str, ...], regions: list[str]) -> None:
        self._booster, self._columns, self._regions = booster, columns, regions

    @classmethod
    def fit(cls, rows: pd.DataFrame, setting: BoosterSetting, seed: int = 0) -> Booster:
        """Learn from labelled rows, ordered by `visit_on`."""
        regions = common_regions(rows) if len(setting.columns) > 8 else []
        limits = [BY_NAME[name].monotone for name in setting.columns] + [0] * len(regions)
        parameters = _parameters(setting, limits, seed, _threads(rows))
        rounds = setting.rounds
        if setting.early_stop:
            rounds = _best_rounds(rows, setting, regions, parameters)
        booster = _boost(_quantised(rows, setting.columns, regions), parameters, rounds)
        return cls(booster, setting.columns, regions)

    def contributions(self, frame: pd.DataFrame) -> Contributions:
        """Exact SHAP values from the booster itself; the last column it gives is the base."""
        names = (*self._columns, *(f"region={name}" for name in self._regions))
        parts = self._predict(frame, pred_contribs=True)
        base = float(parts[0, -1]) if len(parts) else 0.0
        return Contributions(names, parts[:, :-1], base)

    def margin(self, frame: pd.DataFrame) -> Floats:
        """Log-odds of a miss."""
        return self._predict(frame, output_margin=True)

    def dump(self) -> dict[str, bytes]:
        """The trees in XGBoost's open UBJSON, the columns in JSON."""
        columns = {"columns": self._columns, "regions": self._regions}
        return {
            "booster.ubj": bytes(self._booster.save_raw("ubj")),
            "columns.json": json.dumps(columns, sort_keys=True).encode(),
        }

    @classmethod
    def load(cls, files: dict[str, bytes]) -> Booster:
        """Read back what `dump` wrote."""
        import xgboost

        booster = xgboost.Booster()
        booster.load_model(bytearray(files["booster.ubj"]))
        columns = json.loads(files["columns.json"])
        return cls(booster, tuple(columns["columns"]), list(columns["regions"]))

    def _predict(self, frame: pd.DataFrame, **what: bool) -> Floats:
        import xgboost

        threads = _threads(frame)
        data = xgboost.DMatrix(matrix(frame, self._columns, self._regions), nthread=threads)
        self._booster.set_param({"nthread": threads})
        return np.asarray(self._booster.predict(data, **what), dtype=np.float64)


def _threads(frame: pd.DataFrame) -> int:
    """One for a clinic, where threads would wait longer than they work; else (0) all."""
    return 1 if len(frame) < _MANY_ROWS else 0


def _parameters(
    setting: BoosterSetting, limits: list[int], seed: int, threads: int
) -> dict[str, Any]:
    return {
        "objective": "binary:logistic",
        "eval_metric": "logloss",
        "tree_method": "hist",
        "max_depth": setting.depth,
        "eta": setting.rate,
        "min_child_weight": setting.least_weight,
        "lambda": 2.0,
        "subsample": 0.8,
        "colsample_bytree": 0.8,
        "monotone_constraints": tuple(limits),
        "seed": seed,
        "nthread": threads,
    }


def _quantised(rows: pd.DataFrame, columns: tuple[str, ...], regions: list[str]) -> Any:
    import xgboost

    values, label = matrix(rows, columns, regions), rows[LABEL].to_numpy()
    return xgboost.QuantileDMatrix(values, label=label, nthread=_threads(rows))


def _boost(data: Any, parameters: dict[str, Any], rounds: int, **more: Any) -> Any:
    import xgboost

    return xgboost.train(parameters, data, num_boost_round=rounds, verbose_eval=False, **more)


def _best_rounds(
    rows: pd.DataFrame, setting: BoosterSetting, regions: list[str], parameters: dict[str, Any]
) -> int:
    """Rounds that serve the last 15 % of days best: later days, never random rows."""
    cut = rows["visit_on"].quantile(0.85)
    early, late = rows[rows["visit_on"] <= cut], rows[rows["visit_on"] > cut]
    if late[LABEL].nunique() < 2:
        return min(setting.rounds, 80)
    import xgboost

    check = xgboost.DMatrix(matrix(late, setting.columns, regions), label=late[LABEL].to_numpy())
    data = _quantised(early, setting.columns, regions)
    booster = _boost(
        data, parameters, setting.rounds, evals=[(check, "late")], early_stopping_rounds=20
    )
    return int(booster.best_iteration) + 1
