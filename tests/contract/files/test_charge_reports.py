"""A charges report is read row by row, whatever a spreadsheet did to its numbers."""

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import pytest

from connectors.files.reports import read_report
from data_contracts.mapping_file import load_mapping
from rules.claim_assembly import merged
from sandbox.server import serve
from sandbox.settings import Settings
from tests.sandbox.inquiry import CLIENT

NOW = datetime(2026, 11, 23, 16, tzinfo=UTC)
HEAD = (
    "charge_id,patient_id,appointment_id,dos,cpt,mod1,mod2,units,minutes,charge,dx1,dx2,"
    "ins_name,pos,auth_number,therapist_npi,gender,zip\n"
)
ROW = (
    "c1,p1,v1,11/20/2026,97110.0,gp,,2,30,$120.50,M54.50,m62.81,"
    "Evergreen,11.0,A77,1999999984.0,Female,80202\n"
)


def read(text: str):
    """The report as the shipped mapping reads it."""
    return read_report(
        BytesIO(text.encode()), load_mapping("webpt_charges"), "America/Denver", NOW, "charges.csv"
    )


def test_a_row_says_what_was_done_for_whom_and_what_it_costs():
    (row,) = read(HEAD + ROW).charges
    assert (row.source_id, row.patient_source_id, row.visit_source_id) == ("c1", "p1", "v1")
    assert (row.service_on, row.code, row.units, row.minutes) == (
        date(2026, 11, 20),
        "97110",
        2,
        30,
    )
    assert (row.modifiers, row.diagnoses) == (("GP",), ("M5450", "M6281"))
    assert row.charge == Decimal("120.50")
    assert (row.payer, row.place_of_service, row.authorization_number) == ("Evergreen", "11", "A77")
    assert (row.rendering_npi, row.patient_gender) == ("1999999984", "F")
    assert row.patient_postal_code == "80202"
    assert row.updated_at == NOW


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("11/20/2026", "20 Nov", "unreadable_service_on"),
        ("11/20/2026", "", "missing_service_on"),
        ("97110.0", "", "missing_code"),
        ("97110.0", "massage", "invalid_code"),
        (",2,30,", ",two,30,", "unreadable_count"),
        (",2,30,", ",-1,30,", "invalid_units"),
        ("$120.50", "free", "unreadable_charge"),
        ("$120.50", "1e5", "unreadable_charge"),
        ("c1,p1", "c1,", "missing_patient_id"),
        ("c1,p1", ",p1", "missing_id"),
    ],
)
def test_a_row_that_makes_no_sense_is_set_aside_by_name(old, new, reason):
    found = read(HEAD + ROW.replace(old, new, 1))
    assert found.charges == []
    assert [(one.row_key, one.reason) for one in found.refused] == [("charges.csv:2", reason)]


def test_a_later_row_with_the_same_id_is_a_later_word_on_it():
    found = read(HEAD + ROW + ROW.replace(",2,30,", ",3,45,"))
    assert [row.units for row in merged((), found.charges)] == [3]


def test_what_the_simulated_clinic_exports_is_read_without_a_row_set_aside():
    with serve(Settings(patients=6, history_days=30)) as running:
        text = CLIENT.get(f"{running.control}/reports/charges.csv").raise_for_status().text
    found = read(text)
    assert found.refused == []
    assert len(found.charges) > 10
    assert {row.modifiers[:1] for row in found.charges} <= {("GP",), ()}
    assert all(row.rendering_last_name and row.minutes for row in found.charges)
