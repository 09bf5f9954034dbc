"""Who may see and do what on the board, and what nobody sees: addresses, titles, logs."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from data_contracts.deed import Deed, Role
from data_contracts.right import Right
from ledger.schema import staff_tasks
from portal.board.ways import WAYS
from rules.access import may
from tests.portal.morning import free_slot
from tests.portal.reading import cell, task_of, words

pytestmark = pytest.mark.slow


PAGES = {path: right for path, _, right in WAYS}
NAMES = ("Ana", "Bo O", "Ñandú", "Family", "Ivy", "555-01", "+1303555", "broke down")


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.THERAPIST, Role.OWNER, Role.CONSULTANT])
def test_each_page_opens_to_whom_the_table_says_and_names_to_whom_it_says(board, made, role):
    free_slot(board.here, made)
    sam = board.somebody("sam", role)
    for path, right in PAGES.items():
        answer = sam.get(path)
        assert answer.status_code == (200 if may(role, right) else 403), path
        if not may(role, Right.READ_NAMES):
            assert not [name for name in NAMES if name in unescape(answer.text)], path
    refused = {row[2] for row in board.audited(Deed.ACCESS_REFUSED)}
    assert refused == {right.value for right in PAGES.values() if not may(role, right)}


ACTS = {
    "calls/{call}": ({"outcome": "reached"}, Right.FINISH_TASK),
    "tasks/{mend}": ({"outcome": "other"}, Right.FINISH_TASK),
    "visits/{visit}/call": ({}, Right.FINISH_TASK),
    "replies/{reply}/done": ({}, Right.SETTLE_REPLY),
    "replies/{reply}/wrong-number": ({}, Right.MARK_NUMBER),
    "replies/{reply}/stop": ({}, Right.REVOKE_CONSENT),
    "numbers/{patient}/again": ({}, Right.MARK_NUMBER),
}


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.THERAPIST, Role.OWNER, Role.CONSULTANT])
def test_each_click_works_for_whom_the_table_says(board, made, role):
    ids = {"call": task_of(board, "call|ana"), "reply": task_of(board, "reply|SM1")}
    ids |= {"mend": task_of(board, "mend|1"), "visit": made.visits["ivy"]}
    sam = board.somebody("sam", role)
    sam.get("today")
    for path, (fields, right) in ACTS.items():
        answer = sam.post(path.format(**ids, patient=made.patients["caro"]), **fields)
        settles = may(role, Right.SETTLE_REPLY) or not path.startswith("replies")
        assert answer.status_code == (303 if may(role, right) and settles else 403), path


def test_an_emergency_opens_a_page_for_a_while_in_everybodys_sight(board, made):
    sam = board.somebody("sam", Role.THERAPIST)
    assert "In an emergency" in sam.get("replies").text
    assert sam.post("emergency", right="replies: read", reason="short").status_code == 400
    answer = sam.post("emergency", right="replies: read", reason="nobody else is in the house")
    assert "Opened for 15 minutes" in answer.text
    page = sam.get("replies")
    assert "car broke down" in page.text
    assert "O'Neil" not in unescape(page.text), "words were opened, and no names"
    assert board.audited(Deed.GLASS_BROKEN) == [
        ("sam (board)", "therapist", "replies: read", "nobody else is in the house")
    ]
    maria = board.somebody()
    assert "Look at an emergency access" in maria.get("tasks").text
    alert = "Somebody went past their role in an emergency."
    assert alert in words(maria.get("today")), "on every page, until somebody has looked"
    assert sam.get("numbers").status_code == 403, "nothing else was opened"
    (task,) = cell(
        board, select(staff_tasks.c.task_id).where(staff_tasks.c.kind == "review_access")
    )
    maria.post(f"tasks/{task}", outcome="other")
    assert alert not in words(maria.get("today"))
    board.clock.pass_by(minutes=14)
    assert sam.get("replies").status_code == 200
    board.clock.pass_by(minutes=1)
    assert sam.get("replies").status_code == 403


def test_no_address_and_no_title_holds_anything_of_a_patient(board, made, maria):
    free_slot(board.here, made)
    for path in (*PAGES, f"visits/{made.visits['ana']}"):
        text = unescape(maria.get(path).text)
        title = re.search(r"<title>(.*?)</title>", text, flags=re.S).group(1)
        found = re.findall(r'(?:href|action|src|content)="([^"]*)"', text)
        # A number to dial is no address of a page: no server, history or log ever has it.
        addresses = [one for one in found if not one.startswith("tel:")]
        for one in (*addresses, title):
            assert not [name for name in (*NAMES, "visit-of") if name in one], one


def test_no_log_holds_anything_of_a_patient(board, made, maria, caplog):
    caplog.set_level(0)
    for path in (*PAGES, f"visits/{made.visits['ana']}", "visits/nothing"):
        maria.get(path)
    maria.post(f"replies/{task_of(board, 'reply|SM1')}/done")
    ours = "\n".join(one.getMessage() for one in caplog.records)
    assert not [name for name in NAMES if name in ours]
