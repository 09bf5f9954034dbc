"""Patients come out of whatever columns a report has."""

from datetime import UTC, datetime

import pytest

from data_contracts.mapping import Mapping
from tests.unit.files.small_report import NOW, lines, mapping, read, reasons

_IDENTITY = {
    "full_name": {"from": ["Name"], "optional": True},
    "birth_date": {"from": ["Born"], "optional": True, "formats": ["%m/%d/%Y"]},
    "age": {"from": ["Age"], "optional": True},
    "mobile": {"from": ["Mobile"], "optional": True},
    "email": {"from": ["Mail"], "optional": True},
}


def test_identity_columns_fill_the_patient_once() -> None:
    row = "p1,2026-03-12,Ana Maria Example,01/02/1980,(303) 555-0101,ana@example.com"
    report = read(
        lines(f"1,{row}", f"2,{row}", header="ID,Patient,Start,Name,Born,Mobile,Mail"),
        mapping(columns=_IDENTITY),
    )
    (ana,) = report.patients
    assert (ana.first_name, ana.last_name) == ("Ana Maria", "Example")
    assert ana.birth_date == datetime(1980, 1, 2, tzinfo=UTC)
    assert not ana.is_birth_date_approximate
    assert (ana.mobile, ana.email) == ("+13035550101", "ana@example.com")


def test_without_identity_columns_a_patient_is_an_id() -> None:
    (bo,) = read(lines("1,p2,2026-03-12,booked")).patients
    assert bo.model_dump(exclude_defaults=True) == {"source_id": "p2", "updated_at": NOW}


@pytest.mark.parametrize(
    ("day", "age", "born"),
    [("2016-05-02", 62, 1953), ("2016-09-02", 62, 1954), ("2016-05-02", 0, 2015)],
)
def test_an_age_gives_the_year_of_birth_and_says_that_it_is_a_guess(
    day: str, age: int, born: int
) -> None:
    row = lines(f"1,p1,{day},{age}", header="ID,Patient,Start,Age")
    (patient,) = read(row, mapping(columns=_IDENTITY)).patients
    assert patient.birth_date == datetime(born, 7, 1, tzinfo=UTC)
    assert patient.is_birth_date_approximate


def test_a_birth_date_that_cannot_be_read_is_not_guessed() -> None:
    rows = lines("1,p1,2026-03-12,31/31/1980", "2,p2,2026-03-12,", header="ID,Patient,Start,Born")
    report = read(rows, mapping(columns=_IDENTITY))
    assert reasons(report) == [("book.csv:2", "unreadable_birth_date")]
    assert [patient.source_id for patient in report.patients] == ["p2"]


def test_a_person_may_be_called_null() -> None:
    row = lines('1,p1,2026-03-12,"Null, Bo"', header="ID,Patient,Start,Name")
    (patient,) = read(row, mapping(columns=_IDENTITY)).patients
    assert (patient.first_name, patient.last_name) == ("Bo", "Null")


@pytest.mark.parametrize("wrong", ["12", "call mum", "+"])
def test_a_number_that_is_none_leaves_the_patient_without_one(wrong: str) -> None:
    row = lines(f"1,p1,2026-03-12,{wrong},not a mail", header="ID,Patient,Start,Mobile,Mail")
    report = read(row, mapping(columns=_IDENTITY))
    assert (report.patients[0].mobile, report.patients[0].email) == (None, None)
    assert len(report.visits) == 1


_PATIENTS = Mapping.model_validate(
    {
        "name": "people",
        "kind": "patients",
        "columns": {
            "source_id": {"from": ["ID"]},
            "first_name": {"from": ["First"]},
            "birth_date": {"from": ["Born"], "optional": True},
            "consents_to_sms": {"from": ["Texts"], "values": {"OK": True}},
        },
    }
)


def test_a_patients_report_brings_consents_as_the_clinic_noted_them() -> None:
    rows = lines(
        "1,Ana,1980-01-02,OK", "2,Bo,,no", "3,Eve,,", "4,Al,,maybe", header="ID,First,Born,Texts"
    )
    report = read(rows, _PATIENTS)
    assert [patient.consents_to_sms for patient in report.patients] == [True, False, None]
    assert reasons(report) == [("book.csv:5", "unknown_consents_to_sms")]


def test_a_patient_born_tomorrow_is_set_aside() -> None:
    report = read(lines("1,Ana,2030-01-01,OK", header="ID,First,Born,Texts"), _PATIENTS)
    assert reasons(report) == [("book.csv:2", "born_in_future")]
