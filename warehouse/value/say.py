"""The dollars in words, by rule: no gain is claimed that the spread does not bear out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from data_contracts.value import Spread, ValueLine

if TYPE_CHECKING:
    from data_contracts.value import Assumption
    from warehouse.value.count import Counted
    from warehouse.value.dollar import Dollars

LEAST_DAYS_FOR_A_YEAR: Final = 60
_DIME: Final = 10
RULE: Final = (
    "Only the first step is added up: what the extra brought, as the arms tell. Prevented, "
    "backfilled, rebooked and verified are shown beside it and not added to it: a visit that was "
    "drawn into an arm is judged by the arms alone; else it stands in backfilled, else in "
    "rebooked, else in verified, and never in two."
)
TITLES: Final = {
    ValueLine.EXTRA_VISITS: "Extra visits that arrived",
    ValueLine.DENIED: "Claims that stay denied",
    ValueLine.REFILLED_ANYWAY: "Would have been filled anyway",
    ValueLine.MESSAGES: "Messages",
    ValueLine.STAFF_MINUTES: "Minutes of staff",
    ValueLine.LICENCE: "Licence and servers",
}
_LACKS: Final = {
    ValueLine.REFILLED_ANYWAY: (
        "How many of these times would have been filled anyway is not known: nothing is taken off "
        "for it, so the net is too high"
    ),
    ValueLine.STAFF_MINUTES: (
        "Calls were asked for, but no call was timed, or no wage is in the clinic file: the work "
        "of staff is not taken off"
    ),
    ValueLine.LICENCE: "No licence is in the clinic file: it is not taken off",
}


def net_words(net: Spread, chance: float, counted: Counted) -> str:
    """The net in one sentence. A spread is good for one look: before the end nothing is claimed."""
    likely = f"between {money(net.low_80)} and {money(net.high_80)} (80 %)"
    wide = f"{money(net.low_95)} to {money(net.high_95)} (95 %)"
    if not counted.is_over:
        so_far, then = "So far, and not yet a result", "It may be judged at the sprint's end."
        if counted.is_off_plan:
            so_far, then = "Not a result", "The sprint was not closed when it was planned to be."
        return (
            f"{so_far}: {money(net.median)} net is the middle, {likely}, "
            f"{wide}; the chance of any gain is {chance:.0%}. {then}"
        )
    if net.low_95 > 0:
        return f"The extra brought money: {money(net.median)} net, {likely}, {wide}."
    if net.high_95 < 0:
        return f"The extra cost more than it brought: {money(net.median)} net, {likely}, {wide}."
    return (
        f"No gain is shown: {money(net.median)} net is the middle, {likely}, {wide}; "
        f"the chance of any gain is {chance:.0%}."
    )


def annual_words(counted: Counted, annual: Spread | None) -> str:
    """The net scaled to a year, or why it is not: by the days on which visits were drawn."""
    drawn, least = counted.days_of_arms, LEAST_DAYS_FOR_A_YEAR
    if drawn < least:
        return f"Not scaled to a year: with arms {drawn} days are too few, and {least} are needed"
    if annual is None:
        return "Not scaled to a year: there is no net to scale"
    wide = f"{money(annual.low_95)} to {money(annual.high_95)} (95 %)"
    return (
        f"If a whole year went as these {counted.days} days did: {money(annual.median)} net is the"
        f" middle, {wide}; seasons are not in it"
    )


def what_is_unsaid(counted: Counted, dollars: Dollars) -> Iterator[str]:
    """What the net leaves out."""
    for line, words in _LACKS.items():
        if dollars.steps[line] is None:
            yield words
    if unpriced := int(counted.messages["cents"].isna().sum()):
        yield f"{unpriced} messages have no price, and are not taken off"
    yield "Staff's other work, and what patients pay at the desk, is not in it"
    yield (
        "Messages and licence are those of everything, while the visits are those of the extra "
        "alone: what reminding everybody brings is not in it"
    )


def step_words(line: ValueLine, counted: Counted, dollars: Dollars) -> str:
    """What stands behind one step."""
    visits = counted.visits
    treated = visits[visits["is_treated"]]
    held_out = visits[~visits["is_treated"]]
    match line:
        case ValueLine.EXTRA_VISITS:
            return (
                f"{len(treated):,} treated visits, {treated['arrived'].mean():.1%} arrived; "
                f"{len(held_out):,} held out, {held_out['arrived'].mean():.1%}; the difference "
                "times the treated visits, at what a visit collects"
            )
        case ValueLine.DENIED:
            return "the share of answered claims that stay denied, of payers that are measured"
        case ValueLine.REFILLED_ANYWAY:
            return counted.times.words
        case ValueLine.MESSAGES:
            return f"{len(counted.messages):,} messages in the sprint's days, to everybody"
        case ValueLine.STAFF_MINUTES:
            return f"{len(counted.calls):,} calls asked of staff, as if each was made"
        case ValueLine.LICENCE:
            return f"{counted.days} days"


def money(cents: float) -> str:
    """Whole dollars, with the sign before them."""
    return f"{'-' if round(cents / 100) < 0 else ''}${abs(round(cents / 100)):,}"


def assumed(one: Assumption) -> str:
    """What an assumption says, in its unit: a price below a dime in cents, or it looks free."""
    if one.value is None:
        return "not known"
    match one.unit:
        case "cents" if one.value < _DIME:
            return f"{one.value:,.4g} cents"
        case "cents" if one.value % 100 == 0:
            return money(one.value)
        case "cents":
            return f"${one.value / 100:,.2f}"
        case "share":
            return f"{one.value:.1%}"
        case "minutes":
            return f"{one.value:,.1f} min"
    return f"{one.value:,.0f} {one.unit}"
