"""Whether the extra that risk buys could be delivered, by the clinic's file as it stands."""

from collections.abc import Iterator
from datetime import date

from data_contracts.clinic import Clinic, Delivery


def not_ready(clinic: Clinic, on: date, *, is_halted: bool) -> tuple[str, ...]:
    """What stands in the way, in words; empty where nothing does."""
    return tuple(_obstacles(clinic, on, is_halted=is_halted))


def _obstacles(clinic: Clinic, on: date, *, is_halted: bool) -> Iterator[str]:
    if clinic.delivery is Delivery.OFF:
        yield "`delivery` is off"
    bought = [rung for rung in clinic.ladder if rung.is_bought_by_risk]
    if not bought:
        yield "`ladder` has no rung that only some risk tiers get"
    vendors = {clinic.channels.vendor(rung.channel) for rung in bought}
    for vendor in sorted(one for one in vendors if one is not None):
        if not clinic.has_agreement(vendor, on):
            yield f"`agreements` has none with {vendor} that is active"
    if is_halted:
        yield "dispatch is halted; see `ptclinic audit verify`"
