"""Logistic regression over a handful of terms, kept as JSON that can be read by eye."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from models.no_show.features import LABEL, REGION, Floats, common_regions
from models.no_show.scorer import Contributions

if TYPE_CHECKING:
    import pandas as pd

_LOGGED: Final = ("lead_days", "days_since_last_visit", "tenure_days", "history_visits")
_BENT: Final = ("lead_days", "age_years", "visit_hour", "booked_hour", "days_since_last_visit")
_WEEKDAYS: Final = ("visit_weekday", "booked_weekday")


@dataclass(frozen=True)
class Term:
    """One column of the design: a feature, how it is bent, and what it adds.

    `shape`: linear | log | hinge (max(0, x - knot), on the log scale where the feature is
    logged) | equals (weekday) | region | missing. `fill` stands in for a missing value.
    """

    feature: str
    shape: str
    knot: float = 0.0
    region: str = ""
    fill: float = 0.0
    mean: float = 0.0
    spread: float = 1.0
    weight: float = 0.0

    def column(self, frame: pd.DataFrame) -> Floats:
        """The term's values before scaling."""
        if self.shape == "region":
            return np.asarray(frame[REGION].to_numpy(dtype=object) == self.region, dtype=float)
        raw = frame[self.feature].to_numpy(dtype=np.float64, na_value=np.nan)
        if self.shape == "missing":
            return np.asarray(np.isnan(raw), dtype=np.float64)
        filled = np.where(np.isnan(raw), self.fill, raw)
        if self.shape == "equals":
            return np.asarray(filled == self.knot, dtype=np.float64)
        scaled = np.log1p(np.maximum(filled, 0)) if self.feature in _LOGGED else filled
        bent = np.maximum(scaled - self.knot, 0) if self.shape == "hinge" else scaled
        return np.asarray(bent, dtype=np.float64)


class Logistic:
    """Weighted terms plus an intercept."""

    kind = "logistic"

    def __init__(self, terms: list[Term], intercept: float) -> None:
        self._terms, self._intercept = terms, intercept

    @classmethod
    def fit(cls, rows: pd.DataFrame, columns: tuple[str, ...], bends: bool) -> Logistic:
        """Learn from labelled rows; `bends` allows linear splines, for larger clinics only."""
        from sklearn.linear_model import LogisticRegression

        terms = [_scaled(term, rows) for term in _terms(rows, columns, bends)]
        terms = [term for term in terms if term.spread > 1e-9]
        # C = 0.1: the penalty that did best at 300 to 5,400 rows on public data
        model = LogisticRegression(C=0.1, max_iter=500)
        model.fit(_design(terms, rows), rows[LABEL].to_numpy(dtype=int))
        weights = model.coef_[0]
        fitted = [replace(t, weight=float(w)) for t, w in zip(terms, weights, strict=True)]
        return cls(fitted, float(model.intercept_[0]))

    def contributions(self, frame: pd.DataFrame) -> Contributions:
        """Weight times distance from the mean: exact, and zero for a visit like the average one."""
        weights = np.asarray([term.weight for term in self._terms])
        values = _design(self._terms, frame) * weights
        return Contributions(tuple(t.feature for t in self._terms), values, self._intercept)

    def margin(self, frame: pd.DataFrame) -> Floats:
        """Log-odds of a miss."""
        return self.contributions(frame).margin

    def dump(self) -> dict[str, bytes]:
        """Every term with its scaling and weight."""
        content = {"intercept": self._intercept, "terms": [asdict(t) for t in self._terms]}
        return {"logistic.json": json.dumps(content, sort_keys=True, indent=1).encode()}

    @classmethod
    def load(cls, files: dict[str, bytes]) -> Logistic:
        """Read back what `dump` wrote."""
        content = json.loads(files["logistic.json"])
        return cls([Term(**term) for term in content["terms"]], content["intercept"])


def _design(terms: list[Term], frame: pd.DataFrame) -> Floats:
    return np.column_stack([(t.column(frame) - t.mean) / t.spread for t in terms])


def _scaled(term: Term, rows: pd.DataFrame) -> Term:
    column = term.column(rows)
    return replace(term, mean=float(column.mean()), spread=float(column.std()))


def _terms(rows: pd.DataFrame, columns: tuple[str, ...], bends: bool) -> list[Term]:
    terms = [term for name in columns for term in _of_feature(rows[name], name, bends)]
    if bends:
        terms += [Term(REGION, "region", region=region) for region in common_regions(rows)]
    return terms


def _of_feature(values: pd.Series[float], name: str, bends: bool) -> list[Term]:
    known = values.dropna().to_numpy(dtype=np.float64)
    if len(known) == 0:
        return []
    if name in _WEEKDAYS:
        # Mondays and Fridays are the days named in a physiotherapy trial (Taylor 2012)
        days = range(1, 8) if bends else (1, 5)
        return [Term(name, "equals", knot=float(day), fill=0.0) for day in days]
    fill = float(np.median(known))
    terms = [Term(name, "log" if name in _LOGGED else "linear", fill=fill)]
    if len(known) < len(values):
        terms.append(Term(name, "missing"))
    if bends and name in _BENT:
        scaled = np.log1p(np.maximum(known, 0)) if name in _LOGGED else known
        knots = np.unique(np.quantile(scaled, [0.25, 0.5, 0.75, 0.9]))
        terms += [Term(name, "hinge", knot=float(knot), fill=fill) for knot in knots]
    return terms
