"""A morning at the desk, over HTTP: who stands where, and what is done about it."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
import yaml
from sqlalchemy import select

from data_contracts.clinic_file import stamp_of
from data_contracts.deed import Deed
from data_contracts.verification import ErrandKind
from ledger import people, records
from ledger.schema import assignments, staff_tasks, visits
from ledger.schema_dialogue import confirmations
from portal.board.errand import ERRANDS, errand
from tasks import therapy_watch
from tests.cast import NOW, clinic_file, person
from tests.portal.boarding import boarding
from tests.portal.morning import LONG, free_slot
from tests.portal.reading import cell, outcome_of, said, section, task_of, words

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]


def test_the_queue_is_by_risk_with_the_reason_and_one_act(maria):
    risk = section(maria.get("today"), "risk")
    order = [
        risk.index(name) for name in ("Ana Example", "Bo O'Neil", "Ñandú 🦩 Ünïcode", LONG[:60])
    ]
    assert order == sorted(order)
    assert "High risk Ana Example 12:00 PM MST with Caro Therapist" in risk
    assert risk.count("Because: missed 3 of the last 5 visits; booked 34 days ahead.") == 4
    assert "Read the reply" in risk, "Bo wrote"
    assert risk.count("Call") >= 2, "Ana and Ñandú are on the call list"


def test_a_held_out_visit_stands_in_no_list_by_risk_and_on_no_call_list(board, made, maria):
    today = maria.get("today")
    assert "Eve Held" not in section(today, "risk")
    assert "Eve Held" in section(today, "clock"), "she is expected like everybody"
    assert "risk" not in section(today, "clock").lower()
    own = made.visits["eve"]
    assert said(maria.post(f"visits/{own}/call")) == "gone"
    assert "Eve Held" not in maria.get("calls").text
    page = words(maria.get(f"visits/{own}"))
    assert "hold-out" not in page
    at_low = words(maria.get(f"visits/{made.visits['fay']}"))
    why = "this rung is for patients at higher risk"
    assert page.count(why) == at_low.count(why) == 1


def test_whoever_is_let_into_the_sprint_s_other_arm_is_queued(board, made, maria):
    with board.here.ledger.write() as con:
        eve = assignments.c.visit_id == made.visits["eve"]
        con.execute(assignments.update().where(eve).values(arm="treated"))
    assert "Eve Held" in section(maria.get("today"), "risk")


def test_other_days_have_their_own_queue(maria):
    tomorrow = maria.get("today?day=1")
    assert "Ivy Tomorrow" in section(tomorrow, "risk")
    assert "Ana Example" not in tomorrow.text
    assert "Nobody is booked on this day" in maria.get("today?day=3").text
    assert maria.get("today?day=99").status_code == 400


def test_a_visit_that_nobody_tells_is_put_on_the_call_list_once(board, made, maria):
    with board.here.ledger.write() as con:
        con.execute(staff_tasks.update().values(done_at=NOW, outcome="other"))
        index = board.here.ledger.index("+13035550104")
        people.opt_out(board.here.ledger, con, index, "phone", "desk", NOW)
    assert "Put on the call list" in section(maria.get("today"), "risk")
    own = made.visits["dee"]
    assert said(maria.post(f"visits/{own}/call")) == "listed"
    assert said(maria.post(f"visits/{own}/call")) == "gone"
    assert "1 to make" in words(maria.get("calls"))
    assert LONG[:300] in unescape(maria.get("calls").text)


def test_a_call_that_ended_well_confirms_the_visit(board, made, maria):
    task = task_of(board, "call|ana")
    maria.get("calls")
    assert said(maria.post(f"calls/{task}", outcome="confirmed")) == "done"
    assert said(maria.post(f"calls/{task}", outcome="no_answer")) == "gone"
    assert cell(board, select(confirmations.c.visit_id)) == [made.visits["ana"]]
    assert "confirmed" in section(maria.get("today"), "risk")
    assert board.audited(Deed.VISIT_CONFIRMED) == [
        ("maria (board)", "front_desk", made.visits["ana"], "on the phone")
    ]


@pytest.mark.parametrize("outcome", ["rescheduled", "left_message", "no_answer", "other"])
def test_each_end_of_a_call_is_kept(board, made, maria, outcome):
    maria.get("calls")
    maria.post(f"calls/{task_of(board, 'call|ana')}", outcome=outcome)
    assert outcome_of(board, "call|ana") == outcome
    assert cell(board, select(confirmations.c.visit_id)) == []


def test_a_wrong_number_on_the_phone_is_used_no_more(board, made, maria):
    maria.get("calls")
    maria.post(f"calls/{task_of(board, 'call|ana')}", outcome="wrong_number")
    page = words(maria.get("numbers"))
    assert "Ana Example (303) 555-0101 : whoever has it says that it is not theirs." in page
    assert maria.post(f"numbers/{made.patients['ana']}/again").status_code == 303
    assert "Ana Example" not in maria.get("numbers").text
    whys = [row[3] for row in board.audited(Deed.NUMBER_MARKED)]
    assert whys == ["wrong_number", "right after all"]


def test_who_hears_nothing_stands_there_with_the_reason_of_each_rung(board, made, maria):
    with board.here.ledger.write() as con:
        index = board.here.ledger.index("+13035550106")
        people.opt_out(board.here.ledger, con, index, "phone", "desk", NOW)
    page = words(maria.get("not-sent"))
    assert "Fay Low , Mon, Jan 5, 11:00 AM MST One day, by text: this number" in page
    assert "this number or address has opted out" in page
    assert "Ana Example" not in page, "she will hear"


def test_a_visit_tells_what_was_sent_and_what_comes(made, maria):
    page = words(maria.get(f"visits/{made.visits['ana']}"))
    sent = "Nothing has been sent"
    for part in ("Ana Example", sent, "One day by text Goes out", "Call patient"):
        assert part in page
    assert maria.get("visits/" + "0" * 32).status_code == 404
    assert maria.get("visits/visit-of-ana").status_code == 400, "the vendor's id is no address"


def test_a_free_slot_stands_with_those_it_was_offered_to(board, made, maria):
    assert "No slot is free" in maria.get("offers").text
    free_slot(board.here, made)
    page = words(maria.get("offers"))
    assert "Tue, Jan 6, 10:00 AM MST" in page
    assert "It is being offered. The next offer leaves Mon, Jan 5, 9:10 AM MST" in page
    assert "Ana Example : waits for an answer, until Mon, Jan 5, 9:30 AM MST" in page
    assert "Ivy Tomorrow" in page


def test_an_erased_patient_is_nobody_on_every_page(board, made, maria):
    own = made.patients["ana"]
    board.here.ledger.keys.forget(f"patient:{own}")
    for path in ("today", "calls", f"visits/{made.visits['ana']}"):
        answer = maria.get(path)
        assert answer.status_code == 200, path
        assert "Ana Example" not in answer.text


def test_a_minor_is_called_by_the_responsible_party_s_number(board, made, maria):
    child = person("ana", responsible_mobile="+13035550190", updated_at=NOW + timedelta(days=1))
    until = {"ana": NOW + timedelta(days=900)}
    with board.here.ledger.write() as con:
        people.upsert_patients(board.here.ledger, con, [(child, "America/Denver")], until)
    page = words(maria.get("calls"))
    assert "(303) 555-0190 (parent or guardian)" in page
    assert "555-0101" not in page


def test_a_cancelled_visit_is_marked_so_that_nobody_reminds_of_it(board, made, maria):
    with board.here.ledger.write() as con:
        own = visits.c.visit_id == made.visits["ana"]
        con.execute(visits.update().where(own).values(status="cancelled"))
    assert "cancelled: do not remind" in words(maria.get("calls"))
    assert "Ana Example" not in section(maria.get("today"), "risk")


def test_a_change_that_we_may_not_make_says_what_and_to_when(board, made, maria):
    detail = {"kind": "move", "wanted": (NOW + timedelta(days=2)).isoformat()}
    with board.here.ledger.write() as con:
        records.add_staff_task(
            con,
            kind="change_visit",
            reason="not_supported",
            detail=json.dumps(detail),
            due_at=NOW,
            now=NOW,
            dedupe_key="change|1",
            visit_id=made.visits["ana"],
            patient_id=made.patients["ana"],
        )
    page = words(maria.get("tasks"))
    assert "Change the book: Ana Example" in page
    assert "Asked for Move the visit to Wed, Jan 7, 9:00 AM MST" in page
    assert "Make the change by hand: this system lets no program write." in page
    assert "Change the book" in section(maria.get("today"), "risk")


def test_an_edited_clinic_s_file_counts_at_the_next_click(tmp_path, enter):
    path = tmp_path / "northside.yaml"
    path.write_text(yaml.safe_dump(clinic_file()))
    here = replace(enter(), read=(path, stamp_of(path)))
    with boarding(here) as board:
        maria = board.somebody()
        assert 'data-idle="900"' in maria.get("today").text
        path.write_text(yaml.safe_dump(clinic_file(board={"idle": "PT2M"})))
        assert 'data-idle="120"' in maria.get("today").text
        path.write_text("nonsense: [")
        assert 'data-idle="120"' in maria.get("today").text, "until it is mended the old one"


def test_every_kind_of_task_has_its_steps_and_its_buttons():
    kinds = set()
    for package in ("tasks", "ledger"):
        for path in (ROOT / package).rglob("*.py"):
            asks = path.read_text(encoding="utf-8")
            if "add_staff_task(" in asks:
                kinds |= set(re.findall(r'kind="([a-z_]+)"', asks))
    assert kinds - {"read_reply"} >= {"call_patient", "change_visit", "mend_account"}
    kinds.add(therapy_watch.KIND)
    assert kinds | set(ErrandKind) == set(ERRANDS)


def test_papers_of_medicare_say_which_command_records_them() -> None:
    steps = errand("therapy_paperwork", "write_progress_report").steps
    assert "`ptclinic plan-of-care report`" in steps[-1]
    assert (
        errand("therapy_paperwork", "add_kx_from_now").steps == ERRANDS["therapy_paperwork"].steps
    )
