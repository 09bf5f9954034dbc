"""What a call says, apart from how a carrier is told to say it."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class KeyAnswer(StrEnum):
    """What somebody hears who pressed a key; each is true when it is said."""

    CONFIRMED = "confirmed"
    WILL_TEXT = "will_text"
    WILL_CALL = "will_call"
    STAFF = "staff"
    STOPPED = "stopped"


class Spoken(BaseModel):
    """The words of one call: `message` and `choices`, the choices once more into silence, then
    `closing` where still no key was pressed."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    message: str = Field(min_length=1, repr=False)
    choices: str = Field(min_length=1, description="which key does what; 9 always opts out")
    closing: str = Field(min_length=1, description="said into silence; names the opt-out number")
    voicemail: str = Field(min_length=1, description="the clinic's name and number, nothing else")
