"""Times offered to patients, each offer answered once: the first accept wins."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from data_contracts.dialogue import Offer, OfferKind, OfferStatus, Opening
from data_contracts.message import Purpose
from ledger.schema import messages
from ledger.schema_dialogue import offers, open_slots
from ledger.store import new_id, to_json

_TELLS_TIMES = (Purpose.ANSWER.value, Purpose.OFFER.value)


def add_offer(
    con: Connection,
    kind: OfferKind,
    patient_id: str,
    options: Iterable[Opening],
    expires_at: datetime,
    now: datetime,
    **about: Any,
) -> str:
    """Keep one offer; `about`: visit_id, visit_version, slot_id, message_id. Returns its id."""
    offer_id = new_id()
    row = {
        "offer_id": offer_id,
        "kind": kind.value,
        "patient_id": patient_id,
        "options": to_json([_plain(one) for one in options]),
        "created_at": now,
        "expires_at": expires_at,
        "status": OfferStatus.OPEN.value,
    }
    con.execute(offers.insert().values(**row, **about))
    return offer_id


def open_offer(con: Connection, patient_id: str, now: datetime) -> Offer | None:
    """The newest offer that a patient may still pick from."""
    query = select(offers).where(
        offers.c.patient_id == patient_id,
        offers.c.status == OfferStatus.OPEN.value,
        offers.c.expires_at > now,
    )
    row = con.execute(query.order_by(offers.c.created_at.desc()).limit(1)).first()
    return None if row is None else _offer(row)


def told_offer(con: Connection, message_id: str) -> Offer | None:
    """The offer that a message told, whatever became of it."""
    row = con.execute(select(offers).where(offers.c.message_id == message_id)).first()
    return None if row is None else _offer(row)


def told_by(con: Connection, offer_id: str) -> tuple[str, int] | None:
    """The visit, and its version, under which the message of an offer is kept: the patient's own,
    also where what is offered is another's time. None where no message told it."""
    query = (
        select(messages.c.visit_id, messages.c.visit_version)
        .join(offers, offers.c.message_id == messages.c.message_id)
        .where(offers.c.offer_id == offer_id)
    )
    row = con.execute(query).first()
    return None if row is None else (row.visit_id, row.visit_version)


def offered(con: Connection, slot_id: str) -> set[str]:
    """Whom a slot was offered to, ever."""
    return set(
        con.execute(select(offers.c.patient_id).where(offers.c.slot_id == slot_id)).scalars()
    )


def end_offers(con: Connection, slot_id: str, status: OfferStatus, now: datetime) -> int:
    """Close every offer of a slot that is still open; returns how many."""
    mine = (offers.c.slot_id == slot_id) & (offers.c.status == OfferStatus.OPEN.value)
    ended = offers.update().where(mine).values(status=status.value, answered_at=now)
    return con.execute(ended).rowcount


def end_offer(con: Connection, offer_id: str, status: OfferStatus, now: datetime) -> bool:
    """Close an open offer; False where it was closed before: the first answer counts."""
    statement = (
        offers.update()
        .where(offers.c.offer_id == offer_id, offers.c.status == OfferStatus.OPEN.value)
        .values(status=status.value, answered_at=now)
    )
    return con.execute(statement).rowcount == 1


def accept_offer(con: Connection, offer: Offer, now: datetime) -> bool:
    """Close an offer as accepted; False where it was before. Of a slot that the patient has by now,
    whatever they answered first."""
    if offer.slot_id is None:
        return end_offer(con, offer.offer_id, OfferStatus.ACCEPTED, now)
    accepted = OfferStatus.ACCEPTED.value
    statement = (
        offers.update()
        .where(offers.c.offer_id == offer.offer_id, offers.c.status != accepted)
        .values(status=accepted, answered_at=now)
    )
    return con.execute(statement).rowcount == 1


def withdraw_offers(con: Connection, visit_id: str, now: datetime) -> None:
    """What was offered in place of a visit is no longer open: it stands elsewhere, or newly."""
    con.execute(
        offers.update()
        .where(
            offers.c.visit_id == visit_id,
            offers.c.kind == OfferKind.OTHER_TIME.value,
            offers.c.status == OfferStatus.OPEN.value,
        )
        .values(status=OfferStatus.EXPIRED.value, answered_at=now)
    )


def options_told(con: Connection, rows: Iterable[Any]) -> dict[str, tuple[datetime, ...]]:
    """By message: the times it offers, in the order of their numbers; only of what offers any."""
    ids = [row.message_id for row in rows if row.purpose in _TELLS_TIMES]
    if not ids:
        return {}
    found = con.execute(select(offers).where(offers.c.message_id.in_(ids)))
    return {row.message_id: tuple(one.starts_at for one in _offer(row).options) for row in found}


def offers_over(con: Connection, rows: Iterable[Any], now: datetime) -> set[str]:
    """The messages of these whose offer is answered, or whose slot somebody has."""
    ids = [row.message_id for row in rows if row.purpose in _TELLS_TIMES]
    if not ids:
        return set()
    query = (
        select(offers.c.message_id, offers.c.status, offers.c.expires_at, open_slots.c.status)
        .select_from(offers)
        .outerjoin(open_slots, open_slots.c.slot_id == offers.c.slot_id)
        .where(offers.c.message_id.in_(ids))
    )
    return {
        message_id
        for message_id, status, expires_at, slot in con.execute(query)
        if status != OfferStatus.OPEN or expires_at <= now or slot not in (None, "offering")
    }


def _plain(one: Opening) -> dict[str, str | None]:
    return {
        "practitioner_id": one.practitioner_id,
        "location_id": one.location_id,
        "starts_at": one.starts_at.isoformat(),
        "ends_at": one.ends_at.isoformat() if one.ends_at else None,
    }


def _offer(row: Any) -> Offer:
    return Offer(
        offer_id=row.offer_id,
        kind=OfferKind(row.kind),
        patient_id=row.patient_id,
        visit_id=row.visit_id,
        visit_version=row.visit_version,
        slot_id=row.slot_id,
        options=tuple(_opening(one) for one in json.loads(row.options)),
        expires_at=row.expires_at,
        status=OfferStatus(row.status),
    )


def _opening(one: dict[str, str | None]) -> Opening:
    ends_at = one["ends_at"]
    return Opening(
        practitioner_id=one["practitioner_id"] or "",
        location_id=one["location_id"],
        starts_at=datetime.fromisoformat(one["starts_at"] or ""),
        ends_at=datetime.fromisoformat(ends_at) if ends_at else None,
    )
