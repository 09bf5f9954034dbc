"""The owner's report on the board: for who may see money, straight after signing in, as written."""

import re

import pytest

from data_contracts.deed import Deed, Role
from portal.page import HEADERS
from tasks.reporting import report_path
from tests.portal.boarding import OWN

pytestmark = pytest.mark.slow

PAGE = (
    "<!doctype html><html><head><style>p { margin: 0 }</style></head><body><p>12%</p></body></html>"
)


def test_the_owner_sees_the_report_as_it_was_written_and_that_is_a_row(board):
    owner = board.somebody("olga", Role.OWNER)
    assert "No report has been written yet" in owner.get("report").text
    report_path(board.here).write_text(PAGE)
    answer = owner.get("report")
    assert re.sub("<nav.*</nav>", "", answer.text) == PAGE
    assert board.audited(Deed.REPORT_READ) == [("olga (board)", "owner", "report", "on the board")]


def test_no_browser_runs_anything_in_it_and_only_its_own_style_counts(board):
    report_path(board.here).write_text(PAGE)
    headers = board.somebody("olga", Role.OWNER).get("report").headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "script" not in policy
    for name in set(HEADERS) - {"Content-Security-Policy"}:
        assert headers[name] == HEADERS[name]


def test_from_the_report_the_boards_menu_leads_back_to_what_one_may_see(board):
    report_path(board.here).write_text(PAGE)
    owner = board.somebody("olga", Role.OWNER)
    shown = owner.get("report").text
    menu = re.findall(r'<a href="/northside/([^"]+)"', shown.partition("</nav>")[0])
    assert "numbers" in menu
    for page in menu:
        assert owner.get(page).status_code == 200
    assert '<nav class="board" aria-label="Pages of the board">' in shown


def test_left_open_it_makes_room_for_the_sign_in(board):
    report_path(board.here).write_text(PAGE)
    headers = board.somebody("olga", Role.OWNER).get("report").headers
    seconds, _, where = headers["refresh"].partition("; ")
    assert int(seconds) == board.here.clinic.board.idle.total_seconds() + 1
    assert where == "url=/northside/sign-in?why=idle"


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.THERAPIST])
def test_who_may_not_see_money_is_refused(board, role):
    report_path(board.here).write_text(PAGE)
    answer = board.somebody("sam", role).get("report")
    assert answer.status_code == 403
    assert "12%" not in answer.text


def test_a_letters_link_leads_to_the_report_by_way_of_the_sign_in(board):
    board.somebody("olga", Role.OWNER)
    owner = board.browser("olga", OWN)
    away = owner.get("report")
    assert away.headers["location"] == "/northside/sign-in?to=report"
    form = owner.get("sign-in?to=report")
    assert re.search(r'name="to" value="report"', form.text)
    answer = owner.post("sign-in", name="olga", password=OWN, to="report")
    assert answer.headers["location"] == "/northside/report"


@pytest.mark.parametrize("to", ["https://elsewhere.example.com", "//elsewhere", "numbers", ""])
def test_the_sign_in_leads_nowhere_else(board, to):
    board.somebody("olga", Role.OWNER)
    owner = board.browser("olga", OWN)
    assert to not in owner.get(f"sign-in?to={to}").text or not to
    answer = owner.post("sign-in", name="olga", password=OWN, to=to)
    assert answer.headers["location"] == "/northside/today"
