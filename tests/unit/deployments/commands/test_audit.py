"""`audit`: whole or not and where, its rows as they are, and who learnt what of a patient."""

import csv
import io
import shutil
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from data_contracts.deed import Act, Deed
from ledger.anchor import anchor_path
from ledger.audit import record
from ledger.schema import audit, messages
from tasks.auditing import note
from tasks.book import keep_snapshot
from tasks.dispatch import dispatch_due
from tasks.planning import plan_messages
from tests.cast import NOW, person, snapshot, visit


@pytest.fixture
def here(write_file, enter):
    """Northside with Ana and Bo, some rows, and a note of the head."""
    write_file()
    room = enter()
    bo = person("bo", first_name="Bo", mobile="+13035550102")
    keep_snapshot(room, snapshot([person(), bo], [visit(), visit("bo")]), NOW)
    note(room)
    return room


def run(here, *statements):
    with here.ledger.write() as con:
        for one in statements:
            con.execute(text(one))


def last(here):
    with here.ledger.read() as con:
        return con.execute(select(audit).order_by(audit.c.sequence.desc())).first()


def test_an_audit_that_is_whole_says_so_and_that_somebody_looked(here, ptclinic):
    said = ptclinic("audit", "verify", "northside", "--json")
    assert (said.code, said.document) == (
        0,
        {"clinic": "northside", "is_whole": True, "flaws": []},
    )
    assert (last(here).what, last(here).why) == ("audit verified", "whole")
    assert ptclinic("audit", "verify", "northside").out == "whole\n"


TAMPERED = {
    "changed": ("update audit set why = 'other' where sequence = 2", 2, "was changed"),
    "left out": ("delete from audit where sequence = 3", 3, "rows are missing up to 3"),
    "cut off": ("delete from audit where sequence > 4", 5, "rows are cut off"),
    "emptied": ("delete from audit", 1, "rows are cut off"),
}


@pytest.mark.parametrize("how", TAMPERED)
def test_what_was_done_to_it_is_told_with_the_place_and_exit_1(here, ptclinic, how):
    statement, sequence, words = TAMPERED[how]
    run(here, statement)
    said = ptclinic("audit", "verify", "northside", "--json")
    assert said.code == 1
    assert said.document["flaws"][0]["sequence"] == sequence
    assert words in said.document["flaws"][0]["what"]


def test_rows_in_another_order_are_told(here, ptclinic):
    run(
        here,
        "update audit set sequence = 99 where sequence = 2",
        "update audit set sequence = 2 where sequence = 3",
        "update audit set sequence = 3 where sequence = 99",
    )
    said = ptclinic("audit", "verify", "northside")
    assert said.code == 1
    assert said.err.startswith("2: ")
    assert "broken-audit.md" in said.out


def test_taking_the_notes_away_is_seen(here, ptclinic):
    anchor_path(here.ledger).unlink()
    said = ptclinic("audit", "verify", "northside", "--json")
    assert said.code == 1
    assert said.document["flaws"] == [
        {"sequence": 1, "what": "anchors.jsonl: 1 notes of it are gone"}
    ]


def test_cut_on_both_sides_a_copy_of_the_notes_elsewhere_still_shows_it(here, ptclinic, tmp_path):
    copy = shutil.copy(anchor_path(here.ledger), tmp_path / "kept.jsonl")
    anchor_path(here.ledger).unlink()
    run(here, "delete from audit where sequence > 2")
    assert ptclinic("audit", "verify", "northside").code == 0, "nothing on one machine can"
    said = ptclinic("audit", "verify", "northside", "--anchors", copy, "--json")
    assert said.code == 1
    assert "cut off" in " ".join(one["what"] for one in said.document["flaws"])


def test_every_row_is_exported_as_it_is_and_that_is_a_row(here, ptclinic):
    said = ptclinic("audit", "export", "northside")
    found = list(csv.DictReader(io.StringIO(said.out)))
    with here.ledger.read() as con:
        rows = list(con.execute(select(audit).order_by(audit.c.sequence)))
    assert [one["hash"] for one in found] == [row.hash for row in rows[:-1]]
    assert (rows[-1].what, rows[-1].why) == ("audit exported", f"{len(found)} rows")
    assert "Ana" not in said.out
    assert "555" not in "".join(one["why"] + one["who"] for one in found)


def test_an_export_keeps_to_its_days_on_the_clinics_clock(here, ptclinic):
    with here.ledger.write() as con:
        act = Act(Deed.TASK_DONE, "t", "reached")
        # 06:59 in London is still the day before in Denver.
        record(here.ledger, con, [act], datetime(2031, 3, 2, 6, 59, tzinfo=UTC))
        record(here.ledger, con, [act], datetime(2031, 3, 2, 7, 0, tzinfo=UTC))
    days = ("--from", "2031-03-02", "--to", "2031-03-02", "--json")
    rows = ptclinic("audit", "export", "northside", *days).document["rows"]
    assert [row["at"] for row in rows] == ["2031-03-02T07:00:00+00:00"]


