"""What a practice system charged for one patient's day with one therapist, and whose plan pays."""

from datetime import date
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from data_contracts.charge_row import ChargeRow
from data_contracts.policy import Relation


class DayCharges(BaseModel):
    """The rows that one claim is made of; all of it is health data."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    rows: tuple[ChargeRow, ...] = Field(min_length=1)

    @property
    def service_on(self) -> date:
        """The day of all of them."""
        return self.rows[0].service_on

    @property
    def newest(self) -> ChargeRow:
        """The row whose word counts where rows differ: payer, place, persons."""
        return max(self.rows, key=lambda row: row.updated_at)


class KnownPatient(NamedTuple):
    """The patient as the practice system has them; all of it is identity."""

    first_name: str | None
    last_name: str | None
    birth_date: date | None


class Cover(NamedTuple):
    """The plan that is to pay, as card and clinic file say; all but the payer is identity."""

    payer: str
    """Its key in the clinic file, else as the practice writes it."""
    payer_id: str | None
    payer_name: str | None
    filing: str
    """SBR09."""
    member_id: str | None
    group_number: str | None
    relation: Relation
    first_name: str | None
    """Of the subscriber, where that is not the patient."""
    last_name: str | None
    birth_date: date | None
