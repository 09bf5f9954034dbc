"""What each payer wants asked before therapy, as dated rules with their sources."""

from datetime import date, datetime, timedelta
from functools import cache

from pydantic import Field

from data_contracts.law import LawTable
from data_contracts.shipped_file import read_shipped


class Unreviewed(LawTable):
    """The first visits of a first plan, which the payer approves without reading the chart."""

    from_: date = Field(alias="from", description="the day of the request")
    visits: int
    weeks: int
    gap_days: int = Field(description="nobody seen for so long is new again")


class AuthorizationRule(LawTable):
    """One payer's."""

    title: str
    names: tuple[str, ...] = Field(description="as a practice writes the payer")
    from_: date = Field(alias="from")
    later: dict[str, date] = Field({}, description="states in which it began later")
    some_plans_only: frozenset[str] = Field(
        frozenset(), description="states in which the payer lists the plans it is for"
    )
    is_evaluation_exempt: bool
    exempt_places: frozenset[str] = Field(frozenset(), description="places of service")
    unreviewed: Unreviewed | None = None
    request_within_business_days: int | None = Field(
        None, description="after the evaluation; None: before the first visit"
    )
    doubtful_plans: tuple[str, ...] = ()
    source: str

    def begins(self, state: str | None) -> date:
        """The first day of service in a state; where the state is unknown, the first of all."""
        return self.later.get(state or "", self.from_)


class DecisionClock(LawTable):
    """How soon a plan must decide."""

    from_: date = Field(alias="from")
    standard_days: int
    expedited_hours: int
    unconfirmed: bool

    def due(self, asked_at: datetime, *, is_urgent: bool = False) -> datetime | None:
        """When the payer must have decided; None for what was asked before the rule."""
        if asked_at.date() < self.from_:
            return None
        if is_urgent:
            return asked_at + timedelta(hours=self.expedited_hours)
        return asked_at + timedelta(days=self.standard_days)


class AuthorizationRules(LawTable):
    """Every payer whose rule is known."""

    reviewed_on: date
    decision: DecisionClock
    rules: dict[str, AuthorizationRule]

    def of_payer(self, written: str) -> AuthorizationRule | None:
        """The rule of a payer as a practice writes it; None: unknown, never `not required`."""
        plain = _plain(written)
        for rule in self.rules.values():
            if plain in map(_plain, rule.names):
                return rule
        return None


def _plain(written: str) -> str:
    return "".join(one for one in written.casefold() if one.isalnum())


@cache
def authorization_rules() -> AuthorizationRules:
    """The shipped rules."""
    return AuthorizationRules.model_validate(read_shipped("laws/authorization_rules.yaml"))
