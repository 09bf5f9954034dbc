"""The doctor names payers that nobody could be asked about, and nobody's note."""

import pytest

from data_contracts.policy import Policy
from data_contracts.settings import Settings
from deployments.doctor import insurance
from deployments.doctor.check import Case
from ledger.policies import keep_policies
from tasks.book import keep_snapshot
from tasks.room import Room
from tests.cast import NOW, clinic, crowd, snapshot

PART = {
    "clearinghouse": {"vendor": "stedi", "api_key": "NORTHSIDE_STEDI_KEY"},
    "asker": {"npi": "1999999984", "organization": "Northside PT"},
    "originator": "9NORTHSIDE",
    "payers": {"acme": {"payer_id": "60054", "name": "Acme"}},
}


def looked(**changes):
    case = Case(clinic(insurance=PART, **changes), Settings(), NOW)
    return [(one.is_well, one.advice) for one in insurance.examine(case)]


@pytest.fixture
def insured(ledger):
    """Gives as many patients as there are names a card with each payer's name."""

    def give(*names):
        people = crowd(len(names))
        here = Room(clinic=clinic(), settings=Settings(), ledger=ledger)
        keep_snapshot(here, snapshot(people, []), NOW)
        found = [
            Policy(
                source_id=f"card-of-{one.source_id}",
                patient_source_id=one.source_id,
                payer=name,
                member_id=f"M{place}",
                updated_at=NOW,
            )
            for place, (one, name) in enumerate(zip(people, names, strict=True))
        ]
        with ledger.write() as con:
            assert keep_policies(ledger, con, found, (), NOW) == len(names)

    return give


def test_a_clinic_without_a_ledger_has_no_names_yet():
    assert looked() == [(True, "")]


def test_a_name_that_several_patients_have_is_shown_and_a_note_is_not(insured):
    insured("ACME", "Mutual", "Mutual", "Mutual", "Ana's accident", "acme")
    shown, counted = looked()
    assert shown[0]
    assert counted[0]
    assert "'Mutual': its 3 patients" in shown[1]
    assert "1 names" in counted[1]
    assert "accident" not in str(looked())


def test_a_ledger_that_does_not_open_stops_no_other_line(insured, ledger):
    insured("Mutual", "Mutual", "Mutual")
    assert len(looked()) == 1
    (ledger.home / "ledger.db").rename(ledger.home / "elsewhere.db")
    assert looked() == [(True, "")]
