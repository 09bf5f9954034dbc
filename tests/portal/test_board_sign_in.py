"""Signing in to the board: who is let in, for how long, and what is written down of it."""

import re
import threading
from datetime import timedelta

import httpx
import pyotp
import pytest
from sqlalchemy import select

from data_contracts.deed import Deed, Role
from ledger.schema_sign_in import sessions, sign_in_failures, users
from tasks.staff import add, disable, renew_password
from tests.portal.boarding import OWN, boarding

pytestmark = pytest.mark.slow


def raw(board, table):
    with board.here.ledger.read() as con:
        return [tuple(row) for row in con.execute(select(table))]


def test_without_a_sign_in_every_page_leads_to_the_form(board):
    stranger = board.browser()
    for path in ("", "tasks", "password", "second-factor"):
        answer = stranger.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/northside/sign-in"), path
    assert stranger.get("sign-in").status_code == 200


def test_the_first_password_is_good_for_choosing_ones_own_and_nothing_else(board):
    maria = board.newcomer()
    assert maria.get("tasks").headers["location"] == "/northside/password"
    assert maria.post("password", old=maria.password, new="short").status_code == 400
    assert maria.post("password", old="wrong", new=OWN).status_code == 400
    assert maria.get("tasks").status_code == 303
    answer = maria.post("password", old=maria.password, new=OWN)
    assert answer.headers["location"] == "/northside/today"
    assert maria.get("tasks").status_code == 200
    assert board.audited(Deed.CREDENTIAL_SET)[0][:2] == ("maria (board)", "front_desk")


def test_a_session_s_cookie_is_kept_from_scripts_other_sites_and_plain_ways(board):
    made = add(board.here, "maria", Role.FRONT_DESK, board.clock.at)
    answer = board.browser("maria", made.password).sign_in()
    cookie = answer.headers["set-cookie"]
    for mark in ("__Host-ptclinic-northside=", "HttpOnly", "Secure", "SameSite=strict", "Path=/"):
        assert mark in cookie
    assert "Domain" not in cookie
    assert "Max-Age" not in cookie
    token = re.search(r"northside=([\w-]{43});", cookie).group(1)
    held = repr(raw(board, sessions))
    assert token not in held, "the ledger holds its keyed hash alone"
    assert made.password not in repr(raw(board, users))


def test_each_sign_in_has_a_session_of_its_own_and_signing_out_ends_it(board):
    maria = board.somebody()
    again = board.browser("maria", OWN)
    again.sign_in()
    assert maria.get("tasks").status_code == 200
    kept = dict(again.cookies)
    again.get("tasks")
    assert again.post("sign-out").headers["location"] == "/northside/sign-in?why=out"
    assert "__Host-ptclinic-northside" not in again.cookies
    again.cookies = kept
    assert again.get("tasks").status_code == 303, "the token is dead, wherever it was copied to"
    assert maria.get("tasks").status_code == 200
    assert [one[0] for one in board.audited(Deed.SIGNED_OUT)] == ["maria (board)"]


@pytest.mark.parametrize(
    ("name", "password"),
    [("maria", "wrong password"), ("nobody", OWN), ("", ""), ("maria", ""), ("mária", OWN)],
)
def test_whoever_is_not_known_hears_the_same_words(board, name, password):
    board.somebody()
    stranger = board.browser(name, password)
    answer = stranger.sign_in()
    assert answer.status_code in (400, 401)
    if name and password:
        assert "The name, the password or the code is not right." in answer.text
    assert stranger.get("tasks").status_code == 303


def test_a_failed_try_is_audited_without_what_was_typed(board):
    board.somebody()
    board.browser("maria", "wrong").sign_in()
    board.browser("my secret password", "maria").sign_in()
    known, unknown = board.audited(Deed.SIGN_IN_FAILED)
    assert known[0] == "maria (board)"
    assert unknown[0] == "board"
    assert "secret" not in repr(unknown)
    assert board.audited(Deed.SIGNED_IN)[0][3] == "password"


def test_a_name_waits_after_five_failures_and_the_right_password_waits_too(board):
    board.somebody()
    guess = board.browser("maria", "wrong")
    for _ in range(5):
        assert "not right" in guess.sign_in().text
    guess.password = OWN
    assert "Try again in 1 minute." in guess.sign_in().text
    other = board.somebody("ben")
    assert other.get("tasks").status_code == 200, "others are not kept out"
    board.clock.pass_by(seconds=61)
    assert guess.sign_in().status_code == 303


def test_guesses_that_race_are_each_counted(board):
    board.somebody()
    found = []

    def guess():
        found.append(board.browser("maria", "wrong").sign_in().text)

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum("not right" in text for text in found) == 5
    assert sum("Too many tries" in text for text in found) == 7


