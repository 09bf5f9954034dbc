"""The call list: who sees what, one click ends a line once, and odd names are shown whole."""

from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from data_contracts.deed import Deed, Role
from ledger import people, records
from ledger.schema import staff_tasks
from tests.cast import NOW, person
from tests.unit.ledger.filled import fill

pytestmark = pytest.mark.slow


@pytest.fixture
def filled(board):
    return fill(board.here.ledger, 2)


def ask_to_call(board, filled, place=0, key="call|1"):
    with board.here.ledger.write() as con:
        records.add_staff_task(
            con,
            kind="call_patient",
            reason="carrier_refused",
            detail="{}",
            due_at=NOW,
            now=NOW,
            dedupe_key=key,
            visit_id=filled.visits[place],
            patient_id=filled.patients[place],
        )
        query = select(staff_tasks.c.task_id).where(staff_tasks.c.dedupe_key == key)
        return str(con.execute(query).scalar_one())


def test_an_empty_list_says_so(board):
    assert "Nobody is to be called" in board.somebody().get("calls").text


def test_the_desk_sees_whom_to_call_when_and_why_and_each_look_is_written_down(board, filled):
    ask_to_call(board, filled)
    text = board.somebody().get("calls").text
    for words in (
        "Ana Example",
        "(303) 555-0100",
        "The carrier refused it",
        "9:00 AM MST",
        "Tue, Jan 6",
    ):
        assert words in text
    assert board.audited(Deed.IDENTITY_READ) == [
        ("maria (board)", "front_desk", filled.patients[0], "board: call list")
    ]


@pytest.mark.parametrize("role", [Role.CONSULTANT, Role.THERAPIST])
def test_whose_role_covers_no_names_sees_none(board, filled, role):
    ask_to_call(board, filled)
    text = board.somebody("sam", role).get("calls").text
    assert "A patient (no names for your role)" in text
    assert "Ana" not in text
    assert "555-0100" not in text
    assert board.audited(Deed.IDENTITY_READ) == []


def test_one_click_ends_a_line_once(board, filled):
    task = ask_to_call(board, filled)
    maria = board.somebody()
    maria.get("calls")
    assert (
        maria.post(f"calls/{task}", outcome="reached")
        .headers["location"]
        .startswith("/northside/calls?said=done&undo=")
    )
    assert maria.post(f"calls/{task}", outcome="other").headers["location"].endswith("said=gone")
    with board.here.ledger.read() as con:
        assert con.execute(select(staff_tasks.c.outcome)).scalar_one() == "reached"
    assert board.audited(Deed.TASK_DONE) == [("maria (board)", "front_desk", task, "reached")]
    assert "Nobody is to be called" in maria.get("calls?said=done").text


def test_who_may_only_look_has_no_buttons_and_cannot_click(board, filled):
    task = ask_to_call(board, filled)
    sam = board.somebody("sam", Role.THERAPIST)
    assert f"calls/{task}" not in sam.get("calls").text
    assert sam.post(f"calls/{task}", outcome="reached").status_code == 403
    assert board.audited(Deed.ACCESS_REFUSED)[0][:3] == (
        "sam (board)",
        "therapist",
        "call list: finish",
    )


@pytest.mark.parametrize(
    ("path", "outcome"), [("x", "reached"), ("0" * 32, "reached"), (None, "nothing we know")]
)
def test_a_click_on_nothing_changes_nothing(board, filled, path, outcome):
    task = ask_to_call(board, filled)
    maria = board.somebody()
    maria.get("calls")
    answer = maria.post(f"calls/{path or task}", outcome=outcome)
    assert answer.status_code in (303, 400)
    with board.here.ledger.read() as con:
        assert con.execute(select(staff_tasks.c.done_at)).scalar_one() is None


ODD = ("<script>alert(1)</script>", "Ana-María 🦩 Ñandú", "N" * 300, "‮evil", 'O\'Neil & "Sons"')


@pytest.mark.parametrize("name", ODD)
def test_any_name_is_shown_as_it_is_and_does_nothing(board, filled, name):
    ask_to_call(board, filled)
    odd = person("p0", first_name=name, updated_at=NOW + timedelta(days=1))
    with board.here.ledger.write() as con:
        people.upsert_patients(board.here.ledger, con, [(odd, "America/Denver")])
    text = board.somebody().get("calls").text
    assert "<script>alert" not in text
    assert name in unescape(text)
