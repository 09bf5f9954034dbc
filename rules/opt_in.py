"""Who gets a text that confirms their consent, before any other text (C3: CTIA, 10DLC).

Recurring programs confirm an opt-in once, with the frequency, the cost, HELP and the way out.
"""

from datetime import datetime

from data_contracts.clinic import Clinic
from data_contracts.message import Channel, MessageStatus, Purpose, Reason
from data_contracts.outbox import OptIn, PlannedMessage
from rules.ladder import LAST_USEFUL
from rules.quiet import local_day


def is_confirmed_here(clinic: Clinic, one: OptIn, began: datetime | None) -> bool:
    """Whether it is ours to confirm; `began`: when the clinic's book was first read.

    What the practice system had on record on that day was given before, and confirmed then or not.
    """
    sms = clinic.channels.sms
    if sms is None or sms.confirm_opt_in == "none":
        return False
    if not one.is_from_book or sms.confirm_opt_in == "all":
        return True
    zone = clinic.timezone
    return began is not None and local_day(one.given_at, zone) > local_day(began, zone)


def confirmation(one: OptIn, now: datetime) -> PlannedMessage:
    """The message: due at once, of use until reminders of the visit are."""
    again = f"_{one.tried + 1}" if one.tried else ""
    return PlannedMessage(
        visit_id=one.visit_id,
        visit_version=one.visit_version,
        patient_id=one.patient_id,
        purpose=Purpose.OPT_IN,
        rung=f"{Purpose.OPT_IN}{again}",
        channel=Channel.SMS,
        tier=None,
        due_at=now,
        useful_until=one.starts_at - LAST_USEFUL,
        status=MessageStatus.PLANNED,
        reason=Reason.DUE,
    )
