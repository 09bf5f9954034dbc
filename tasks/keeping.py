"""Keep what carriers call back with; a revocation takes effect in the transaction that keeps it."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from data_contracts.deed import Act, Deed
from data_contracts.inbound import InboundEvent, InboundKind
from ledger import outbox, people, records
from ledger.audit import record
from ledger.keys import FreshKey
from ledger.spare_keys import SpareKeys
from rules.keyword import Keyword, answer, keyword, language_of
from rules.revocation import carrier_confirms, key_revokes
from tasks.room import Room


class Kept(NamedTuple):
    """`is_new` false: the same fact was here before. `answer`: what to text back, once."""

    is_new: bool
    answer: str | None = None


def keep_inbound(here: Room, event: InboundEvent) -> bool:
    """Keep one verified callback; False where the same fact was here before."""
    return keep_and_answer(here, event).is_new


def keep_and_answer(here: Room, event: InboundEvent) -> Kept:
    """Keep one verified callback, block the number where it revokes (T6), and say what to answer.

    An opt-out is confirmed once: only where it is new, and not where the carrier confirms (T7).
    """
    return keep_all(here, [event])[0]


def keep_all(
    here: Room, events: Sequence[InboundEvent], spare: SpareKeys | None = None
) -> list[Kept]:
    """Keep several in one transaction, in their order; all or none."""
    # Their keys before the ledger's write lock is taken: making them costs a commit of its own.
    count = sum(one.body is not None for one in events)
    keys = iter((spare.take if spare else here.ledger.keys.fresh)(count))
    with here.ledger.write() as con:
        return [
            _keep(here, con, one, next(keys) if one.body is not None else None) for one in events
        ]


def _keep(here: Room, con: Connection, event: InboundEvent, key: FreshKey | None) -> Kept:
    said = _asked(event)
    # Who spoke, as a keyed hash: a person who reads the reply must know whom to call.
    is_spoken = event.body is not None or event.digits is not None
    index = _address_of(here, con, event) if is_spoken else None
    is_out = index is not None and people.is_opted_out(con, index)
    told = _answered(here, event, said, is_out=is_out)
    is_new = _record(here, con, event, index, said if told else None, key)
    # A repetition has been acted on: it must not undo a consent that was given after it.
    if is_new and said is Keyword.STOP and index is not None:
        people.opt_out(here.ledger, con, index, "phone", event.kind.value, event.received_at)
    return Kept(is_new, told if is_new else None)


def keep_refusals(here: Room, count: int, why: str) -> None:
    """Audit so many callbacks that were not let in; nothing of what they said is kept."""
    with here.ledger.write() as con:
        record(here.ledger, con, [Act(Deed.CALLBACKS_REFUSED, "receiver", f"{count} by {why}")])


def _asked(event: InboundEvent) -> Keyword | None:
    # Twilio's Advanced Opt-Out knows words of its own; what it took for a STOP is one.
    if event.status == "STOP" or key_revokes(event.digits):
        return Keyword.STOP
    return keyword(event.body) if event.body else None


def _answered(here: Room, event: InboundEvent, said: Keyword | None, *, is_out: bool) -> str | None:
    """The words to answer with; None where there is nothing to say, or the carrier has said it."""
    if said is None or event.kind is not InboundKind.TEXT or event.status is not None:
        return None
    clinic = here.clinic
    body = event.body or ""
    sms = clinic.channels.sms
    by_carrier = sms is None or sms.stop_confirmed_by == "carrier"
    if said is Keyword.STOP and (is_out or (by_carrier and carrier_confirms(body))):
        return None
    if said is Keyword.START and not is_out:
        return None
    return answer(said, language_of(body), clinic_name=clinic.name, phone=clinic.phone)


def _record(
    here: Room,
    con: Connection,
    event: InboundEvent,
    index: str | None,
    told: Keyword | None,
    key: FreshKey | None,
) -> bool:
    detail: dict[str, Any] = {
        "status": event.status,
        "error_code": event.error_code,
        "digits": event.digits,
        "vendor_id": event.vendor_id,
        "address_index": index,
    }
    return records.record_inbound(
        here.ledger,
        con,
        dedupe_key=event.dedupe_key,
        kind=event.kind.value,
        message_id=event.message_id,
        body=event.body,
        detail=detail | ({"answered": told.value} if told else {}),
        received_at=event.received_at,
        words_key=key,
    )


def _address_of(here: Room, con: Connection, event: InboundEvent) -> str | None:
    # A pressed key comes from a call that we placed: the patient's number is the one called.
    if event.message_id is not None:
        row = outbox.of_message(con, event.message_id)
        if row is not None and row.address_index is not None:
            return str(row.address_index)
    return here.ledger.index(event.from_number) if event.from_number else None
