"""A sprint of the made-up clinic as its measurers would tell it, and its rows in a warehouse."""

from datetime import date
from typing import Final

import duckdb

from data_contracts.benchmark import NoPercentile, Percentile
from data_contracts.effect import (
    Arm,
    Chance,
    Effect,
    Estimate,
    Goal,
    Missing,
    PChart,
    Power,
    RatioCheck,
    Seconds,
    Verdict,
)
from data_contracts.value import (
    Assumption,
    BridgeStep,
    Origin,
    SeenPart,
    Spread,
    Value,
    ValueLine,
    ValuePart,
)
from tests.unit.report.made_up_year import NOW, STARTED_ON
from warehouse.report.found import Findings

SPRINT: Final = "autumn"


def put_sprint(
    con: duckdb.DuckDBPyConnection,
    name: str = SPRINT,
    started_on: date = STARTED_ON,
    closed_on: date | None = None,
) -> None:
    """The rows of one sprint, its baseline frozen."""
    frozen = [date(2026, 3, 2), date(2026, 8, 30), "3f2a9c41d07e"]
    rows = {
        "sprints VALUES (?, ?, ?, 0.5, ?, ?, ?)": [name, started_on, closed_on, *frozen],
        "levers VALUES (?, 'no_show', ?, NULL, false)": [name, started_on],
        "baseline_figures VALUES (?, 'no_show_rate', 300, 1764, 0.17)": [name],
    }
    for table, values in rows.items():
        con.execute(f"INSERT INTO core_sprint__{table}", values)


def estimate(
    difference: float, half: float, *, is_causal: bool = True, method: str = "least squares"
) -> Estimate:
    """Around a difference, as wide on both sides."""
    return Estimate(
        difference=difference,
        low=difference - half,
        high=difference + half,
        ratio=1 + difference / 0.18,
        ratio_low=1 + (difference - half) / 0.18,
        ratio_high=1 + (difference + half) / 0.18,
        method=method,
        words="",
        is_causal=is_causal,
    )


def effect(**changed: object) -> Effect:
    """Fewer missed, beyond chance."""
    unknown = Estimate(
        method="segmented regression", words="26 earlier weeks are needed.", is_causal=False
    )
    good = Effect(
        sprint=SPRINT,
        as_of=NOW,
        is_final=False,
        estimand=(
            "This is what the extra adds for visits that were to get it, beside the reminders that"
            " everybody gets; it is not what reminding adds, and no advertised figure is."
        ),
        verdict=Verdict.REDUCED,
        words=(
            "The extra reduced missed visits by 4.1 percentage points (95% interval 0.6 to 7.6),"
            " as far as one may say while looking every week."
        ),
        speaks="always_valid",
        goal=Goal(reduction=0.15, words="The goal of 15% fewer lies within what is possible."),
        primary=estimate(-0.041, 0.026, method="clustered by patient, by prior risk"),
        always_valid=estimate(-0.041, 0.035, method="normal mixture on the same"),
        newcombe=estimate(-0.039, 0.024, method="Newcombe's score interval"),
        arrived=estimate(0.036, 0.027),
        arms=(
            Arm(arm="treated", assigned=812, visits=766, patients=171, missed=92, arrived=674,
                late_cancelled=41, cancelled_in_time=38, unrecorded=8),
            Arm(arm="held_out", assigned=798, visits=751, patients=168, missed=121, arrived=630,
                late_cancelled=39, cancelled_in_time=40, unrecorded=7),
        ),
        ratio_check=RatioCheck(
            expected_share=0.5, observed_share=0.504, p_value=0.73,
            words="The arms have the sizes that were drawn (p = 0.73).",
        ),
        missing=Missing(treated=8, held_out=7, lowest=-0.06, highest=-0.02,
                        words="15 outcomes are missing; they cannot turn the sign."),
        power=Power(
            base_rate=0.17, visits_per_week=124, treated_share=0.5, design_effect=1.6,
            weeks_done=12, chances=(Chance(reduction=0.28, power=0.84, weeks_needed=11,
                                           weeks_left=0),),
            words="With 124 visits a week this sprint finds a true fall of 28% in 84 of 100 cases;"
                  " one of 18% needs 27 weeks, 15 more than are over.",
        ),
        seconds=Seconds(
            before_after=estimate(-0.055, 0.02, is_causal=False, method="naive difference"),
            last_year=estimate(-0.048, 0.03, is_causal=False, method="same weeks last year"),
            segmented=unknown,
            p_chart=PChart(words="3 of 12 weeks lie below."),
        ),
        notes=(),
    )  # fmt: skip
    return good.model_copy(update=changed)


