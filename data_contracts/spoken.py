"""What a call says, apart from how a carrier is told to say it."""

from pydantic import BaseModel, ConfigDict, Field


class Spoken(BaseModel):
    """The words of one call: `message` and `choices`, then `closing` where no key was pressed."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    message: str = Field(min_length=1, repr=False)
    choices: str = Field(min_length=1, description="which key does what; 9 always opts out")
    closing: str = Field(min_length=1, description="said into silence; names the opt-out number")
    voicemail: str = Field(min_length=1, description="the clinic's name and number, nothing else")
