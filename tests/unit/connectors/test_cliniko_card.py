"""What a Cliniko patient's custom fields say of their insurance."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic_core import PydanticCustomError

from connectors.practice.cliniko_card import cards_of
from connectors.practice.cliniko_payloads import Person
from data_contracts.card_fields import CardFields
from data_contracts.policy import Relation

CARD = {
    "Payer": "Meridian Mutual",
    "Member ID": " M100 000-1 ",
    "Group number": "5501",
    "Relationship to subscriber": "Child",
    "Subscriber last name": "Example",
    "Subscriber date of birth": "1980-02-29",
    "Card valid until": "12/31/2026",
    "Authorization number": "A1",
    "Authorized visits": "12",
    "Authorized until": "2026-03-31",
}


def ana(section: str = "Insurance", **changed: str | None) -> Person:
    """A patient with these custom fields; None leaves one out."""
    said = {**CARD, **changed}
    fields: list[dict[str, Any]] = [
        {"name": name, "type": "text", "value": value}
        for name, value in said.items()
        if value is not None
    ]
    row = {"id": 31, "updated_at": "2026-01-05T09:00:00Z"}
    sections = [{"name": "Other", "fields": []}, {"name": section, "fields": fields}]
    return Person.model_validate(row | {"custom_fields": {"sections": sections}})


def test_the_card_is_read_by_the_names_of_its_fields() -> None:
    policy, leave = cards_of(ana(), CardFields())
    assert policy
    assert leave
    assert (policy.source_id, policy.patient_source_id) == ("31:card", "31")
    assert (policy.payer, policy.member_id) == ("Meridian Mutual", "M100 000-1")
    assert policy.relation is Relation.CHILD
    assert policy.subscriber_birth_date == datetime(1980, 2, 29, tzinfo=UTC)
    assert policy.valid_until == date(2026, 12, 31)
    assert (leave.number, leave.visits_authorized, leave.ends_on) == ("A1", 12, date(2026, 3, 31))


def test_a_choice_is_read_and_case_does_not_matter() -> None:
    person = ana("INSURANCE", **{"Relationship to subscriber": None})
    fields = person.custom_fields["sections"][1]["fields"]
    options = [{"name": "Self"}, {"name": "Spouse", "selected": True}]
    fields.append(
        {"name": "relationship to subscriber", "type": "radiobuttons", "options": options}
    )
    policy, _ = cards_of(person, CardFields())
    assert policy
    assert policy.relation is Relation.SPOUSE


def test_what_is_only_requested_grants_nothing() -> None:
    changed = {"Authorization number": None, "Requested visits": "12", "Authorized visits": None}
    _, leave = cards_of(ana(**changed), CardFields())
    assert leave
    assert (leave.number, leave.visits_requested, leave.visits_authorized) == (None, 12, None)


@pytest.mark.parametrize("fields", [None, {}, {"sections": None}, {"sections": [None, {}, 7]}])
def test_without_a_payer_there_is_no_policy(fields: Any) -> None:
    row = {"id": 31, "updated_at": "2026-01-05T09:00:00Z", "custom_fields": fields}
    assert cards_of(Person.model_validate(row), CardFields()) == (None, None)
    assert cards_of(ana(Payer="  "), CardFields()) == (None, None)


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("Card valid until", "soon", "valid_until_unreadable"),
        ("Subscriber date of birth", "29.2.1980", "subscriber_birth_date_unreadable"),
        ("Authorized visits", "a dozen", "authorization_visits_unreadable"),
    ],
)
def test_what_cannot_be_read_is_named_and_not_guessed(name: str, text: str, reason: str) -> None:
    with pytest.raises(PydanticCustomError) as caught:
        cards_of(ana(**{name: text}), CardFields())
    assert caught.value.type == reason
    assert text not in str(caught.value)
