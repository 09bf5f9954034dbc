"""A patient's insurance in Cliniko, which has no fields for it: clinics make their own section."""

from typing import Any

from sandbox.clinic.policy import Cover

Field = dict[str, Any]


def custom_fields(cover: Cover | None) -> dict[str, Any] | None:
    """The section `Insurance` of a patient's custom fields; null for who has none."""
    if cover is None:
        return None
    card, approved = cover.card, cover.card.authorization
    holder = card.holder
    fields = [
        _text("Payer", card.payer_name),
        _text("Plan", card.plan),
        _text("Member ID", card.member_id),
        _text("Group number", card.group),
        _text("Relationship to subscriber", "Child" if holder else "Self"),
        _text("Subscriber first name", holder.first_name if holder else None),
        _text("Subscriber last name", holder.last_name if holder else None),
        _date("Subscriber date of birth", holder.birth if holder else None),
        _date("Card valid until", card.ends),
        _text("Authorization number", approved.number if approved else None),
        _text("Requested visits", str(card.requested) if card.requested else None),
        _text("Authorized visits", str(approved.visits) if approved else None),
        _date("Authorized from", approved.begins if approved else None),
        _date("Authorized until", approved.ends if approved else None),
    ]
    section = {"name": "Insurance", "token": "insurance", "archived": False, "fields": fields}
    return {"sections": [section]}


def _text(name: str, value: str | None) -> Field:
    return {"name": name, "token": _token(name), "type": "text", "value": value}


def _date(name: str, value: object) -> Field:
    shown = None if value is None else str(value)
    return {"name": name, "token": _token(name), "type": "date", "value": shown}


def _token(name: str) -> str:
    return name.lower().replace(" ", "_")
