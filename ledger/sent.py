"""What left and what waits, read for whoever checks it afterwards."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, or_, select

from data_contracts.message import MessageStatus, Reason
from ledger.schema import consents, message_steps, messages, patients

_LEFT = [status.value for status in MessageStatus if status.has_left]
_TAKEN = (MessageStatus.ACCEPTED.value, MessageStatus.CONFIRMED_SENT.value)


class Steps(NamedTuple):
    """When it was claimed last, how often a carrier took it, and whether a restore says the rest.

    `claimed_at`: business time; None where no claim is on record.
    """

    claimed_at: datetime | None = None
    taken: int = 0
    is_restored: bool = False


def sends(con: Connection, after: datetime | None) -> list[Any]:
    """Every message that left or may have, after a business time; None: ever.

    Each with its patient's zones and the consent that it names, where these are still there.
    """
    query = (
        select(
            messages,
            patients.c.zones,
            patients.c.erased_at,
            patients.c.updated_at.label("patient_updated_at"),
            consents.c.patient_id.label("consent_patient_id"),
            consents.c.channel.label("consent_channel"),
            consents.c.purpose.label("consent_purpose"),
            consents.c.is_granted,
            consents.c.at.label("consented_at"),
            consents.c.until.label("consented_until"),
        )
        .select_from(messages)
        .join(patients, patients.c.patient_id == messages.c.patient_id)
        .outerjoin(consents, consents.c.consent_id == messages.c.consent_id)
        .where(messages.c.status.in_([*_LEFT, MessageStatus.CLAIMED.value]))
        .where(messages.c.sent_on.is_not(None))
        .order_by(messages.c.sent_on, messages.c.message_id)
    )
    if after is not None:
        query = query.where(messages.c.sent_on > after)
    return list(con.execute(query))


def steps_of(con: Connection, ids: list[str]) -> dict[str, Steps]:
    """What the steps of some messages say of their sending."""
    found: dict[str, Steps] = {}
    for step in _steps(con, ids):
        known = found.get(step.message_id, Steps())
        if step.reason == Reason.RESTORED.value:
            known = known._replace(is_restored=True)
        elif step.status == MessageStatus.CLAIMED.value:
            known = known._replace(is_restored=False, claimed_at=step.at)
        elif step.status in _TAKEN:
            known = known._replace(taken=known.taken + 1)
        found[step.message_id] = known
    return found


def _steps(con: Connection, ids: list[str]) -> Iterator[Any]:
    wanted = or_(
        message_steps.c.status.in_([MessageStatus.CLAIMED.value, *_TAKEN]),
        message_steps.c.reason == Reason.RESTORED.value,
    )
    for start in range(0, len(ids), 500):
        part = message_steps.c.message_id.in_(ids[start : start + 500])
        query = select(message_steps).where(wanted, part).order_by(message_steps.c.step_id)
        yield from con.execute(query)


def left_lying(con: Connection, wall: datetime, after: timedelta) -> Iterable[tuple[str, datetime]]:
    """Claims that nobody freed and sends that nobody settled, with the real time they ended."""
    ended = [MessageStatus.CLAIMED.value, MessageStatus.SENDING.value]
    for statuses, since in (
        (ended, messages.c.lease_until),
        ([MessageStatus.UNCONFIRMED.value], messages.c.sending_at),
    ):
        query = select(messages.c.message_id, since.label("since"))
        for row in con.execute(query.where(messages.c.status.in_(statuses), since < wall - after)):
            yield row.message_id, row.since
