"""What one row of Cliniko means."""

from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.practice.body_region import body_region
from connectors.practice.cliniko_codes import error_code
from connectors.practice.cliniko_nouns import arrival, patient_of
from connectors.practice.cliniko_payloads import Appointment, Attendee, Person, linked_id
from data_contracts.visit import Patient

EARLY, LATE = "2026-01-05T09:00:00Z", "2026-01-05T10:00:00Z"


def ana(**other: Any) -> Patient:
    """Ana as the row makes her."""
    row = {"id": 31, "first_name": "Ana", "updated_at": EARLY} | other
    return patient_of(Person.model_validate(row), "US")


def phone(number: Any, kind: str = "Mobile") -> dict[str, Any]:
    """One phone of a patient."""
    return {"phone_type": kind, "number": number, "normalized_number": None}


@pytest.mark.parametrize(
    ("numbers", "mobile"),
    [
        ([phone("(303) 555-0101")], "+13035550101"),
        ([phone("303.555.0102", "Home"), phone("303 555 0101")], "+13035550101"),
        ([phone("303 555 0102", "Home")], "+13035550102"),
        ([phone("303 555 0103", "Fax")], None),
        ([phone("ask her sister"), phone("3035550102", "Work")], "+13035550102"),
        ([phone(3035550101)], "+13035550101"),
        ([phone(None) | {"normalized_number": "13035550101"}], "+13035550101"),
        ([phone("+44 20 7946 0018")], "+442079460018"),
        ([phone("911")], None),
        ([phone(None)], None),
        ([], None),
        (None, None),
    ],
)
def test_the_first_usable_number_is_the_mobile(numbers: Any, mobile: str | None) -> None:
    assert ana(patient_phone_numbers=numbers).mobile == mobile


@pytest.mark.parametrize(
    ("reminder_type", "preference", "consents"),
    [
        ("None", "none", False),
        ("SMS", "sms", None),
        ("Email", "email", None),
        ("SMS & Email", "both", None),
        (None, None, None),
        ("Pigeon", None, None),
    ],
)
def test_a_reminder_type_can_refuse_and_never_consents(
    reminder_type: str | None, preference: str | None, consents: bool | None
) -> None:
    one = ana(reminder_type=reminder_type, accepted_sms_marketing=True)
    assert one.contact_preference == preference
    assert (one.consents_to_sms, one.consents_to_email) == (consents, consents)


def test_decoration_that_is_wrong_costs_nothing_but_itself() -> None:
    one = ana(
        first_name="Ana 🌻",
        date_of_birth="soon",
        email="none",
        time_zone="Mars/Olympus",
        state=7,
        custom_fields=[1],
    )
    assert one.first_name == "Ana 🌻"
    assert (one.birth_date, one.email, one.timezone, one.state) == (None, None, None, None)


def test_decoration_that_is_right_is_kept() -> None:
    one = ana(
        date_of_birth="1980-02-29",
        email="ana@example.com",
        time_zone="America/Denver",
        state="colorado",
        merged_at=LATE,
    )
    assert one.birth_date == datetime(1980, 2, 29, tzinfo=UTC)
    assert (one.email, one.timezone, one.state) == ("ana@example.com", "America/Denver", "CO")
    assert one.is_archived


@pytest.mark.parametrize(
    # appointment: did_not_arrive, patient_arrived; attendee: arrived, when written
    ("missed", "came", "attendee", "said"),
    [
        (None, None, None, None),
        (True, None, None, False),
        (False, True, None, True),
        (False, False, None, None),
        (None, None, (True, EARLY), True),
        (None, None, (False, LATE), False),
        (True, False, (True, LATE), True),
        (None, True, (None, EARLY), True),
        (None, True, (None, LATE), None),
    ],
)
def test_attendance_is_read_from_both_rows(
    missed: bool | None, came: bool | None, attendee: Any, said: bool | None
) -> None:
    times = dict.fromkeys(("starts_at", "created_at", "updated_at"), EARLY)
    row = Appointment.model_validate(
        {"id": 1, "did_not_arrive": missed, "patient_arrived": came, **times}
    )
    mark = None
    if attendee:
        fields = {"id": 2, "arrived": attendee[0], "updated_at": attendee[1]}
        mark = Attendee.model_validate(fields)
    assert arrival(row, mark) is said


@pytest.mark.parametrize(
    ("link", "own"),
    [
        ({"links": {"self": "https://api.au1.cliniko.com/v1/patients/82"}}, "82"),
        ({"links": {"self": "/v1/patients/82/?x=1"}}, "82"),
        ({"links": {}}, None),
        ({"links": None}, None),
        ({}, None),
        (None, None),
        ("patients/82", None),
    ],
)
def test_a_relation_is_the_end_of_its_link(link: Any, own: str | None) -> None:
    assert linked_id(link) == own


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("R knee, post ACL", "knee"),
        ("Lumbar strain", "back"),
        ("plantar fasciitis", "ankle_foot"),
        ("handsome", None),
        ("", None),
        (None, None),
    ],
)
def test_a_region_is_the_first_word_that_names_one(text: str | None, region: str | None) -> None:
    assert body_region(text) == region


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"message":"Validation Failed","errors":{"starts_at":"is Ana\'s"}}', "422:starts_at"),
        (b'{"errors":{"Ana Example":"exists","base":"no"}}', "422:base"),
        (b'{"errors":"text"}', None),
        (b"[]", None),
        (b"<html>", None),
    ],
)
def test_a_refusal_keeps_field_names_alone(body: bytes, code: str | None) -> None:
    assert error_code(body) == code
