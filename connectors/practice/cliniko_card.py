"""The insurance card out of a Cliniko patient's custom fields: pure."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from pydantic_core import PydanticCustomError

from connectors.practice.cliniko_payloads import Person
from data_contracts.authorization import Authorization
from data_contracts.card_fields import CardFields
from data_contracts.policy import Policy, Relation

_FORMS = ("%Y-%m-%d", "%m/%d/%Y")
_RELATIONS = {"": Relation.SELF} | {one.value: one for one in Relation}
_TEXTS = ("member_id", "group_number", "subscriber_first_name", "subscriber_last_name")


class Cards(NamedTuple):
    """What a patient's fields say; without a payer there is no policy."""

    policy: Policy | None
    authorization: Authorization | None


def policy_id(patient: str) -> str:
    """Custom fields hold one card: the patient's id names it."""
    return f"{patient}:card"


def cards_of(row: Person, names: CardFields) -> Cards:
    """The card and the payer's leave. Raises ValidationError, PydanticCustomError."""
    said = _said(row.custom_fields, names)
    updated_at = row.updated_at.astimezone(UTC)
    payer = said.get("payer", "")
    if not payer:
        return Cards(None, None)
    policy = Policy(
        source_id=policy_id(row.id),
        patient_source_id=row.id,
        payer=payer,
        relation=_relation(said.get("relation", "")),
        subscriber_birth_date=_midnight(_day(said, "subscriber_birth_date")),
        valid_until=_day(said, "valid_until"),
        updated_at=updated_at,
        **{name: said.get(name) or None for name in _TEXTS},
    )
    return Cards(policy, _authorization(row.id, payer, said, updated_at))


def _authorization(
    patient: str, payer: str, said: Mapping[str, str], updated_at: datetime
) -> Authorization | None:
    number = said.get("authorization_number") or None
    requested = _count(said, "authorization_requested")
    if number is None and requested is None:
        return None
    return Authorization(
        source_id=f"{patient}:{number or 'requested'}"[:64],
        patient_source_id=patient,
        number=number,
        visits_requested=requested,
        visits_authorized=_count(said, "authorization_visits"),
        starts_on=_day(said, "authorization_starts"),
        ends_on=_day(said, "authorization_ends"),
        payer_name=payer,
        updated_at=updated_at,
    )


def _said(fields: Any, names: CardFields) -> dict[str, str]:
    """By our names what the fields of the section say; what is no text is empty."""
    ours = {
        getattr(names, name).casefold(): name
        for name in CardFields.model_fields
        if name != "section"
    }
    found = {}
    for section in _rows(fields, "sections"):
        if _text(section, "name").casefold() != names.section.casefold():
            continue
        for field in _rows(section, "fields"):
            name = ours.get(_text(field, "name").casefold())
            if name is not None:
                found[name] = _value(field)
    return found


def _rows(value: Any, name: str) -> list[Any]:
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, list) else []


def _text(value: Any, name: str) -> str:
    found = value.get(name) if isinstance(value, dict) else None
    return found.strip() if isinstance(found, str) else ""


def _value(field: Any) -> str:
    """A text, or the option that is chosen."""
    options = (one for one in _rows(field, "options") if isinstance(one, dict))
    option = next((one for one in options if one.get("selected") is True), None)
    return _text(option, "name") if option is not None else _text(field, "value")


def _relation(text: str) -> Relation:
    return _RELATIONS.get(text.casefold(), Relation.OTHER)


def _count(said: Mapping[str, str], name: str) -> int | None:
    text = said.get(name, "")
    if not text:
        return None
    if not text.isdecimal():
        raise PydanticCustomError(f"{name}_unreadable", "no whole number")
    return int(text)


def _day(said: Mapping[str, str], name: str) -> date | None:
    text = said.get(name, "")
    if not text:
        return None
    for form in _FORMS:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    raise PydanticCustomError(f"{name}_unreadable", "no date")


def _midnight(day: date | None) -> datetime | None:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) if day else None
