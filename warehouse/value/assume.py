"""Each number that the dollars rest on, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from data_contracts.economics import Assumptions
from data_contracts.value import Assumption, Origin

if TYPE_CHECKING:
    from warehouse.value.count import Counted
    from warehouse.value.dollar import Payer


def list_assumptions(
    counted: Counted, assumptions: Assumptions, payers: tuple[Payer, ...]
) -> tuple[Assumption, ...]:
    """In the order of the bridge."""
    return (
        *_collected(assumptions, payers),
        *_denied(counted, payers),
        _refilled(counted, assumptions),
        *_messages(counted, assumptions),
        *_staff(counted, assumptions),
        _licence(assumptions),
    )


def _file(assumptions: Assumptions) -> str:
    day = " on the day the sprint was closed" if assumptions.is_settled else ""
    return f"the clinic file{day}"


def _collected(assumptions: Assumptions, payers: tuple[Payer, ...]) -> Iterator[Assumption]:
    for payer in payers:
        yield Assumption(
            name=f"collected.{payer.name.replace(' ', '_')}",
            title=f"Paid per visit by {payer.name.replace('_', ' ')}",
            value=payer.mean_cents,
            unit="cents",
            origin=Origin.MEASURED,
            source=(
                f"mean of remittances paid within 365 days; {payer.share:.0%} of the treated"
                " visits. What patients pay at the desk is not in it"
            ),
            n=payer.paid,
        )
    typed = 1 - sum(payer.share for payer in payers)
    if typed > 1e-9:
        yield Assumption(
            name="collected.typed_in",
            title="Collected per visit whose payer has too few remittances, or none",
            value=assumptions.visit_value_cents,
            unit="cents",
            origin=Origin.TYPED_IN,
            source=f"visit_value_cents of {_file(assumptions)}; {typed:.0%} of the treated visits",
        )


def _denied(counted: Counted, payers: tuple[Payer, ...]) -> Iterator[Assumption]:
    if payers:
        rows = counted.payments
        answered = (rows["cents"] > 0) | rows["is_denied"]
        yield Assumption(
            name="denied_share",
            title="Claims that stay denied",
            value=float(rows["is_denied"].sum() / answered.sum()),
            unit="share",
            origin=Origin.MEASURED,
            source="remittances of 365 days, as they stand",
            n=int(answered.sum()),
        )


def _refilled(counted: Counted, assumptions: Assumptions) -> Assumption:
    times, typed = counted.times.rows, assumptions.economics.refilled_share
    value, origin = typed, Origin.UNKNOWN if typed is None else Origin.TYPED_IN
    source = f"{counted.times.words}; economics.refilled_share of {_file(assumptions)}"
    if len(times):
        value, origin = float(times["is_refilled"].mean()), Origin.MEASURED
        source = f"{counted.times.words}: the share in which another patient came"
    return Assumption(
        name="refilled_share",
        title="Of times not kept, filled anyway",
        value=value,
        unit="share",
        origin=origin,
        source=source if origin is not Origin.UNKNOWN else f"{source} says nothing",
        n=len(times) or None,
    )


def _messages(counted: Counted, assumptions: Assumptions) -> Iterator[Assumption]:
    for channel, rows in counted.messages.groupby("channel"):
        known = rows["cents"].dropna()
        yield Assumption(
            name=f"message.{channel}",
            title=f"Price of one message by {channel}",
            value=float(known.mean()) if len(known) else None,
            unit="cents",
            origin=Origin.CONTRACT if len(known) else Origin.UNKNOWN,
            source=f"segments sent at channels.{channel}.price_cents of {_file(assumptions)}",
            n=len(rows),
        )


def _staff(counted: Counted, assumptions: Assumptions) -> Iterator[Assumption]:
    timed, wage = counted.call_minutes["minutes"], assumptions.economics.wage_cents_hour
    said = "" if wage is not None else " says nothing"
    yield Assumption(
        name="call_minutes",
        title="Minutes of a call",
        value=float(timed.mean()) if len(timed) else None,
        unit="minutes",
        origin=Origin.MEASURED if len(timed) else Origin.UNKNOWN,
        source="calls timed with a watch" if len(timed) else "no call was timed",
        n=len(timed) or None,
    )
    yield Assumption(
        name="wage",
        title="An hour at the front desk",
        value=wage,
        unit="cents",
        origin=Origin.UNKNOWN if wage is None else Origin.TYPED_IN,
        source=f"economics.wage_cents_hour of {_file(assumptions)}{said}",
    )


def _licence(assumptions: Assumptions) -> Assumption:
    monthly = assumptions.economics.licence_cents_month
    said = "" if monthly is not None else " says nothing"
    return Assumption(
        name="licence",
        title="Licence and servers, a month",
        value=monthly,
        unit="cents",
        origin=Origin.UNKNOWN if monthly is None else Origin.CONTRACT,
        source=f"economics.licence_cents_month of {_file(assumptions)}{said}",
    )
