"""How a clinic offers what came free, as its file says."""

from datetime import timedelta
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from data_contracts.duration import Duration


class WaitingList(BaseModel):
    """Who is offered a visit that came free, how many at once and how fast; absent: nobody is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    confirmation: Literal["automatic", "staff"] = Field(
        "automatic",
        description="automatic: who accepts first is booked; staff: the desk books, and calls;"
        " always so where the practice system cannot be written",
    )
    group_size: int = Field(3, ge=1, le=10, description="how many are offered it at once")
    delay_between_groups: Duration = Field(
        timedelta(minutes=15), description="how long a group has it before the next"
    )
    wait_before_first_offer: Duration = Field(
        timedelta(minutes=5), description="who cancelled by mistake may take it back so long"
    )
    stop_before_start: Duration = Field(
        timedelta(hours=1), description="so close to its start nobody new is offered it"
    )
    booking_cutoff: Duration = Field(
        timedelta(minutes=30), description="so close to its start nobody may take it any more"
    )
    swap_existing: bool = Field(
        True, description="who has a later visit may be offered it, which then moves to this time"
    )
    remove_when_booked: bool = Field(True, description="who got a time leaves the list")

    @model_validator(mode="after")
    def _offers_end_before_taking(self) -> Self:
        if self.booking_cutoff > self.stop_before_start:
            raise ValueError("waiting_list: booking_cutoff is longer than stop_before_start")
        return self
