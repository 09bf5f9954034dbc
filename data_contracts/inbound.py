"""What a carrier tells us about a message or a person, as it came, before anyone decides."""

from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class InboundKind(StrEnum):
    """Which of our addresses was called: by a carrier, a reader of mail, or a practice system."""

    TEXT = "text"
    RECEIPT = "receipt"
    CALL_RECEIPT = "call_receipt"
    KEY_PRESS = "key_press"
    UNSUBSCRIBE = "unsubscribe"
    BOOK_CHANGED = "book_changed"


class InboundEvent(BaseModel):
    """One verified callback. `dedupe_key` is equal for every repetition of the same fact."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    clinic: str
    dedupe_key: str = Field(min_length=1, max_length=200)
    kind: InboundKind
    message_id: str | None = Field(None, description="ours, from the callback's address")
    vendor_id: str | None = None
    from_number: str | None = Field(None, repr=False)
    body: str | None = Field(None, repr=False, description="as typed; rules decide what it means")
    status: str | None = Field(None, description="the carrier's own word")
    error_code: str | None = None
    digits: str | None = None
    answered_by: str | None = None
    received_at: AwareDatetime

    @property
    def is_pressing(self) -> bool:
        """Whether somebody waits for what follows. That a text arrived can wait for the next run;
        that one did not cannot, and neither can a person."""
        is_receipt = self.kind in (InboundKind.RECEIPT, InboundKind.CALL_RECEIPT)
        return not is_receipt or self.error_code is not None
