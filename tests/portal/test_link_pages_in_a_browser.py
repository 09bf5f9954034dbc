"""A patient on a phone, in a real browser: by thumb and by keyboard, in both languages, by axe."""

from collections.abc import Iterator
from typing import Any

import pytest

from ledger.schema_dialogue import confirmations
from portal.link_words import WORDS
from tests.portal.browsing import chromium, flaws, needs_browser

pytestmark = [pytest.mark.slow, needs_browser]
PHONE = {"width": 360, "height": 740}
NARROW = {"width": 320, "height": 640}
LEAST = 48


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as running:
        yield running


def opened(browser: Any, size: dict[str, int], **more: Any) -> Any:
    """A page on a phone that runs no script."""
    context = browser.new_context(viewport=size, java_script_enabled=False, **more)
    page = context.new_page()
    page.set_default_timeout(20_000)
    return page


def gives_birth_date(page: Any, day: str = "29") -> None:
    for name, value in (("month", "2"), ("day", day), ("year", "1980")):
        page.fill(f"#{name}", value)
    page.click("button.main")


def test_a_patient_finds_another_time_on_a_phone_without_scripts(ana, browser):
    before = ana.shown().starts_at
    page = opened(browser, PHONE, has_touch=True, is_mobile=True)
    page.goto(ana.address())
    for name, value in (("month", "2"), ("day", "29"), ("year", "1980")):
        page.fill(f"#{name}", value)
    page.tap("text=Continue")
    page.tap("text=I need another time")
    page.wait_for_selector("button.time")
    assert 1 <= page.locator("button.time").count() <= 3
    said = page.locator("button.time").first.inner_text()
    page.locator("button.time").first.tap()
    page.wait_for_selector(f"text={WORDS['en']['moved']}")
    now = ana.shown().starts_at
    assert now != before
    local = now.astimezone(ana.here.clinic.zone)
    told = f"{local:%A}, {local:%B} {local.day}"
    assert told in said
    assert told in page.inner_text("main")
    page.context.close()


def test_with_the_keyboard_alone_a_visit_is_confirmed(ana, browser):
    page = opened(browser, PHONE)
    page.goto(ana.address())

    def tab_to(words: str) -> None:
        for _ in range(20):
            page.keyboard.press("Tab")
            if words in page.locator(":focus").evaluate("one => one.innerText || one.name"):
                return
        raise AssertionError(f"{words} is not reached")

    page.keyboard.press("Tab")
    assert page.locator(":focus").get_attribute("class") == "skip"
    for name, value in (("month", "2"), ("day", "29"), ("year", "1980")):
        tab_to(name)
        page.keyboard.type(value)
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Yes, I will come")
    tab_to("Yes, I will come")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"text={WORDS['en']['confirmed']}")
    assert len(ana.rows(confirmations)) == 1
    page.context.close()


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("size", [PHONE, NARROW], ids=["360", "320"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_keeps_axe_s_rules_fits_and_is_made_for_thumbs(
    ana, browser, language, size, scheme
):
    says = WORDS[language]
    context = browser.new_context(viewport=size, color_scheme=scheme)
    page = context.new_page()
    page.set_default_timeout(20_000)
    seen = []

    def look(heading: str) -> None:
        assert page.inner_text("h1") == says[heading]
        assert flaws(page) == [], heading
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], heading
        for one in page.locator("a:visible, button:visible, input:visible").all():
            box = one.bounding_box()
            is_aside = "skip" in (one.get_attribute("class") or "")
            assert is_aside or box["height"] >= LEAST, (heading, one.inner_text(), box)
        assert page.locator('a[href^="tel:"]').count() == 1
        seen.append(heading)

    asked = f"?language={language}"
    address = ana.address()
    page.goto(address[:-3] + asked)
    look("unknown")
    page.goto(address + asked)
    look("birth_date")
    gives_birth_date(page, "31")
    assert says["no_date"] in page.inner_text("#error")
    look("birth_date")
    gives_birth_date(page, "28")
    look("birth_date")
    gives_birth_date(page)
    look("question")
    page.click(f"text={says['cannot_come']}")
    look("sure")
    page.click(f"text={says['rather_other']}")
    look("times")
    page.click(f"text={says['none_suits']}")
    look("will_call")
    assert len(set(seen)) == 6
    context.close()


def test_pages_of_links_that_do_nothing_more_keep_axe_s_rules(ana, browser):
    page = browser.new_context(viewport=PHONE).new_page()
    page.goto(ana.address())
    for _ in range(3):
        gives_birth_date(page, "28")
    assert page.inner_text("h1") == WORDS["en"]["locked"]
    assert flaws(page) == []
    ana.clock.at = ana.known().starts_at
    page.reload()
    page.goto(page.url.removesuffix("/birth-date"))
    assert page.inner_text("h1") == WORDS["en"]["expired"]
    assert flaws(page) == []
    page.context.close()
