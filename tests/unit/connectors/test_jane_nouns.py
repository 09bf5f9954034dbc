"""Jane's rows as our nouns, row by row."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from connectors.practice.jane_codes import error_code
from connectors.practice.jane_nouns import last_known, patient_of, visit_of
from connectors.practice.jane_payloads import Appointment, Person
from data_contracts.visit import Visit

AT = datetime(2026, 1, 5, 16, tzinfo=UTC)
ROW = {
    "id": "0190aaaa-0000-7000-8000-00000000000a",
    "start_at": "2026-01-06T16:00:00Z",
    "end_at": "2026-01-06T16:45:00Z",
    "booked_at": "2026-01-01T10:00:00Z",
    "state": "booked",
    "patient_id": "p",
    "staff_member_id": "s",
    "location_id": "l",
    "treatment_id": "t",
}


def made(**changes: Any) -> Visit | None:
    return visit_of(Appointment.model_validate(ROW | changes), {"t": "Follow-up"}, AT)


STATES = [
    ("booked", {}, "booked"),
    ("arrived", {"arrived_at": "2026-01-06T15:55:00Z"}, "arrived"),
    ("no_show", {"no_show_at": "2026-01-06T16:20:00Z"}, "no_show"),
    ("cancelled", {"cancelled_at": "2026-01-04T10:00:00Z"}, "cancelled"),
    ("archived", {"archived_at": "2026-01-04T10:00:00Z"}, "deleted"),
    ("cancelled", {"archived_at": "2026-01-04T10:00:00Z"}, "deleted"),
]


@pytest.mark.parametrize(("state", "changes", "status"), STATES)
def test_the_state_is_where_the_visit_stands(
    state: str, changes: dict[str, str], status: str
) -> None:
    visit = made(state=state, **changes)
    assert visit is not None
    assert (visit.status, visit.visit_type, visit.updated_at) == (status, "Follow-up", AT)


def test_a_time_that_is_only_held_is_no_visit() -> None:
    assert made(state="reserved") is None


WRONG = [
    ({"state": "dreaming"}, "state_unknown"),
    ({"patient_id": None}, "no_patient"),
    ({"end_at": "2026-01-06T15:00:00Z"}, "ends_before_start"),
]


@pytest.mark.parametrize(("changes", "why"), WRONG)
def test_a_row_that_makes_no_sense_is_named(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(PydanticCustomError) as got:
        made(**changes)
    assert got.value.type == why


@pytest.mark.parametrize("changes", [{"start_at": 5}, {"start_at": "2026-01-06"}, {"id": None}])
def test_a_row_of_another_shape_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        made(**changes)


REASONS = [
    (None, None),
    ("Sick", "sick"),
    ("Other", "other"),
    ("Schedule conflict / work", "schedule_conflict_work"),
    ("her mother (+1 303 555 0100) died", "other"),
    ("x" * 200, "other"),
    (7, "other"),
]


@pytest.mark.parametrize(("said", "code"), REASONS)
def test_a_cancel_reason_is_a_code(said: object, code: str | None) -> None:
    visit = made(state="cancelled", cancelled_at="2026-01-04T10:00:00Z", cancelled_reason=said)
    assert visit is not None
    assert visit.cancel_reason == code


def test_the_newest_moment_of_a_row_is_the_last_known() -> None:
    row = Appointment.model_validate(ROW | {"cancelled_at": "2026-01-04T10:00:00Z"})
    assert last_known(row) == datetime(2026, 1, 4, 10, tzinfo=UTC)


PEOPLE = [
    # of the patient                                                what we keep of it
    ({"phone_numbers": [{"type": "home", "number": "303-555-0102"},
                        {"type": "mobile", "number": "(303) 555-0101"}]},
     {"mobile": "+13035550101"}),
    ({"phone_numbers": [{"type": "mobile", "number": "303-555-0103", "is_primary": False},
                        {"type": "mobile", "number": "303-555-0104", "is_primary": True}]},
     {"mobile": "+13035550104"}),
    ({"phone_numbers": [{"type": "fax", "number": "303-555-0105"}]}, {"mobile": None}),
    ({"phone_numbers": [{"type": "mobile", "number": 5}]}, {"mobile": None}),
    ({"phone_numbers": None}, {"mobile": None}),
    ({"do_not_email": True}, {"consents_to_email": False}),
    ({"do_not_email": False}, {"consents_to_email": None}),
    ({"send_marketing_emails": True}, {"consents_to_email": None, "consents_to_sms": None}),
    ({"status": "active"}, {"is_archived": False}),
    ({"status": "discharged"}, {"is_archived": False}),
    ({"status": "archived"}, {"is_archived": True}),
    ({"status": "deceased"}, {"is_archived": True}),
    ({"province": "Colorado"}, {"state": "CO"}),
    ({"date_of_birth": "1980-13-01"}, {"birth_date": None}),
    ({"email": "no address"}, {"email": None}),
    ({"preferred_name": "Annie", "first_name": "Ana"}, {"first_name": "Annie"}),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "kept"), PEOPLE)
def test_a_patient_is_kept_as_they_can_be_reached(
    changes: dict[str, Any], kept: dict[str, Any]
) -> None:
    patient = patient_of(Person.model_validate({"id": "p"} | changes), "US", AT)
    assert {name: getattr(patient, name) for name in kept} == kept


CODES = [
    (b'{"errors":[{"id":"DUPLICATE_RECORD","message":"Ana Example exists"}]}', "DUPLICATE_RECORD"),
    (b'{"error":"invalid_grant","error_description":"x"}', "invalid_grant"),
    (b'{"object":"error","code":"too_many_requests","message":"x"}', "too_many_requests"),
    (b'{"error":"Ana Example is not allowed"}', None),
    (b'{"errors":[]}', None),
    (b"[]", None),
    (b"<html>", None),
]


@pytest.mark.parametrize(("body", "code"), CODES)
def test_of_an_error_only_its_code_is_kept(body: bytes, code: str | None) -> None:
    assert error_code(body) == code
