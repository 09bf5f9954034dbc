"""What a sprint's randomised extra did, with its uncertainty, and what cannot be said.

Shares are 0 to 1; a difference is treated less held out (or after less before), so below 0 fewer
visits are missed. A number that cannot be had is None, and `words` then says why.
"""

from datetime import date
from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class Verdict(StrEnum):
    """What may be said by rule: only an interval that leaves out zero is called a change."""

    REDUCED = "reduced"
    RAISED = "raised"
    NO_CHANGE_YET = "no_change_yet"
    CANNOT_SAY = "cannot_say"


class _Fact(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Estimate(_Fact):
    """A difference and a ratio with their 95 % intervals, how they were found, and in words."""

    difference: float | None = None
    low: float | None = None
    high: float | None = None
    ratio: float | None = None
    ratio_low: float | None = None
    ratio_high: float | None = None
    method: str = Field(description="in words, with its label where it shows no cause")
    words: str
    is_causal: bool = Field(description="true of the randomised arms alone")

    @property
    def is_known(self) -> bool:
        """Whether there is an interval at all."""
        return self.low is not None and self.high is not None


class Arm(_Fact):
    """One arm, as it was drawn: visits, and what became of those that were due."""

    arm: str = Field(description="treated or held_out")
    assigned: int = Field(0, description="visits drawn into it")
    visits: int = Field(0, description="of them those that were due and whose outcome is known")
    patients: int = Field(0, description="of those visits")
    missed: int = 0
    arrived: int = 0
    late_cancelled: int = 0
    cancelled_in_time: int = Field(0, description="or gone from the book; they stay in their arm")
    unrecorded: int = Field(0, description="due, and nobody wrote down what became of them")

    @property
    def rate(self) -> float | None:
        """Missed of the arm's visits."""
        return self.missed / self.visits if self.visits else None


class Stratum(_Fact):
    """The arms within one risk quarter; shown, not tested."""

    stratum: str
    treated: Arm
    held_out: Arm


class RatioCheck(_Fact):
    """Whether the arms have the sizes that were drawn (sample ratio)."""

    expected_share: float | None = None
    observed_share: float | None = None
    p_value: float | None = None
    is_suspect: bool = False
    words: str


class Missing(_Fact):
    """Outcomes nobody recorded, and the difference if they had all gone one way or the other."""

    treated: int = 0
    held_out: int = 0
    lowest: float | None = None
    highest: float | None = None
    words: str


class Chance(_Fact):
    """How likely a true relative reduction is found, and the weeks of arms it takes."""

    reduction: float = Field(description="relative: 0.18 is 18 % fewer")
    power: float | None = Field(None, description="at the sprint's end, two-sided 5 %")
    weeks_needed: float | None = Field(None, description="of this clinic's visits, for 80 %")
    weeks_left: float | None = Field(None, description="of those, what is still to come")


class Power(_Fact):
    """What the sprint can find, said before it has found anything."""

    base_rate: float | None = None
    visits_per_week: float | None = None
    treated_share: float | None = None
    design_effect: float = 1.0
    planned_weeks: float = Field(11, description="weeks in which arms are drawn")
    weeks_done: float = Field(0, description="of those")
    chances: tuple[Chance, ...] = ()
    words: str


class Goal(_Fact):
    """The clinic's goal for the extra, held against the interval and never against the point."""

    reduction: float = Field(description="relative: 0.15 is 15 % fewer")
    words: str


class ChartedWeek(_Fact):
    """A week of the p-chart between its 3-sigma limits."""

    starts_on: date
    missed: int
    visits: int
    low: float
    high: float


class PChart(_Fact):
    """Weeks before and in the sprint around the earlier rate; None where too few came before."""

    centre: float | None = None
    weeks: tuple[ChartedWeek, ...] = ()
    words: str


class Seconds(_Fact):
    """Looks at time instead of arms: never a cause, each labelled so."""

    before_after: Estimate
    last_year: Estimate
    segmented: Estimate
    p_chart: PChart


class Effect(_Fact):
    """All that may be said of one sprint's extra as of `as_of`; counts and shares only."""

    sprint: str
    as_of: AwareDatetime
    is_final: bool = Field(description="ran its planned length and is closed")
    estimand: str = Field(description="what is estimated, and what is not")
    verdict: Verdict
    words: str = Field(description="the one sentence for the owner, by rule")
    speaks: str = Field(description="the field whose interval the sentence goes by")
    goal: Goal | None = None
    primary: Estimate = Field(description="clustered, adjusted; for one look, at the end")
    always_valid: Estimate = Field(description="the same, for looking every week")
    newcombe: Estimate = Field(description="the arms as if visits were independent")
    arrived: Estimate = Field(description="arrived of all visits drawn: what money follows from")
    arms: tuple[Arm, ...] = ()
    strata: tuple[Stratum, ...] = ()
    ratio_check: RatioCheck
    missing: Missing
    power: Power
    seconds: Seconds
    notes: tuple[str, ...] = Field((), description="what else a reader must know, each a sentence")


class Monitor(_Fact):
    """The same of the few that stay held out once a sprint is closed: whether its effect lasts."""

    since: date
    verdict: Verdict
    words: str = Field(description="by the interval for weekly looks: it has no planned end")
    treated: int = Field(ge=0, description="visits drawn for the extra since then")
    held_out: int = Field(ge=0)
