"""Which codes of remote therapeutic monitoring a patient's days and minutes are (M11).

Device days count within thirty days from the first, minutes within a calendar month with at least
one live conversation in it. Setting up is billed once an episode. Under a plan of care all of it
counts towards the KX threshold (`rules.kx_threshold.Expense.is_under_plan`).
"""

from datetime import date

from data_contracts.monitoring_code import MonitoringCodes


def device_code(days: int, on: date, table: MonitoringCodes) -> str | None:
    """The device's code for so many days with data; None below the least. Raises UnknownLaw."""
    reached = [step.code for step in table.on(on).device if days >= step.days]
    return reached[-1] if reached else None


def management_codes(
    minutes: int, on: date, table: MonitoringCodes, *, has_talked: bool
) -> dict[str, int]:
    """Code to units for a month's minutes; nothing without a conversation. Raises UnknownLaw."""
    reached = [step for step in table.on(on).management if minutes >= step.minutes]
    if not reached or not has_talked:
        return {}
    last = reached[-1]
    found = {last.code: 1}
    more = (minutes - last.minutes) // table.additional_minutes
    if last is table.on(on).management[-1] and more:
        found[table.additional] = more
    return found


def setup_code(table: MonitoringCodes, *, is_billed: bool) -> str | None:
    """The code for setting up; None where the episode has it already."""
    return None if is_billed else table.setup
