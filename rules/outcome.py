"""What counts as a missed visit, by the clinic's own definition."""

from datetime import timedelta

from data_contracts.clinic import Definitions


def late_cancel_hours(definitions: Definitions) -> float | None:
    """Notice in hours under which a cancelled visit is missed; None where none ever is."""
    if not definitions.late_cancel_is_missed:
        return None
    return definitions.late_cancel_within / timedelta(hours=1)
