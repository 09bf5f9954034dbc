"""From the card in the pretend Cliniko over a payer's answer back to a memo there, each once."""

from contextlib import closing
from dataclasses import replace

import pytest
from sqlalchemy import select

from ledger.coverages import take_note
from ledger.schema import patients
from ledger.schema_insurance import coverages, policies
from tasks.book import read_book
from tasks.choosing import choose
from tasks.coverage_notes import _due, _Notes, write_notes
from tasks.inquiring import ask
from tasks.policies import fetch_policies
from tasks.wiring import practice_system
from tests.cast import NOW, clinic_file
from tests.unit.tasks.intake import AGREED, DAY, HOUR, insurance

pytestmark = pytest.mark.slow


@pytest.fixture
def at(house, sandbox, number):
    """Northside on the pretend Cliniko, with an insured patient who comes in two days."""
    practice = clinic_file()["practice"] | {"base_url": sandbox.cliniko, "card": {}}
    part = insurance(sandbox.stedi, note="memo")
    made = house(insurance=part, agreements=AGREED, ladder=[], practice=practice)
    given = {"payer_id": "91001", "member_id": "ACTIVE"}
    ana = sandbox.ask("patients", first_name="Ana", phone=number(), insurance=given)
    starts_at = (NOW + 2 * DAY).isoformat()
    booked = sandbox.ask("visits", act="make", patient_id=str(ana["id"]), starts_at=starts_at)
    made.patient = str(ana["id"])
    yield made
    sandbox.ask("visits", act="cancel", id=str(booked["id"]))


def verified(at, now=NOW):
    read_book(at.here, now)
    fetch_policies(at.here, now)
    choose(at.here, now)
    return ask(at.here, now)


def memos(at):
    found = at.sandbox.told_by_cliniko("communications")
    mine = [one for one in found if one["patient"]["links"]["self"].endswith(f"/{at.patient}")]
    return [one["content"] for one in mine if "Insurance checked" in (one["content"] or "")]


def own(at, table):
    query = select(table).join(patients, patients.c.patient_id == table.c.patient_id)
    with at.here.ledger.read() as con:
        return list(con.execute(query.where(patients.c.source_id == at.patient)))


def test_the_card_is_read_the_payer_asked_and_the_chart_told_once(at):
    verified(at)
    (policy,) = own(at, policies)
    assert policy.payer == "Meridian Mutual"
    (row,) = own(at, coverages)
    assert (row.status, row.note_status) == ("active", "due")
    assert write_notes(at.here, NOW)["noted"] >= 1
    assert "noted" not in write_notes(at.here, NOW + HOUR)
    (memo,) = memos(at)
    for words in ("for the visit on 2026-01-07", "active", "Copay $30", "Visits left 22"):
        assert words in memo


def test_a_memo_whose_answer_was_lost_is_looked_for_before_it_is_written_again(at):
    verified(at)
    at.sandbox.strike(where="cliniko", method="POST", kind="drop_after_accept", times=None)
    assert write_notes(at.here, NOW)["writing"] >= 1
    at.sandbox.heal()
    assert len(memos(at)) == 1
    assert write_notes(at.here, NOW + HOUR)["noted"] >= 1
    assert len(memos(at)) == 1


def test_of_two_workers_one_notes_and_a_dead_one_s_note_is_looked_for(at):
    """As after kill -9, or beside a run that Prefect called crashed and that still writes."""
    verified(at)
    (row,) = own(at, coverages)
    wall = at.here.ledger.clock()
    with at.here.ledger.write() as con:
        assert take_note(con, row, wall)
        assert not take_note(con, row, wall)
    write_notes(at.here, NOW)
    assert memos(at) == []
    with at.here.ledger.write() as con:
        con.execute(coverages.update().values(noted_at=wall - HOUR))
    write_notes(at.here, NOW)
    assert len(memos(at)) == 1


def test_a_file_that_is_edited_while_notes_are_on_their_way_stops_the_next(at, tmp_path):
    verified(at)
    edited = replace(at.here, read=(tmp_path, None))
    with closing(practice_system(at.here.clinic, at.here.settings)) as practice:
        assert set(_Notes(edited, _due(at.here), NOW).write(practice)) == {"due"}
    assert memos(at) == []
    write_notes(at.here, NOW)
    assert len(memos(at)) == 1


def test_what_changed_since_the_last_check_is_said(at):
    verified(at)
    assert [row.status for row in own(at, coverages)] == ["active"]
    write_notes(at.here, NOW)
    changed = {"payer_id": "91001", "member_id": "INACTIVE"}
    at.sandbox.ask(f"insurances/{at.patient}", **changed)
    later = NOW + HOUR
    verified(at, later)
    assert {row.status for row in own(at, coverages)} == {"active", "inactive"}
    write_notes(at.here, later)
    assert "Changed since the last check: the plan was active and is inactive." in memos(at)[-1]
