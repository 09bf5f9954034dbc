"""A sprint: 90 days in which levers are pulled one by one, and what each adds is measured.

Its state is a series of steps that nobody changes afterwards; what it is now is read from them.
"""

from datetime import date, datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

NO_SPRINT = "none"
"""The sprint of visits that were scored while none was measured: everybody gets the extra."""
TREATED, HELD_OUT = "treated", "held_out"


class Lever(StrEnum):
    """What a sprint switches on, one at a time."""

    NO_SHOW = "no_show"
    INTAKE_INSURANCE = "intake_insurance"
    ENGAGEMENT = "engagement"


class Phase(StrEnum):
    """Where a sprint stands; each phase but the first begins with its lever."""

    AUDIT = "audit"
    NO_SHOW = "no_show"
    INTAKE_INSURANCE = "intake_insurance"
    OPTIMISATION = "optimisation"


class StepKind(StrEnum):
    """What may be written into a sprint's course."""

    PHASE = "phase"
    LEVER = "lever"
    CLINICIANS = "clinicians"
    CLOSED = "closed"


class Activity(StrEnum):
    """What staff do by hand that the product takes over, timed with a watch before and after."""

    REMINDER_CALL = "reminder_call"
    REPLY = "reply"
    REFILL = "refill"
    INTAKE = "intake"
    VERIFICATION = "verification"
    CLAIM = "claim"
    EXERCISE_CHECK = "exercise_check"


class SampleTime(StrEnum):
    """Whether a sample shows the work as it was, or with the lever on."""

    BEFORE = "before"
    AFTER = "after"


class _Fact(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Step(_Fact):
    """One thing that happened in a sprint's course."""

    kind: StepKind
    what: str = Field(description="the phase, the lever or the number of clinicians")
    on: date = Field(description="the clinic's own day")
    at: datetime
    is_early: bool = Field(False, description="before its week, or though a check was not passed")
    reason: str = Field("", description="why it was early, in the words of whoever did it")


class Sprint(_Fact):
    """What was settled when the sprint began."""

    name: str
    number: int = Field(ge=1)
    started_on: date
    started_at: datetime
    treated_share: float = Field(gt=0, le=1, description="1: nobody is held out")
    salt: str = Field(repr=False, description="with it a visit's arm is drawn, and checked")


class FrozenFigure(_Fact):
    """One metric over the baseline as it was when it was frozen."""

    metric: str
    numerator: float | None
    denominator: int | None
    value: float | None


class Baseline(_Fact):
    """What the sprint is compared with, and what was counted as what when that was settled."""

    from_on: date | None = Field(description="None: no visit has a known outcome yet")
    to_on: date | None = Field(description="its last day")
    weeks: int = Field(ge=0, description="whole weeks")
    definitions: dict[str, str] = Field(description="the hash of each definition, by its name")
    definitions_hash: str
    figures: tuple[FrozenFigure, ...] = ()
    frozen_at: datetime


class LeverSpan(_Fact):
    """From which day a lever was on in a sprint, and until when; early where it came unplanned."""

    lever: Lever
    from_on: date
    to_on: date | None
    is_early: bool
    reason: str


class DefinitionChange(_Fact):
    """A definition that is no longer what the baseline was frozen with."""

    name: str
    words: str


class StaffSample(_Fact):
    """How long one piece of work took one person, by the watch."""

    activity: Activity
    when: SampleTime
    minutes: float = Field(gt=0, le=240)
    role: str
    timed_on: date


class Verdict(StrEnum):
    """What a check came to; `said` lets pass, but what is missing is told wherever it counts."""

    PASSED = "passed"
    SAID = "said"
    OPEN = "open"


class Check(_Fact):
    """One thing that must be so before a phase begins or ends."""

    name: str
    verdict: Verdict
    words: str


class ArmCount(_Fact):
    """How many visits fell into an arm, in one risk quarter."""

    sprint: str
    arm: str
    stratum: str
    visits: int


class SprintStatus(_Fact):
    """A sprint as it stands; what the report and the fleet page are told of it."""

    name: str
    number: int
    started_on: date
    closed_on: date | None
    week: int = Field(ge=1, description="of the sprint, counted from 1")
    phase: Phase
    phase_by_plan: Phase
    treated_share: float
    is_measured: bool = Field(description="whether arms are drawn now")
    levers: tuple[LeverSpan, ...]
    steps: tuple[Step, ...]
    baseline: Baseline | None
    definition_changes: tuple[DefinitionChange, ...]
    leaving: tuple[Check, ...] = Field(description="what must be so before its phase ends")
    entering: tuple[Check, ...] = Field(description="what must be so before the next one begins")
    arms: tuple[ArmCount, ...]
    samples: dict[str, int] = Field(description="timed pieces of work, by activity and when")
