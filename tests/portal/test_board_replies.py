"""Replies on the board: what is shown, what each button does, and how it is taken back."""

import pytest
from sqlalchemy import select

from data_contracts.deed import Deed, Role
from ledger.schema import inbox, opt_outs, patients, staff_tasks, visits
from ledger.schema_dialogue import confirmations
from tests.portal.morning import reply
from tests.portal.reading import cell, outcome_of, said, task_of, words

pytestmark = pytest.mark.slow


def test_replies_show_words_meaning_whose_and_when(maria):
    page = words(maria.get("replies"))
    assert "Bo O'Neil & Sons car broke down 😩 can i come thursday instead?" in page
    assert "Seems to mean wants another time" in page
    assert "Gil Family or Hal Family" in page or "Hal Family or Gil Family" in page
    assert "Several people share this number" in page
    assert "Nobody we know by this number who is this??" in page
    assert "Came Mon, Jan 5, 8:48 AM MST" in page


def test_each_look_at_a_reply_and_at_a_person_is_written_down(board, maria):
    maria.get("replies")
    assert len(board.audited(Deed.WORDS_READ)) == 3 + 3, "three by the reading of the inbox"
    assert all(row[0] == "maria (board)" for row in board.audited(Deed.IDENTITY_READ))
    assert len(board.audited(Deed.IDENTITY_READ)) == 3


@pytest.mark.parametrize(
    ("path", "chosen", "outcome", "word"),
    [
        ("done", {}, "other", "done"),
        ("confirmed", {"visit": "bo"}, "confirmed", "confirmed"),
        ("call", {"patient": "bo"}, "will_call", "listed"),
        ("wrong-number", {}, "wrong_number", "wrong"),
        ("stop", {}, "stopped", "stopped"),
    ],
)
def test_a_reply_is_settled_once_by_whatever_button(
    board, made, maria, path, chosen, outcome, word
):
    task = task_of(board, "reply|SM1")
    ids = {"visit": made.visits, "patient": made.patients}
    fields = {name: ids[name][whose] for name, whose in chosen.items()}
    maria.get("replies")
    assert said(maria.post(f"replies/{task}/{path}", **fields)) == word
    assert said(maria.post(f"replies/{task}/done")) == "gone"
    assert outcome_of(board, "reply|SM1") == outcome
    assert "car broke down" not in maria.get("replies").text
    assert [row[3] for row in board.audited(Deed.TASK_DONE)] == [outcome]


def test_what_the_buttons_say_is_so_afterwards(board, made, maria):
    maria.get("replies")
    family, bo = task_of(board, "reply|SM2"), task_of(board, "reply|SM1")
    maria.post(f"replies/{family}/confirmed", visit=made.visits["hal"])
    assert cell(board, select(confirmations.c.visit_id)) == [made.visits["hal"]]
    assert cell(board, select(confirmations.c.asked_by)) == ["desk"]
    maria.post(f"replies/{bo}/call", patient=made.patients["bo"])
    assert "Bo O'Neil & Sons" in words(maria.get("calls"))
    stranger = task_of(board, "reply|SM3")
    maria.post(f"replies/{stranger}/stop")
    (blocked,) = cell(board, select(opt_outs.c.address_index))
    assert blocked == board.here.ledger.index("+13035559999")


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("confirmed", {"visit": "ana"}),
        ("call", {"patient": "ana"}),
        ("confirmed", {}),
        ("call", {}),
    ],
)
def test_a_reply_is_about_nobody_else(board, made, maria, path, fields):
    ids = {"visit": made.visits, "patient": made.patients}
    chosen = {name: ids[name][whose] for name, whose in fields.items()}
    maria.get("replies")
    answer = maria.post(f"replies/{task_of(board, 'reply|SM1')}/{path}", **chosen)
    assert answer.status_code == 400 or said(answer) == "gone"
    assert outcome_of(board, "reply|SM1") is None
    assert cell(board, select(confirmations.c.visit_id)) == []


def test_a_pressed_key_is_shown_as_one(board, made, maria):
    with board.here.ledger.write() as con:
        task = staff_tasks.c.dedupe_key == "reply|SM1"
        con.execute(staff_tasks.update().where(task).values(detail='{"digits": "2"}'))
        con.execute(inbox.update().values(body=None))
    assert "Pressed the key 2 on the phone." in words(maria.get("replies"))


