"""What a sprint is worth in dollars: a spread and no point, with every assumption beside it."""

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Origin(StrEnum):
    """Where an assumption comes from; what nobody told us is unknown, and never zero."""

    MEASURED = "measured"
    CONTRACT = "contract"
    TYPED_IN = "typed in"
    UNKNOWN = "not known"


class ValueLine(StrEnum):
    """What stands between the gross and the net, in the order of the bridge."""

    EXTRA_VISITS = "extra_visits"
    DENIED = "denied"
    REFILLED_ANYWAY = "refilled_anyway"
    MESSAGES = "messages"
    STAFF_MINUTES = "staff_minutes"
    LICENCE = "licence"


class ValuePart(StrEnum):
    """Where money shows in the books; a visit stands in the first of them that it fits."""

    PREVENTED = "prevented"
    BACKFILLED = "backfilled"
    REBOOKED = "rebooked"
    VERIFIED = "verified"


class RowSet(StrEnum):
    """What can be opened behind the dollars: visits, payments, times, messages, by pseudonym."""

    EXTRA_VISITS = "extra_visits"
    PAYMENTS = "payments"
    DENIED = "denied"
    REFILLED_ANYWAY = "refilled_anyway"
    MESSAGES = "messages"
    STAFF_MINUTES = "staff_minutes"
    BACKFILLED = "backfilled"
    REBOOKED = "rebooked"
    VERIFIED = "verified"


class Spread(_Part):
    """The draws of a bootstrap: their median, and the middle 80 % and 95 % of them."""

    median: float
    low_80: float
    high_80: float
    low_95: float
    high_95: float


class Assumption(_Part):
    """One number that the dollars rest on; `value` is None where nobody knows it."""

    name: str
    title: str
    value: float | None
    unit: str = Field(description="cents, share, minutes, visits or days")
    origin: Origin
    source: str = Field(description="in words: what it was measured on, or who wrote it where")
    n: int | None = Field(None, description="rows that it was measured on")


class BridgeStep(_Part):
    """One step from gross to net, signed; `cents` is None where it is not known."""

    line: ValueLine
    title: str
    cents: Spread | None
    words: str
    rows: int = Field(0, ge=0, description="how many rows `ptclinic value rows` opens behind it")


class SeenPart(_Part):
    """What stands in the books beside the effect: seen, not shown to be caused, not added."""

    part: ValuePart
    title: str
    visits: int | None = Field(ge=0, description="None where its source is not connected")
    cents: float | None
    words: str


class Value(_Part):
    """What the sprint's extra brought until a day; nothing is here that cannot be opened."""

    sprint: str
    since: date
    until: date = Field(description="its last day, or today")
    days: int = Field(ge=0)
    treated: int = Field(ge=0, description="visits with a known outcome")
    held_out: int = Field(ge=0)
    patients: int = Field(ge=0)
    draws: int = Field(ge=0)
    extra_visits: Spread | None = Field(description="arrived beyond what the hold-out tells")
    gross: Spread | None
    bridge: tuple[BridgeStep, ...] = Field(description="from gross to net, signed")
    net: Spread | None = Field(description="less what is known of costs; see `unsaid`")
    chance_of_gain: float | None = Field(ge=0, le=1, description="share of draws with a net > 0")
    annual: Spread | None = Field(description="None under 60 days")
    annual_words: str
    assumptions: tuple[Assumption, ...]
    seen: tuple[SeenPart, ...]
    rule: str = Field(description="how no visit is counted twice")
    words: str = Field(description="the net in one sentence")
    unsaid: tuple[str, ...] = Field((), description="what the figures leave out, and why")
