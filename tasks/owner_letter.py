"""Tell the owner once a week where the report stands: a link behind their own sign-in, no figure.

The week's row is written before the letter leaves, and is what keeps it from leaving twice.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from connectors.errors import ConnectorError, Unavailable, Unconfirmed
from data_contracts.clinic import Clinic, Delivery
from data_contracts.deed import Act, Deed
from data_contracts.letter import LetterStatus
from data_contracts.message import Channel, Reason
from ledger import records
from ledger.audit import record
from ledger.letters import begin_letter, settle_letter, standing
from ledger.store import new_id
from tasks.guard import guarded_task
from tasks.report_artifacts import report_url
from tasks.room import Room, room, wall_clock

if TYPE_CHECKING:
    from connectors.messaging.base import Carrier, Outgoing


@guarded_task(
    name="write-to-owner",
    retries=3,
    retry_delay_seconds=[60, 600, 3600],
    retry_on=(Unavailable,),
)
def write_to_owner(slug: str, now: datetime) -> str:
    """Send this week's letter, if the clinic's file wants one; returns what came of it."""
    with room(slug) as here:
        return tell_owner(here, now)


def tell_owner(here: Room, now: datetime) -> str:
    """`accepted`, `already`, or why none is sent; `unconfirmed` where it may have left, also from a
    worker that died. Raises what a carrier refused."""
    from tasks import wiring

    if words := why_no_letter(here.clinic):
        return words
    opened = wiring.open_channels(here.clinic, here.settings)
    if error := opened.closed.get(Channel.EMAIL):
        raise error
    carrier = opened.carriers.get(Channel.EMAIL)
    if carrier is None:
        return "the clinic has no e-mail, or no agreement for it"
    return _send(here, carrier, now)


def why_no_letter(clinic: Clinic) -> str | None:
    """What of the clinic's file keeps a letter from being sent; None where nothing does."""
    if clinic.delivery is Delivery.OFF:
        return "delivery is off"
    if clinic.owner_email is None:
        return "the clinic's file names no owner_email"
    if clinic.board.public_url is None:
        return "the clinic's file names no board.public_url, where the report would be read"
    return None


def _send(here: Room, carrier: "Carrier", now: datetime) -> str:
    letter_id, week = new_id(), week_of(now.astimezone(here.clinic.zone).date())
    with here.ledger.write() as con:
        if not begin_letter(con, week, letter_id, now):
            is_open = standing(con, week) is LetterStatus.SENDING
            return LetterStatus.UNCONFIRMED.value if is_open else "already"
        record(here.ledger, con, [Act(Deed.OWNER_TOLD, week, "where the report stands")])
    try:
        taken = carrier.send(letter(here.clinic, letter_id))
    except Unconfirmed as error:
        _settle(here, letter_id, LetterStatus.UNCONFIRMED, now, code=error.code)
        return LetterStatus.UNCONFIRMED.value
    except Unavailable as error:
        _settle(here, letter_id, LetterStatus.NOT_TAKEN, now, code=error.code)
        raise
    except ConnectorError as error:
        with here.ledger.write() as con:
            settle_letter(con, letter_id, LetterStatus.REFUSED, now, code=error.code)
            _call_person(con, week, error.code, now)
        raise
    _settle(here, letter_id, LetterStatus.ACCEPTED, now, vendor_id=taken.vendor_id)
    return LetterStatus.ACCEPTED.value


def _settle(
    here: Room,
    letter_id: str,
    status: LetterStatus,
    now: datetime,
    *,
    vendor_id: str | None = None,
    code: str | None = None,
) -> None:
    with here.ledger.write() as con:
        settle_letter(con, letter_id, status, now, vendor_id=vendor_id, code=code)


def _call_person(con: Connection, week: str, code: str | None, now: datetime) -> None:
    detail = {"channel": Channel.EMAIL.value, "what": "owner_email", "code": code}
    records.ask_to_mend(con, Reason.CARRIER_UNAUTHORIZED, detail, f"owner-letter|{week}", now)


def week_of(on: date) -> str:
    """The week of a day as ISO 8601 counts it: `2026-W48`."""
    year, week, _ = on.isocalendar()
    return f"{year}-W{week:02d}"


def letter(clinic: Clinic, letter_id: str) -> "Outgoing":
    """Its words: where to look, and how to end it; nothing of the report itself."""
    from connectors.messaging.base import Outgoing

    url = report_url(clinic)
    return Outgoing(
        message_id=letter_id,
        to=clinic.owner_email or "",
        subject=f"{clinic.name}: this week's report",
        body=(
            f"This week's report of {clinic.name} is ready:\n\n{url}\n\n"
            "It opens after you sign in. No figure is in this mail, and nothing of a patient.\n\n"
            "It comes once a week to the address in your clinic's file. To end it, have\n"
            "owner_email taken out there.\n"
        ),
        language="en",
        sending_at=wall_clock(),
        is_to_patient=False,
    )
