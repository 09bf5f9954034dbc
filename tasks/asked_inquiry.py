"""A question to a payer as it goes out: whom it names, by what is on file and the clinic's file."""

from datetime import date, datetime
from typing import Any

from data_contracts.clinic import Clinic
from data_contracts.inquiry import Inquiry
from data_contracts.insurance import Insurance, Payer
from ledger.inquiries import Taken
from ledger.people import identity, known_birth_date
from ledger.policies import Card, card
from ledger.store import Ledger
from rules.asked_person import Known, persons
from rules.inquiry_variant import other_form


def payer_of(clinic: Clinic, payer_id: str) -> Payer | None:
    """The payer that the clearinghouse knows by an id; None where the file names it no more."""
    known = clinic.insurance.payers.values() if clinic.insurance else ()
    return next((one for one in known if one.payer_id == payer_id), None)


def carries_trace(insurance: Insurance) -> bool:
    """Whether our trace goes out with a question; some clearinghouses write the X12 themselves."""
    house = insurance.clearinghouse
    return house.vendor != "eligible" and getattr(house, "transport", "x12") != "json"


def known_of(ledger: Ledger, row: Any) -> Known:
    """What is on file of a patient and their card, from a row that holds both sealed."""
    return known_from(identity(ledger, row.patient_id, row.identity), card(ledger, row))


def known_from(who: dict[str, str | None], held: Card) -> Known:
    """The same from what was opened."""
    born = known_birth_date(who)
    return Known(
        first_name=who.get("first_name") or "",
        last_name=who.get("last_name") or "",
        birth_date=date.fromisoformat(born) if born else None,
        member_id=held.member_id,
        is_subscriber=held.relation == "self",
        subscriber_first_name=held.subscriber_first_name,
        subscriber_last_name=held.subscriber_last_name,
        subscriber_birth_date=held.subscriber_birth_date,
    )


def inquiry_of(
    one: Taken, payer: Payer, insurance: Insurance, asked_at: datetime, today: date
) -> Inquiry | None:
    """A question as it goes out; None where what is on file no longer suffices."""
    try:
        named = persons(known_from(one.who, one.card), payer.search_options)
    except ValueError:
        return None
    inquiry = Inquiry(
        trace=one.row.inquiry_id,
        payer_id=payer.payer_id,
        payer_name=payer.name,
        asker=insurance.asker,
        subscriber=named.subscriber,
        dependent=named.dependent,
        service_type=one.row.service_type,
        service_on=date.fromisoformat(one.row.service_on),
        asked_at=asked_at,
        may_repeat=not payer.is_medicare,
    )
    if not one.row.is_other_form:
        return inquiry
    return other_form(inquiry, (one.row.code or "").split(","), today) or inquiry
