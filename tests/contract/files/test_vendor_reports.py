"""The shipped mappings read reports in the vendors' own shape."""

import os
from collections import Counter
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pytest

from connectors.files.reports import Report, read_report
from data_contracts.mapping_file import load_mapping
from data_contracts.visit import VisitStatus

_NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
_PUBLIC = os.environ.get("PTCLINIC_PUBLIC_VISITS", "")


def _read(mapping: str, text: str) -> Report:
    return read_report(
        BytesIO(text.encode()), load_mapping(mapping), "America/Denver", _NOW, "report.csv"
    )


_WEBPT = """\
appointmnet_id,parent_appointment_id,start_date,end_date,check_in_time,check_out_time,\
clinic_id,therapist_id,appointment_type,case_id,patient_id,appointment_status,reason,time_stamp
-70,,2026-03-09 09:00:00,2026-03-09 09:45:00,,,1,21,FU,c1,p1,Active,,2026-03-01 08:00:00
501,,2026-03-09 09:00:00,2026-03-09 09:45:00,09:02,,1,21,FU,c1,p1,Active,,2026-03-09 09:02:00
-71,,2026-03-16 09:00:00,2026-03-16 09:45:00,,,1,21,FU,c1,p1,Active,,2026-03-01 08:00:00
-72,,2026-03-17 09:00:00,2026-03-17 09:45:00,,,1,22,Eval,c2,p2,Inactive,ill,2026-03-02 08:00:00
"""


def test_webpt_counts_a_visit_once_though_it_stands_under_two_ids() -> None:
    report = _read("webpt_appointments", _WEBPT)
    assert not report.refused
    said = [(v.patient_source_id, v.starts_at.day, v.status.value) for v in report.visits]
    assert said == [("p1", 9, "arrived"), ("p1", 16, "booked"), ("p2", 17, "cancelled")]
    assert report.visits[2].cancel_reason == "other"
    assert [patient.source_id for patient in report.patients] == ["p1", "p2"]


def test_a_webpt_visit_keeps_its_name_when_check_in_changes_its_id() -> None:
    before = _read("webpt_appointments", "\n".join(_WEBPT.splitlines()[:2]))
    after = _read("webpt_appointments", _WEBPT)
    assert before.visits[0].status is VisitStatus.BOOKED
    assert before.visits[0].source_id == after.visits[0].source_id


def test_webpt_is_read_with_the_misspelt_column_and_without_it() -> None:
    spelt = _WEBPT.replace("appointmnet_id", "appointment_id")
    assert len(_read("webpt_appointments", spelt).visits) == 3


def test_webpt_authorizations_keep_counts_days_and_removals() -> None:
    report = _read(
        "webpt_authorizations",
        "record_id,authorization_id,case_id,auth_number,auth_start_date,auth_end_date,"
        "visit_authorized_for,notes,authorization_status,patient_id,clinic_id,modified_date,"
        "ins_name,export_flag\n"
        "1,900,c1,A-17,2026-01-01,2026-06-30,12,free text,A,p1,1,2026-01-02 03:04:05,Payer,1\n"
        "2,901,c2,A-18,2026-01-01,2025-06-30,12,,A,p2,1,2026-01-02 03:04:05,Payer,1\n"
        "3,900,c1,A-17,2026-01-01,2026-06-30,16,,I,p1,1,2026-01-03 03:04:05,Payer,3\n"
        "4,902,c2,A-19,2026-01-01,2026-06-30,many,,A,p2,1,2026-01-02 03:04:05,Payer,1\n",
    )
    first, last = report.authorizations
    assert (first.visits_authorized, first.ends_on) == (12, date(2026, 6, 30))
    assert (first.is_active, first.is_removed) == (True, False)
    assert (last.visits_authorized, last.is_active, last.is_removed) == (16, False, True)
    assert [row.reason for row in report.refused] == ["ends_before_start", "unreadable_count"]


def test_a_webpt_authorization_that_is_neither_active_nor_inactive_is_set_aside() -> None:
    report = _read(
        "webpt_authorizations",
        "authorization_id,visit_authorized_for,authorization_status,patient_id\n900,12,X,p1\n",
    )
    assert [row.reason for row in report.refused] == ["unknown_is_active"]


