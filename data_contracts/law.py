"""Law that differs by state and year, as dated tables with their sources; no default for a gap."""

from datetime import date, time
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from data_contracts.errors import UserError
from data_contracts.shipped_file import read_shipped

Hours = tuple[time, time]


class UnknownLaw(UserError):
    """A state or a year that the table lacks: nothing is concluded from another."""


class LawTable(BaseModel):
    """A part of a shipped table: it does not change, and a key that it does not know is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _span(value: Any) -> Any:
    """`10:00-17:00` as a pair; `closed` as None."""
    if value == "closed":
        return None
    opens, _, closes = str(value).partition("-")
    return time.fromisoformat(opens), time.fromisoformat(closes)


class StateHours(LawTable):
    """When one state lets a campaign call or text; `None` for a day on which it does not."""

    opens: time
    closes: time
    saturday: Hours | None = Field(None, description="None with `source` alone: as on weekdays")
    sunday: Hours | None = None
    holidays: Hours | None = None
    source: str
    special: frozenset[str] = frozenset()

    @field_validator("saturday", "sunday", "holidays", mode="before")
    @classmethod
    def _reads_a_span(cls, value: Any) -> Any:
        return _span(value) if isinstance(value, str) else value

    def on(self, day: date, *, is_holiday: bool) -> Hours | None:
        """The hours of one day."""
        name = {5: "saturday", 6: "sunday"}.get(day.weekday(), "")
        for special, applies in (("holidays", is_holiday), (name, bool(name))):
            if applies and special in self.special:
                found: Hours | None = getattr(self, special)
                return found
        return self.opens, self.closes


class CampaignHours(LawTable):
    """Hours of every state that is known, and the holidays of every year that is."""

    reviewed_on: date
    federal: StateHours
    states: dict[str, StateHours]
    holidays: dict[int, frozenset[date]]

    def on(self, state: str | None, day: date) -> Hours | None:
        """The hours of a day, None where it is closed. Raises UnknownLaw."""
        if state not in self.states:
            raise UnknownLaw(
                f"campaign hours of state {state or '(none on file)'} are unknown; add its row,"
                " with the source, to data_contracts/laws/campaign_hours.yaml"
            )
        if day.year not in self.holidays:
            raise UnknownLaw(
                f"the holidays of {day.year} are unknown; add them to"
                " data_contracts/laws/campaign_hours.yaml and review the hours for that year"
            )
        return self.states[state].on(day, is_holiday=day in self.holidays[day.year])


class Majority(LawTable):
    """The age of majority of every state that is known."""

    reviewed_on: date
    ages: dict[str, int]
    highest: int

    def age(self, state: str | None) -> int:
        """The age of majority; the highest of all where the state is not known."""
        return self.ages.get(state or "", self.highest)


@cache
def campaign_hours() -> CampaignHours:
    """The shipped table."""
    said = read_shipped("laws/campaign_hours.yaml")
    federal = StateHours(**said["federal"])
    named = {name: _state(row) for name, row in said["states"].items()}
    return CampaignHours(
        reviewed_on=said["reviewed_on"],
        federal=federal,
        states=dict.fromkeys(said["federal_hours"], federal) | named,
        holidays=said["holidays"],
    )


def _state(row: dict[str, Any]) -> StateHours:
    special = {"saturday", "sunday", "holidays"} & set(row)
    return StateHours(**row, special=frozenset(special))


@cache
def majority() -> Majority:
    """The shipped table."""
    said = read_shipped("laws/majority.yaml")
    other = {name: row["age"] for name, row in said["other"].items()}
    ages = dict.fromkeys(said["states"], said["age"]) | other
    return Majority(reviewed_on=said["reviewed_on"], ages=ages, highest=max(ages.values()))