def test_a_session_ends_when_idle_and_a_click_keeps_it(board):
    maria = board.somebody()
    for _ in range(3):
        board.clock.pass_by(minutes=14)
        assert maria.get("tasks").status_code == 200
    board.clock.pass_by(minutes=15)
    answer = maria.get("tasks")
    assert answer.headers["location"] == "/northside/sign-in?why=idle"
    assert "because nothing was clicked" in maria.get("sign-in?why=idle").text
    assert board.audited(Deed.SESSION_ENDED)[0][3] == "idle"
    board.clock.pass_by(minutes=-10)
    assert maria.get("tasks").status_code == 303, "over is over, whatever the clock says"


def test_a_session_ends_at_last_however_busy(board):
    maria = board.somebody()
    for _ in range(71):
        board.clock.pass_by(minutes=10)
        assert maria.get("tasks").status_code == 200
    board.clock.pass_by(minutes=10)
    assert maria.get("tasks").headers["location"] == "/northside/sign-in?why=long"


def test_a_clinic_may_shorten_the_idle_time(enter):
    with boarding(enter(board={"idle": "PT5M"})) as board:
        maria = board.somebody()
        assert 'data-idle="300"' in maria.get("tasks").text
        board.clock.pass_by(minutes=5)
        assert maria.get("tasks").status_code == 303


def test_who_is_disabled_or_gets_a_new_password_is_signed_out_at_once(board):
    maria, ben = board.somebody(), board.somebody("ben")
    disable(board.here, "maria", board.clock.at)
    assert maria.get("tasks").status_code == 303
    assert "not right" in maria.sign_in().text
    made = renew_password(board.here, "ben", board.clock.at)
    assert ben.get("tasks").status_code == 303
    ben.password = made.password
    ben.sign_in()
    assert ben.get("tasks").headers["location"] == "/northside/password"


def test_a_form_that_is_not_ours_does_nothing(board):
    maria = board.somebody()
    maria.get("tasks")
    good = maria.key
    for key in ("", "0" * 64, good[:-1] + ("0" if good[-1] != "0" else "1"), "é"):
        maria.key = key or "x"
        assert maria.post("sign-out", form_key=key).status_code in (400, 403)
    maria.key = good
    other = {"sec-fetch-site": "cross-site"}
    assert maria.post("sign-out", headers=other).status_code == 403
    assert maria.get("tasks").status_code == 200, "nobody was signed out"


def test_a_sign_in_form_of_another_site_signs_nobody_in(board):
    made = add(board.here, "maria", Role.FRONT_DESK, board.clock.at)
    fields = {"name": "maria", "password": made.password, "form_key": "0" * 64}
    answer = httpx.post(f"{board.url}/northside/sign-in", data=fields)
    assert answer.status_code == 403
    assert raw(board, sessions) == []


def test_a_code_is_asked_for_once_it_was_set_up_and_each_is_good_once(board):
    maria = board.somebody()
    secret = re.search(r'name="secret" value="(\w{32})"', maria.get("second-factor").text).group(1)
    totp = pyotp.TOTP(secret)
    assert maria.post("second-factor", secret=secret, code="000000x").status_code == 400
    first = totp.at(board.clock.at)
    assert maria.post("second-factor", secret=secret, code=first).status_code == 303
    assert secret not in repr(raw(board, users))
    again = board.browser("maria", OWN)
    assert again.sign_in().status_code == 401
    assert again.sign_in(first).status_code == 401, "it was used"
    board.clock.pass_by(seconds=30)
    later = totp.at(board.clock.at)
    assert again.sign_in(f"{later[:3]} {later[3:]}").status_code == 303
    assert board.browser("maria", OWN).sign_in(later).status_code == 401
    assert board.audited(Deed.SIGNED_IN)[-1][3] == "password and code"


def test_a_clinic_may_require_the_second_factor(enter):
    with boarding(enter(board={"second_factor": "required"})) as board:
        maria = board.somebody()
        assert maria.get("tasks").headers["location"] == "/northside/second-factor"


def test_every_answer_keeps_to_itself(board):
    maria = board.somebody()
    paths = ("sign-in", "tasks", "password", "nowhere", "tasks/x")
    for answer in [maria.get(path) for path in paths]:
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
    assert httpx.get(f"{board.url}/elsewhere/sign-in").status_code == 404


def test_a_year_of_tries_leaves_no_heap(board):
    for day in range(3):
        board.browser(f"name{day}", "wrong").sign_in()
        board.clock.at += timedelta(days=2)
    assert len(raw(board, sign_in_failures)) == 1