def test_a_webpt_extract_that_went_through_a_spreadsheet_is_read() -> None:
    """46090.375 is nine in the morning of 9 March 2026."""
    through = _WEBPT.replace("2026-03-09 09:00:00", "46090.375")
    report = _read("webpt_appointments", through)
    assert not report.refused
    assert report.visits[0].starts_at == datetime(2026, 3, 9, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "status"),
    [("checked in", "arrived"), ("Late Cancel", "cancelled"), ("Completed", "arrived")],
)
def test_jane_words_and_half_days_are_read(state: str, status: str) -> None:
    report = _read(
        "jane_appointments",
        f"Patient Number,Appointment ID,Start At,State\n7,8,2026-03-12 9:00 AM,{state}\n",
    )
    assert [(v.status.value, v.starts_at.hour) for v in report.visits] == [(status, 15)]


def test_jane_without_numbers_knows_people_by_name_and_birth_date_together() -> None:
    report = _read(
        "jane_appointments",
        "Patient Name,Date of Birth,Start At,Booked At,State,Staff Member,Treatment\n"
        'Ana Example,1980-01-02,"March 12, 2026 09:00 AM",2026-03-01 10:00,booked,Caro,Eval\n'
        'Ana Example,1980-01-02,"March 19, 2026 09:00 AM",2026-03-01 10:00,No Show,Caro,Eval\n'
        'Ana Example,1991-05-06,"March 12, 2026 10:00 AM",2026-03-01 10:00,archived,Dev,Eval\n'
        'Bo Example,,"March 12, 2026 11:00 AM",2026-03-01 10:00,booked,Dev,Eval\n',
    )
    assert [row.reason for row in report.refused] == ["missing_patient_id"]
    assert [v.status.value for v in report.visits] == ["booked", "no_show", "deleted"]
    assert len({visit.patient_source_id for visit in report.visits}) == 2
    assert len({visit.source_id for visit in report.visits}) == 3
    assert {patient.first_name for patient in report.patients} == {"Ana"}
    assert report.visits[0].starts_at == datetime(2026, 3, 12, 15, tzinfo=UTC)


_NO_SHOWS = """\
PatientId,AppointmentID,Gender,ScheduledDay,AppointmentDay,Age,Neighbourhood,Scholarship,\
Hipertension,Diabetes,Alcoholism,Handcap,SMS_received,No-show
9377952927E-5,1,F,2016-04-29T18:38:08Z,2016-04-29T00:00:00Z,62,CENTRO,0,1,0,0,0,0,No
93779.52927,2,F,2016-04-28T23:30:00Z,2016-05-03T00:00:00Z,62,CENTRO,0,1,0,0,0,1,Yes
3,3,F,2016-05-04T00:00:01Z,2016-05-03T00:00:00Z,62,CENTRO,0,1,0,0,0,0,No
4,4,F,2016-04-29T18:38:08Z,2016-04-29T00:00:00Z,-1,CENTRO,0,1,0,0,0,0,No
"""


def test_the_public_no_show_files_shape_is_read_by_its_mapping_alone() -> None:
    report = _read("medical_appointment_no_shows", _NO_SHOWS)
    assert [(row.row_key, row.reason) for row in report.refused] == [
        ("report.csv:4", "booked_after_visit"),
        ("report.csv:5", "negative_age"),
    ]
    first, second = report.visits
    assert (first.patient_source_id, second.patient_source_id) == ("9377952927E-5", "93779.52927")
    assert not first.is_time_known
    assert first.location_source_id == "CENTRO"
    assert (first.status, second.status) == (VisitStatus.ARRIVED, VisitStatus.NO_SHOW)
    assert second.own_reminder_sent
    assert second.booked_at == datetime(2016, 4, 29, 2, 30, tzinfo=UTC)


@pytest.mark.skipif(not _PUBLIC, reason="PTCLINIC_PUBLIC_VISITS names no copy of the public file")
def test_the_public_no_show_file_has_110527_rows_of_which_six_are_set_aside() -> None:
    its = load_mapping("medical_appointment_no_shows")
    report = read_report(Path(_PUBLIC), its, "America/Denver", _NOW)
    assert len(report.visits) + len(report.refused) == 110_527
    reasons = Counter(row.reason for row in report.refused)
    assert reasons == {"booked_after_visit": 5, "negative_age": 1}
    assert len({row.row_key for row in report.refused}) == 6
    assert sum(visit.status is VisitStatus.NO_SHOW for visit in report.visits) == 22_314
