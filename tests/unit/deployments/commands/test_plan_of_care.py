"""`ptclinic plan-of-care` records who certified, and what Medicare allowed."""

import pytest

from tests.cast import NOW
from tests.unit.tasks.claiming import filing_clinic
from tests.unit.tasks.test_certifying import CARD, CHARGE, OF_MEDICARE, Desk

AT = ("--now", NOW.isoformat())
WHO = ("northside", "ana")


@pytest.fixture
def desk(ptclinic, write_file, enter, tmp_path, monkeypatch):
    monkeypatch.setenv("PTCLINIC_ROLE", "front_desk")
    made = Desk(enter, tmp_path / "claims", insurance=OF_MEDICARE)
    write_file(**filing_clinic(tmp_path / "claims", insurance=OF_MEDICARE))
    made.insure(**CARD)
    made.charge("charges-1.csv", CHARGE)
    return made


def test_two_commands_let_a_medicare_claim_go(ptclinic, desk):
    desk.examine()
    assert desk.states() == ["held"]
    days = ("--begins", "2025-12-20", "--signed", "2025-12-23", "--by", "Ada Okafor")
    said = ptclinic("plan-of-care", "certify", *WHO, *days, *AT, "--json").document
    assert (said["state"], said["covers_until"], said["due_on"]) == (
        "signed",
        "2026-03-19",
        "2026-01-19",
    )
    spent = ptclinic("plan-of-care", "allowed", *WHO, "--year", "2026", "--total", "310.5", *AT)
    assert (spent.code, spent.out.strip()) == (0, "kept; USD 310.5 of it at other clinics")
    assert desk.submit()["sent"] == 1


def test_a_report_is_recorded_shown_and_withdrawn(ptclinic, desk):
    through = ("--through", "2026-01-02")
    said = ptclinic("plan-of-care", "report", *WHO, *through, "--by", "Caro Lee", *AT)
    assert (said.code, said.out.strip()) == (
        0,
        "kept; 0 treatment days since, 10 left until the next",
    )
    shown = ptclinic("plan-of-care", "reports", *WHO, "--json").document
    assert shown["reports"] == [
        {"through_on": "2026-01-02", "by_assistant": False, "by": "Caro Lee"}
    ]
    assert ptclinic("plan-of-care", "report", *WHO, *through, *AT).code == 1, "by whom?"
    assert ptclinic("plan-of-care", "report", *WHO, *through, "--withdraw", *AT).code == 0
    assert "Caro" not in ptclinic("plan-of-care", "reports", *WHO).out


def test_a_certification_is_shown_and_withdrawn(ptclinic, desk):
    first = ("--begins", "2025-10-01", "--signed", "2025-10-06", "--by", "Ada Okafor")
    again = ("--begins", "2025-12-29", "--verbal", "2025-12-29", "--by", "1003000126")
    assert ptclinic("plan-of-care", "recertify", *WHO, *again, *AT).code == 1
    assert ptclinic("plan-of-care", "certify", *WHO, *first, *AT).code == 0
    assert ptclinic("plan-of-care", "recertify", *WHO, *again, *AT).code == 0
    shown = ptclinic("plan-of-care", "certifications", *WHO, *AT, "--json").document
    assert [(one["kind"], one["state"], one["by"]) for one in shown["certifications"]] == [
        ("initial", "signed", ["Ada Okafor"]),
        ("renewal", "verbal", ["1003000126"]),
    ]
    begins = ("--begins", "2025-12-29")
    assert ptclinic("plan-of-care", "withdraw", *WHO, *begins).code == 0
    assert ptclinic("plan-of-care", "withdraw", *WHO, *begins).code == 1
    assert "renewal" not in ptclinic("plan-of-care", "certifications", *WHO, *AT).out
