"""A morning at the desk, over HTTP: who stands where, what a click does, and what nobody sees."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from data_contracts.deed import Deed, Role
from data_contracts.right import Right
from ledger import people
from ledger.schema import assignments, opt_outs, patients, staff_tasks, visits
from ledger.schema_dialogue import confirmations
from portal.board.ways import WAYS
from rules.access import may
from tests.cast import NOW
from tests.portal.morning import LONG, free_slot, morning, reply


@pytest.fixture
def made(board):
    return morning(board.here)


@pytest.fixture
def maria(board, made):
    return board.somebody()


def words(answer):
    """What a reader sees, on one line; what is for screen readers alone, too."""
    text = re.sub(r"<(script|style).*?</\1>", " ", answer.text, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def section(answer, name):
    """The words between one heading's id and the end of its section."""
    found = re.search(rf'id="{name}".*?</section>', answer.text, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", found.group())).split())


def cell(board, query):
    with board.here.ledger.read() as con:
        return con.execute(query).scalars().all()


def task_of(board, key):
    (found,) = cell(board, select(staff_tasks.c.task_id).where(staff_tasks.c.dedupe_key == key))
    return found


def outcome_of(board, key):
    (found,) = cell(board, select(staff_tasks.c.outcome).where(staff_tasks.c.dedupe_key == key))
    return found


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
    assert maria.post(f"visits/{own}/call").headers["location"].endswith("said=gone")
    assert "Eve Held" not in maria.get("calls").text
    page = words(maria.get(f"visits/{own}"))
    assert "hold-out" not in page
    assert "risk" not in page.lower()


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
    assert maria.post(f"visits/{own}/call").headers["location"].endswith("said=listed")
    assert maria.post(f"visits/{own}/call").headers["location"].endswith("said=gone")
    assert "1 to make" in words(maria.get("calls"))
    assert LONG[:300] in unescape(maria.get("calls").text)


def test_a_call_that_ended_well_confirms_the_visit(board, made, maria):
    task = task_of(board, "call|ana")
    maria.get("calls")
    assert maria.post(f"calls/{task}", outcome="confirmed").headers["location"].endswith("done")
    assert maria.post(f"calls/{task}", outcome="no_answer").headers["location"].endswith("gone")
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
    ("path", "chosen", "outcome", "said"),
    [
        ("done", {}, "other", "done"),
        ("confirmed", {"visit": "bo"}, "confirmed", "confirmed"),
        ("call", {"patient": "bo"}, "will_call", "listed"),
        ("wrong-number", {}, "wrong_number", "wrong"),
        ("stop", {}, "stopped", "stopped"),
    ],
)
def test_a_reply_is_settled_once_by_whatever_button(
    board, made, maria, path, chosen, outcome, said
):
    task = task_of(board, "reply|SM1")
    ids = {"visit": made.visits, "patient": made.patients}
    fields = {name: ids[name][whose] for name, whose in chosen.items()}
    maria.get("replies")
    assert maria.post(f"replies/{task}/{path}", **fields).headers["location"].endswith(f"={said}")
    assert maria.post(f"replies/{task}/done").headers["location"].endswith("said=gone")
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
    assert answer.status_code == 400 or answer.headers["location"].endswith("said=gone")
    assert outcome_of(board, "reply|SM1") is None
    assert cell(board, select(confirmations.c.visit_id)) == []


def test_a_pressed_key_is_shown_as_one(board, made, maria):
    with board.here.ledger.write() as con:
        task = staff_tasks.c.dedupe_key == "reply|SM1"
        con.execute(staff_tasks.update().where(task).values(detail='{"digits": "2"}'))
        from ledger.schema import inbox

        con.execute(inbox.update().values(body=None))
    assert "Pressed the key 2 on the phone." in words(maria.get("replies"))


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
    assert sam.get("replies").status_code == 200
    assert board.audited(Deed.GLASS_BROKEN) == [
        ("sam (board)", "therapist", "replies: read", "nobody else is in the house")
    ]
    maria = board.somebody()
    assert "Look at an emergency access" in maria.get("tasks").text
    assert sam.get("numbers").status_code == 403, "nothing else was opened"
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


def test_an_erased_patient_is_nobody_on_every_page(board, made, maria):
    own = made.patients["ana"]
    board.here.ledger.keys.forget(f"patient:{own}")
    for path in ("today", "calls", f"visits/{made.visits['ana']}"):
        answer = maria.get(path)
        assert answer.status_code == 200, path
        assert "Ana Example" not in answer.text


def test_a_minor_is_called_by_the_responsible_party_s_number(board, made, maria):
    from tests.cast import person

    child = person("ana", responsible_mobile="+13035550190", updated_at=NOW + timedelta(days=1))
    until = {"ana": NOW + timedelta(days=900)}
    with board.here.ledger.write() as con:
        people.upsert_patients(board.here.ledger, con, [(child, "America/Denver")], until)
    page = words(maria.get("calls"))
    assert "(303) 555-0190 (parent or guardian)" in page
    assert "555-0101" not in page


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


def test_a_cancelled_visit_is_marked_so_that_nobody_reminds_of_it(board, made, maria):
    with board.here.ledger.write() as con:
        own = visits.c.visit_id == made.visits["ana"]
        con.execute(visits.update().where(own).values(status="cancelled"))
    assert "cancelled: do not remind" in words(maria.get("calls"))
    assert "Ana Example" not in section(maria.get("today"), "risk")