def test_a_large_family_on_one_number_is_shown_whole(board, made, maria):
    with board.here.ledger.write() as con:
        index = board.here.ledger.index("+13035550107")
        con.execute(patients.update().values(phone_index=index))
    page = words(maria.get("replies"))
    for name in ("Ana Example", "Bo O'Neil & Sons", "Gil Family", "Hal Family", "Ñandú 🦩 Ünïcode"):
        assert name in page


def test_a_reply_with_markup_and_letters_that_turn_the_line_does_nothing(board, made, maria):
    reply(board.here, "+13035550101", "<b>hi</b> ‮gnorw </blockquote><script>x</script>", "SM9")
    text = maria.get("replies").text
    assert "<script>x" not in text
    assert "<b>hi" not in text
    assert 'dir="auto"' in text


@pytest.mark.parametrize(
    ("page", "key", "click", "fields"),
    [
        ("calls", "call|ana", "", {"outcome": "confirmed"}),
        ("calls", "call|ana", "", {"outcome": "wrong_number"}),
        ("calls", "call|ana", "", {"outcome": "no_answer"}),
        ("tasks", "mend|1", "", {"outcome": "other"}),
        ("replies", "reply|SM1", "/done", {}),
        ("replies", "reply|SM1", "/confirmed", {"visit": "bo"}),
        ("replies", "reply|SM1", "/call", {"patient": "bo"}),
        ("replies", "reply|SM1", "/wrong-number", {}),
    ],
)
def test_a_click_is_taken_back_with_all_that_it_changed(
    board, made, maria, page, key, click, fields
):
    def stands():
        done = select(staff_tasks.c.dedupe_key, staff_tasks.c.outcome)
        asked = (done.order_by(staff_tasks.c.dedupe_key), select(confirmations.c.visit_id))
        bad = select(patients.c.patient_id, patients.c.phone_status).order_by("patient_id")
        with board.here.ledger.read() as con:
            return [[tuple(row) for row in con.execute(query)] for query in (*asked, bad)]

    before, task = stands(), task_of(board, key)
    ids = {"visit": made.visits, "patient": made.patients}
    chosen = {name: ids[name][whose] if name in ids else whose for name, whose in fields.items()}
    maria.get(page)
    answer = maria.post(f"{page}/{task}{click}", **chosen)
    assert stands() != before
    told = maria.get(answer.headers["location"].removeprefix("/northside/"))
    assert "Undo" in words(told)
    board.clock.pass_by(minutes=14)
    assert said(maria.post(f"{page}/{task}/undo")) == "back"
    assert stands() == before
    assert said(maria.post(f"{page}/{task}/undo")) == "gone"
    assert [row[2] for row in board.audited(Deed.TASK_REOPENED)] == [task]


def test_what_is_long_past_or_counts_for_good_is_not_taken_back(board, made, maria):
    maria.get("replies")
    stopped, late = task_of(board, "reply|SM1"), task_of(board, "reply|SM2")
    answer = maria.post(f"replies/{stopped}/stop")
    assert "undo" not in answer.headers["location"]
    assert said(maria.post(f"replies/{stopped}/undo")) == "gone"
    assert cell(board, select(opt_outs.c.kind)) == ["phone"]
    maria.post(f"replies/{late}/done")
    for _ in range(2):
        board.clock.pass_by(minutes=8)
        maria.get("today")
    assert said(maria.post(f"replies/{late}/undo")) == "gone"
    sam = board.somebody("sam", Role.THERAPIST)
    assert sam.post(f"replies/{late}/undo").status_code == 403


def test_one_call_about_two_visits_of_a_day_confirms_both(board, made, maria):
    with board.here.ledger.write() as con:
        ana = {"patient_id": made.patients["ana"]}
        con.execute(visits.update().where(visits.c.visit_id == made.visits["caro"]).values(**ana))
        key = staff_tasks.c.dedupe_key == "call|caro"
        con.execute(staff_tasks.update().where(key).values(**ana))
    maria.get("calls")
    task = task_of(board, "call|ana")
    maria.post(f"calls/{task}", outcome="confirmed")
    both = {made.visits["ana"], made.visits["caro"]}
    assert set(cell(board, select(confirmations.c.visit_id))) == both
    assert said(maria.post(f"calls/{task}/undo")) == "back"
    assert cell(board, select(confirmations.c.visit_id)) == []
    assert (
        cell(board, select(staff_tasks.c.task_id).where(staff_tasks.c.done_at.is_not(None))) == []
    )
