"""The doctor says whether claims could leave, and whether anything is charged."""

from data_contracts.settings import Settings
from deployments.doctor.agreement import vendors
from deployments.doctor.check import Case
from deployments.doctor.claims import examine
from tests.cast import NOW, clinic
from tests.unit.tasks.claiming import Desk, charge_row, claims_part, filing_clinic


def told(folder, **changes):
    """Name, whether it is well, and what to do."""
    case = Case(clinic(**filing_clinic(folder, **changes)), Settings(), NOW)
    return {one.name: (one.is_well, one.advice) for one in examine(case)}


def test_folders_that_are_there_and_a_report_are_well(tmp_path):
    claims_part(tmp_path)
    (tmp_path / "charges/charges-1.csv").write_text(charge_row())
    assert {is_well for is_well, _ in told(tmp_path).values()} == {True}
    assert set(told(tmp_path)) == {
        "charges",
        "pickup",
        "drop",
        "report of charges",
        "place of service",
    }


def test_what_is_missing_is_named(tmp_path):
    part = claims_part(tmp_path) | {"pickup": {"kind": "local", "path": str(tmp_path / "none")}}
    found = told(tmp_path, claims=part)
    assert not found["pickup"][0]
    assert "is not there" in found["pickup"][1]
    assert "nothing is charged" in found["report of charges"][1]


def test_claims_that_are_held_for_want_of_a_place_are_counted_with_the_line_that_ends_it(
    enter, tmp_path
):
    desk = Desk(enter, tmp_path / "claims")
    for patient in ("ana", "bo"):
        desk.insure(patient)
    desk.charge(
        "charges-1.csv",
        *({"charge_id": f"c-{who}", "patient_id": who, "pos": ""} for who in ("ana", "bo")),
    )
    desk.examine()
    part = claims_part(tmp_path / "claims")
    is_well, advice = told(tmp_path / "claims")["place of service"]
    assert not is_well
    assert advice.startswith("2 held: neither the chart nor the clinic file says where")
    assert 'place_of_service: "11"' in advice
    named = told(tmp_path / "claims", claims=part | {"place_of_service": "11"})
    assert named["place of service"] == (True, "")


def test_without_an_agreement_no_folder_is_opened(tmp_path):
    found = told(tmp_path, agreements=[])
    assert "agreement with clearing" in found["drop"][1]
    assert "agreement with clearing" in found["pickup"][1]


def test_a_clinic_without_claims_hears_nothing_of_them():
    assert list(examine(Case(clinic(), Settings(), NOW))) == []


def test_the_clearinghouse_is_among_those_who_need_an_agreement(tmp_path):
    assert "clearing" in vendors(clinic(**filing_clinic(tmp_path)))