def spread(median: float, half: float) -> Spread:
    """Dollars in cents, as wide on both sides."""
    return Spread(
        median=median,
        low_80=median - 0.65 * half,
        high_80=median + 0.65 * half,
        low_95=median - half,
        high_95=median + half,
    )


def value(**changed: object) -> Value:
    """A gain, most likely; the licence is not known."""
    good = Value(
        sprint=SPRINT,
        since=STARTED_ON,
        until=NOW.date(),
        days=84,
        treated=766,
        held_out=751,
        patients=198,
        draws=10_000,
        extra_visits=spread(28, 24),
        gross=spread(274_000, 230_000),
        bridge=(
            BridgeStep(line=ValueLine.EXTRA_VISITS, title="Extra visits × collected",
                       cents=spread(274_000, 230_000), words="28 visits at $98.", rows=1517),
            BridgeStep(line=ValueLine.REFILLED_ANYWAY, title="Refilled anyway",
                       cents=spread(-52_000, 40_000), words="19% of freed times.", rows=84),
            BridgeStep(line=ValueLine.MESSAGES, title="Messages",
                       cents=spread(-3_100, 0), words="as billed", rows=2210),
            BridgeStep(line=ValueLine.STAFF_MINUTES, title="Staff minutes",
                       cents=spread(-31_000, 8_000), words="by the watch", rows=310),
            BridgeStep(line=ValueLine.LICENCE, title="Licence", cents=None,
                       words="nobody typed it in"),
        ),
        net=spread(188_000, 210_000),
        chance_of_gain=0.95,
        annual=spread(817_000, 912_000),
        annual_words="If a whole year went as these 84 days did: $8,170 net is the middle",
        assumptions=(
            Assumption(name="collected", title="Collected per visit", value=9780, unit="cents",
                       origin=Origin.MEASURED, source="mean of paid remittances", n=412),
            Assumption(name="refill", title="Freed times refilled anyway", value=0.19, unit="share",
                       origin=Origin.MEASURED, source="times that came free", n=84),
            Assumption(name="price", title="Price of a text", value=1.1, unit="cents",
                       origin=Origin.CONTRACT, source="clinic file"),
            Assumption(name="wage", title="Desk's hour", value=2200, unit="cents",
                       origin=Origin.TYPED_IN, source="clinic file"),
            Assumption(name="licence", title="Licence for the time", value=None, unit="cents",
                       origin=Origin.UNKNOWN, source="nobody typed it in"),
        ),
        seen=(
            SeenPart(part=ValuePart.BACKFILLED, title="Freed times filled", visits=16,
                     cents=156_000, words="booked anew into a time that came free"),
            SeenPart(part=ValuePart.PREVENTED, title="Missed visits prevented", visits=28,
                     cents=None, words="as the hold-out tells"),
        ),
        rule="A visit counts in one line alone: a visit that was saved is not counted as refilled.",
        words="In the middle $1,880 is left, and in 95 of 100 draws something is.",
        unsaid=("the licence is not known, and not taken off",),
    )  # fmt: skip
    return good.model_copy(update=changed)


def placed() -> tuple[Percentile, ...]:
    """One rate with a place, one with too few peers."""
    own = {"clinic": "northside", "since": date(2026, 8, 25), "until": date(2026, 11, 22)}
    return (
        Percentile(metric="no_show_rate", better="lower", value=0.121, shrunk=0.124, n=1517,
                   peers=27, dropped=1, percentile=31, low=18, high=46, p25=0.115, p50=0.142,
                   p75=0.181, missing_days=2, **own),
        Percentile(metric="arrived_per_booked_slot", better="higher", value=0.79, shrunk=0.788,
                   n=1902, peers=27, percentile=64, low=49, high=77, p25=0.74, p50=0.77, p75=0.81,
                   **own),
        Percentile(metric="claim_denial_rate", better="lower", n=4, peers=2,
                   why_not=NoPercentile.FEW_ROWS, **own),
    )  # fmt: skip


def findings(**changed: object) -> Findings:
    """All that a running sprint brings to the page."""
    whole = {"effect": effect(), "value": value(), "placed": placed()}
    return Findings(**(whole | changed))
