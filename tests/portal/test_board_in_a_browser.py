"""The front desk in a real browser: a morning's work, the keyboard, a phone, and WCAG 2.2 AA."""

from collections.abc import Iterator
from typing import Any

import pytest

from data_contracts.deed import Deed
from ledger import records
from portal.board.ways import WAYS
from tests.cast import NOW
from tests.portal.boarding import OWN, Board
from tests.portal.browsing import chromium, flaws, needs_browser
from tests.portal.morning import free_slot, morning

pytestmark = [needs_browser, pytest.mark.slow]

PHONE, DESK = {"width": 360, "height": 780}, {"width": 1280, "height": 800}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def filled(board: Board) -> Board:
    free_slot(board.here, morning(board.here))
    board.somebody()
    return board


def opened(browser, board, viewport=DESK, **settings):
    """A window before the sign-in form."""
    page = browser.new_context(viewport=viewport, **settings).new_page()
    page.set_default_timeout(20_000)
    page.goto(f"{board.url}/northside/")
    return page


def sign_in(page):
    page.get_by_label("Name").fill("maria")
    page.get_by_label("Password").fill(OWN)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/today")


def test_the_front_desk_works_through_a_morning(browser, filled):
    page = opened(browser, filled)
    page.clock.install()
    sign_in(page)

    first = page.get_by_role("listitem").filter(has_text="High risk").first
    assert "Ana Example" in first.inner_text()
    assert "missed 3 of the last 5 visits" in first.inner_text()
    first.get_by_role("link", name="Call").click()

    ana = page.get_by_role("listitem").filter(has_text="Ana Example").first
    assert "(303) 555-0101" in ana.inner_text()
    ana.get_by_role("button", name="Comes").click()
    assert "That is done" in page.get_by_role("status").inner_text()
    assert "Ana Example" not in page.get_by_role("main").inner_text()

    page.get_by_role("link", name="Replies").click()
    bo = page.get_by_role("listitem").filter(has_text="car broke down").first
    assert "wants another time" in bo.inner_text()
    bo.get_by_role("button", name="Will call").click()
    assert "on the call list" in page.get_by_role("status").inner_text()

    page.get_by_role("link", name="Calls").click()
    bo = page.get_by_role("listitem").filter(has_text="Bo O'Neil").first
    bo.get_by_role("button", name="Another time given").click()

    page.get_by_role("link", name="Today").click()
    queue = page.get_by_label("Who may not come")
    assert "confirmed" in queue.get_by_role("listitem").filter(has_text="Ana").first.inner_text()
    assert (
        "Nothing to do" in queue.get_by_role("listitem").filter(has_text="Bo O'Neil").inner_text()
    )

    page.clock.fast_forward("14:00")
    page.get_by_role("button", name="Stay signed in").click()
    page.get_by_role("dialog").wait_for(state="hidden")
    filled.clock.pass_by(minutes=15)
    page.clock.fast_forward("15:01")
    page.wait_for_url("**/sign-in?why=idle")
    assert "nothing was clicked" in page.get_by_role("status").inner_text()
    assert "Ana" not in page.content()
    page.goto(f"{filled.url}/northside/calls")
    assert page.get_by_role("heading", name="Sign in").is_visible()
    done = [row[3] for row in filled.audited(Deed.TASK_DONE)]
    assert done == ["confirmed", "will_call", "rescheduled"]


def test_what_was_shown_is_not_kept_for_the_back_button(browser, filled):
    page = opened(browser, filled)
    sign_in(page)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in?why=out")
    page.go_back()
    page.get_by_role("heading", name="Sign in").wait_for()
    assert "Ana" not in page.content()


def test_it_works_by_keyboard_alone(browser, filled):
    page = opened(browser, filled)
    page.get_by_label("Name").focus()
    page.keyboard.type("maria")
    page.keyboard.press("Tab")
    page.keyboard.type(OWN)
    page.keyboard.press("Enter")
    page.wait_for_url("**/today")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
    shown = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert shown == "solid", "where one stands is seen"


def test_a_password_may_be_pasted(browser, filled):
    page = opened(browser, filled)
    page.get_by_label("Name").fill(OWN)
    page.get_by_label("Name").press("Control+a")
    page.get_by_label("Name").press("Control+x")
    page.get_by_label("Password").press("Control+v")
    assert page.get_by_label("Password").input_value() == OWN
    for label, kind in (("Name", "username"), ("Password", "current-password")):
        assert page.get_by_label(label).get_attribute("autocomplete") == kind


def test_it_works_without_scripts(browser, filled):
    page = opened(browser, filled, java_script_enabled=False)
    sign_in(page)
    page.get_by_role("link", name="Replies").click()
    stranger = page.get_by_role("listitem").filter(has_text="who is this").first
    stranger.get_by_role("button", name="Wrong number").click()
    assert "no more messages" in page.get_by_role("status").inner_text()


@pytest.mark.parametrize(
    ("viewport", "scheme"), [(DESK, "light"), (DESK, "dark"), (PHONE, "light")]
)
def test_every_page_keeps_to_wcag_2_2_aa(browser, filled, viewport, scheme):
    with filled.here.ledger.write() as con:
        alert = {"kind": "review_access", "reason": "emergency_access", "dedupe_key": "alert"}
        records.add_staff_task(con, **alert, detail="{}", due_at=NOW, now=NOW)
    page = opened(browser, filled, viewport, color_scheme=scheme)
    found = {"sign-in": flaws(page)}
    sign_in(page)
    own = page.locator(".clock a").first.get_attribute("href").removeprefix("/northside/")
    paths = [path for path, *_ in WAYS] + ["password", "second-factor", own, "today?day=3"]
    for path in paths:
        page.goto(f"{filled.url}/northside/{path}")
        found[path] = flaws(page)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= viewport["width"], f"{path} scrolls sideways"
    assert {path: some for path, some in found.items() if some} == {}


def test_axe_finds_what_is_wrong(browser, filled):
    page = opened(browser, filled)
    page.evaluate("document.querySelector('label').remove()")
    page.evaluate("document.querySelector('h1').style.color = '#ddd'")
    told = " ".join(flaws(page))
    assert "label:" in told
    assert "color-contrast" in told
