"""What the page must be told, because the warehouse does not hold it."""

from datetime import date

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from data_contracts.metric import MetricParameters


class _Fact(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ModelSummary(_Fact):
    """The model in use and how it did on visits that it had not seen."""

    model_id: str
    kind: str = Field(description="xgboost, logistic, lookup or prior")
    trained_at: AwareDatetime | None = None
    evaluated_on: str = Field(description="in words: which visits, and how many")
    auc: float | None = None
    auc_low: float | None = Field(None, description="95 %, clustered by patient")
    auc_high: float | None = None


class Batch(_Fact):
    """One fetched batch."""

    table: str
    fetched_at: AwareDatetime
    rows: int
    refused: int = 0
    is_broken: bool = False


class BrokenContract(_Fact):
    """A contract that the last batch broke, with its cure."""

    contract: str
    words: str
    do: str


class CallList(_Fact):
    """What the desk has to ring, as its board shows it, and what it rang in the last seven days."""

    open: int = 0
    done: int = 0


class Answers(_Fact):
    """What came of patients' answers in the last 28 days, and of times that came free."""

    confirmed: int = 0
    cancelled: int = 0
    moved: int = 0
    for_people: int = 0
    freed: int = 0
    filled: int = 0


class ReportFacts(_Fact):
    """One clinic's facts around the numbers; nothing here is of a patient."""

    clinic_name: str
    parameters: MetricParameters
    delivery: str = Field("off", description="off, sandbox or live")
    started_on: date | None = Field(None, description="the first day with our reminders")
    model: ModelSummary | None = None
    batches: tuple[Batch, ...] = ()
    quarantine: dict[str, int] = Field(default_factory=dict, description="rows by reason, in words")
    broken: tuple[BrokenContract, ...] = ()
    last_sync_at: AwareDatetime | None = None
    call_list: CallList = CallList()
    open_tasks: dict[str, int] = Field(
        default_factory=dict, description="lines that wait for a person, by kind"
    )
    answers: Answers = Answers()
    phase: str | None = Field(None, description="of the sprint that runs, in words")
    next_check: tuple[str, ...] = Field(
        (), description="what the sprint's next phase still waits for, a sentence each"
    )
    definition_changes: tuple[str, ...] = Field(
        (), description="what is counted otherwise than the baseline froze it, a sentence each"
    )
