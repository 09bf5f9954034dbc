"""Twenty sprints of each cell the whole way: from an encrypted warehouse to dollars and the page.

The warehouse has what a clinic's has, payments among it; its published copy is read as the weekly
report reads it, and the dollars are drawn ten thousand times.
"""

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any, Final, NamedTuple

import duckdb
import numpy as np
import pandas as pd

from bench.truth.calendar import NOW, PARAMETERS, SPRINT, STARTS
from bench.truth.clinic import ARRIVED, BECOMES_A_CANCEL, BOOKED, IN_ARMS, Simulated
from bench.truth.rows import patient_keys, visit_keys
from bench.truth.store import fill
from data_contracts.economics import Assumptions, Economics
from data_contracts.value import Spread, Value
from warehouse.effect.frame import read_frame
from warehouse.effect.read import read_effect
from warehouse.load import load_payments
from warehouse.report.facts import ReportFacts
from warehouse.report.found import Findings
from warehouse.report.page import build_report
from warehouse.store import open_warehouse, publish
from warehouse.value.read import read_value

_KEY: Final = "0f" * 32
_PAID_CENTS: Final = 9800
_PAID_SD: Final = 0.25
_SETTLED_AFTER: Final = np.timedelta64(20, "D")
ASSUMPTIONS: Final = Assumptions(
    visit_value_cents=PARAMETERS.visit_value_cents,
    economics=Economics(licence_cents_month=40000, wage_cents_hour=2400, refilled_share=0.25),
)
FACTS: Final = ReportFacts(clinic_name="Northside", parameters=PARAMETERS)


class Full(NamedTuple):
    """One sprint the whole way: seconds, and whether the dollars' interval held what is true."""

    seconds: float
    effect_seconds: float
    value_seconds: float
    bytes: int
    is_held: bool
    has_money: bool


def run_fully(clinic: Simulated) -> Full:
    """Effect, dollars and page from a published snapshot."""
    with tempfile.TemporaryDirectory(prefix="ptclinic-truth-") as folder:
        live, shown = Path(folder) / "live.duckdb", Path(folder) / "shown.duckdb"
        con = open_warehouse(live, _KEY)
        fill(con, clinic)
        load_payments(con, pd.DataFrame(payments(clinic)))
        con.close()
        publish(live, shown)
        con = open_warehouse(shown, _KEY, read_only=True)
        try:
            return _timed(con, clinic, Path(folder) / "report.html")
        finally:
            con.close()


def _timed(con: duckdb.DuckDBPyConnection, clinic: Simulated, out: Path) -> Full:
    marks = [time.perf_counter()]
    effect = read_effect(con, PARAMETERS, SPRINT.name, NOW)
    marks.append(time.perf_counter())
    frame = read_frame(con, PARAMETERS, SPRINT, NOW)
    value = read_value(con, PARAMETERS, ASSUMPTIONS, SPRINT.name, frame, NOW)
    marks.append(time.perf_counter())
    build_report(con, FACTS, NOW, out, Findings(effect, value))
    if effect.words not in out.read_text(encoding="utf-8"):
        raise AssertionError("the page does not say what the effect says")
    marks.append(time.perf_counter())
    held = _interval(value)
    return Full(
        seconds=marks[-1] - marks[0],
        effect_seconds=marks[1] - marks[0],
        value_seconds=marks[2] - marks[1],
        bytes=out.stat().st_size,
        is_held=held.low_95 <= true_extra_visits(clinic) <= held.high_95,
        has_money=value.net is not None,
    )


def _interval(value: Value) -> Spread:
    if value.extra_visits is None:
        raise AssertionError(f"a whole simulated sprint gave no dollars: {value.words}")
    return value.extra_visits


def true_extra_visits(clinic: Simulated) -> float:
    """Arrivals that the extra brought to the treated: prevented misses that did not cancel."""
    treated = clinic.is_treated & (clinic.status[IN_ARMS] != BOOKED)
    prevented = (clinic.risk_held_out - clinic.risk_treated).mean()
    return float(treated.sum() * prevented * (1 - BECOMES_A_CANCEL))


def payments(clinic: Simulated) -> dict[str, Any]:
    """Each arrived visit is settled twenty days later, around 98 dollars."""
    arrived = np.flatnonzero(clinic.status == ARRIVED)
    rng = np.random.default_rng(len(arrived))
    paid = _PAID_CENTS * np.exp(rng.normal(-(_PAID_SD**2) / 2, _PAID_SD, len(arrived)))
    keys = visit_keys()[arrived]
    return {
        "payment_key": keys,
        "claim_key": keys,
        "patient_key": patient_keys(clinic.patient[arrived]),
        "visit_key": keys,
        "payer": "Northern Mutual",
        "is_reversal": False,
        "is_first": True,
        "is_standing": True,
        "outcome": "paid",
        "charge_cents": 15000,
        "paid_cents": paid.astype(np.int64),
        "denied_cents": 0,
        "preventable_cents": 0,
        "decided_at": pd.to_datetime(STARTS[arrived] + _SETTLED_AFTER, utc=True),
    }


def words_of(runs: Sequence[Full], asked: int) -> str:
    """For the page."""
    if not runs:
        return "No sprint went the whole way in this run."
    held = sum(one.is_held for one in runs) / len(runs)
    whole, effect, value = (
        median(getattr(one, name) for one in runs)
        for name in ("seconds", "effect_seconds", "value_seconds")
    )
    return (
        f"{len(runs)} of {asked} sprints went the whole way, from a published, encrypted snapshot"
        f" to the page: {whole:.2f} s each (median; effect {effect:.2f} s, dollars, 10,000 draws,"
        f" {value:.2f} s). The 95% interval of extra arrived visits held the true number in"
        f" {held:.0%} of them."
    )
