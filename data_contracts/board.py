"""The front-desk board in the clinic file, and who signs in to it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from data_contracts.deed import Role
from data_contracts.duration import Duration
from data_contracts.relay import VendorUrl

LONGEST_IDLE = timedelta(minutes=15)
LONGEST_SESSION = timedelta(hours=12)
SIGN_IN_ROLES = (Role.FRONT_DESK, Role.THERAPIST, Role.OWNER, Role.CONSULTANT)
"""As what a person signs in; `system` is nobody."""


class Board(BaseModel):
    """How long a sign-in lasts; a clinic may shorten it, not lengthen it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    idle: Annotated[Duration, Field(ge=timedelta(minutes=1), le=LONGEST_IDLE)] = Field(
        LONGEST_IDLE, description="signed out after so long without a click; at most PT15M"
    )
    session: Annotated[Duration, Field(ge=timedelta(minutes=5), le=LONGEST_SESSION)] = Field(
        LONGEST_SESSION, description="signed out after so long at all; at most PT12H"
    )
    public_url: VendorUrl | None = Field(
        None, description="where staff reach the board; the owner's letter leads there"
    )
    second_factor: Literal["optional", "required"] = Field(
        "optional", description="required: a code of an authenticator app beside the password"
    )

    @model_validator(mode="after")
    def _idle_is_the_shorter(self) -> Self:
        if self.idle > self.session:
            raise ValueError("board: idle is longer than session; shorten it")
        return self


@dataclass(frozen=True)
class StaffUser:
    """Somebody who may sign in at one clinic; nobody shares a name (45 CFR 164.312(a)(2)(i))."""

    user_id: str
    name: str
    role: Role
    created_at: datetime
    is_disabled: bool
    must_change: bool
    has_second_factor: bool
