"""What each practice system lets us do: one table for connectors, rules and the doctor."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Capabilities:
    """What a practice system can do for us; what is False raises NotSupported and becomes a task.

    `can_book` is booking and moving, `can_cancel` cancelling; `sees_openings` the times that are
    free; `can_write_status` marking who came; `change_latency` how old a change may be when a fetch
    first shows it.
    """

    can_read: bool = False
    has_webhooks: bool = False
    can_write_status: bool = False
    can_book: bool = False
    can_cancel: bool = False
    sees_openings: bool = False
    sees_waitlist: bool = False
    sees_patients: bool = False
    can_log_message: bool = False
    change_latency: timedelta = timedelta(minutes=15)


CAPABILITIES: dict[str, Capabilities] = {
    "cliniko": Capabilities(
        can_read=True,
        can_write_status=True,
        can_book=True,
        can_cancel=True,
        sees_openings=True,
        sees_patients=True,
        can_log_message=True,
        change_latency=timedelta(minutes=1),
    ),
    "jane": Capabilities(
        can_read=True,
        has_webhooks=True,
        sees_patients=True,
        change_latency=timedelta(minutes=1),
    ),
    "report_files": Capabilities(
        can_read=True,
        sees_patients=True,
        change_latency=timedelta(days=1),
    ),
}
"""By the name that `practice.system` has in a clinic's file."""