@pytest.mark.parametrize("command", [("audit", "export", "northside"), ("benchmark", "refresh")])
def test_a_day_is_read_alike_by_every_command(here, ptclinic, command):
    said = ptclinic(*command, "--from", "05/31/2026")
    assert (said.code, "write the day as 2026-05-31" in said.err) == (2, True)
    said = ptclinic(*command, "--from", "2026-05-31", "--to", "2020-01-01")
    assert said.code == 1
    assert "--from 2026-05-31 lies after --to 2020-01-01; change one of them" in said.err


def test_an_accounting_says_who_got_what_when_and_why(here, ptclinic, monkeypatch):
    plan_messages.fn("northside", NOW)
    dispatch_due(here, {}, NOW)  # nobody takes them: claimed, and given back
    monkeypatch.setenv("PTCLINIC_USER", "maria")
    said = ptclinic("audit", "disclosures", "northside", "ana", "--json")
    rows = said.document["disclosures"]
    claimed = [row for row in rows if row["what"] == "identity read to send"]
    assert {row["to"] for row in claimed} == {
        "the patient or the responsible party, through twilio"
    }
    assert {row["why"] for row in claimed} == {"reminder by sms"}
    assert claimed[0]["became"] == "planned"
    with here.ledger.read() as con:
        sent = con.execute(select(messages.c.message_id, messages.c.patient_id))
        assert len({row.patient_id for row in sent}) == 2, "Bo has one too, and is not in it"
    assert len(claimed) == 1
    assert last(here).what == "disclosures listed"
    assert last(here).who.startswith("maria (")
    assert "Ana" not in ptclinic("audit", "disclosures", "northside", "ana").out


def test_nobody_by_that_id_is_told_without_it(here, ptclinic):
    said = ptclinic("audit", "disclosures", "northside", "Quillfeather")
    assert said.code == 1
    assert "Quillfeather" not in said.err


def test_a_deed_cannot_be_dated_back_by_the_business_time(here, ptclinic):
    long_ago = (NOW - timedelta(days=2000)).isoformat()
    evidence = ("--evidence", "note 3", "--now", long_ago)
    assert ptclinic("consent", "revoke", "northside", "ana", *evidence).code == 0
    assert datetime.now(UTC) - last(here).at < timedelta(minutes=5)


@pytest.fixture
def broken(here):
    """A message that was claimed, and that names no consent."""
    plan_messages.fn("northside", NOW)
    with here.ledger.write() as con:
        values = {"status": "accepted", "sent_on": NOW, "consent_id": None}
        first = con.execute(select(messages.c.message_id)).scalars().first()
        con.execute(messages.update().where(messages.c.message_id == first).values(values))
        con.execute(messages.update().where(messages.c.message_id != first).values(due_at=NOW))
    return first


def test_invariants_that_hold_say_so(here, ptclinic):
    assert ptclinic("audit", "invariants", "northside").out == "all hold\n"
    said = ptclinic("audit", "invariants", "northside", "--json")
    assert (said.code, said.document["holds"]) == (0, True)


def test_a_breach_is_named_with_exit_1_and_stops_dispatch_until_somebody_resumes(
    here, ptclinic, broken
):
    said = ptclinic("audit", "invariants", "northside", "--now", NOW.isoformat(), "--json")
    assert said.code == 1
    assert said.document["breaches"] == [{"message": broken, "breaks": "consented"}]
    assert "it names no consent" in ptclinic("audit", "invariants", "northside").out
    held = dispatch_due(here, {}, NOW)
    assert set(held) == {"paused"}
    assert "sending is paused" in ptclinic("tasks", "northside").out
    assert ptclinic("audit", "resume", "northside").code == 2, "without a reason"
    reason = ("--reason", "the import lost them; mended")
    assert (
        ptclinic("audit", "resume", "northside", *reason, "--json").document["held"]
        == held["paused"]
    )
    assert "paused" not in dispatch_due(here, {}, NOW)
    again = ptclinic("audit", "resume", "northside", *reason)
    assert (again.code, "not paused" in again.err) == (1, True)


def test_a_breach_is_listed_with_what_it_may_cost(here, ptclinic, broken):
    command = ("audit", "invariants", "northside", "--now", NOW.isoformat())
    said = ptclinic(*command, "--json").document
    assert said["exposure"] == {"messages": 1, "dollars": [500, 1500]}
    assert "$500 to $1,500 (47 USC 227(b)(3))" in ptclinic(*command).out


def test_a_therapist_may_not_resume(here, ptclinic, monkeypatch, broken):
    ptclinic("audit", "invariants", "northside")
    monkeypatch.setenv("PTCLINIC_ROLE", "therapist")
    assert ptclinic("audit", "resume", "northside", "--reason", "let it go").code == 3
    assert set(dispatch_due(here, {}, NOW)) == {"paused"}
