"""The page in a real Chromium: two A4 sheets, a phone's width, and WCAG 2.2 AA."""

import re

import pytest

from data_contracts.fleet import Fleet
from tests.portal.browsing import CHROMIUM, chromium, flaws, needs_browser
from tests.unit.report.made_up_sprint import findings, put_sprint
from tests.unit.report.made_up_year import NOW, facts, make_year, put_year
from tests.unit.report.test_fleet_page import CLINICS
from warehouse.report.facts import BrokenContract
from warehouse.report.fleet import build_fleet
from warehouse.report.page import build_report
from warehouse.report.printing import CannotPrint, print_pdf, sheets
from warehouse.store import open_warehouse

pytestmark = pytest.mark.slow
A4 = (595, 842)
OPENED = "for (const one of document.querySelectorAll('details')) one.open = true"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """A sprint's page with everything on it, on a day when three contracts broke."""
    folder = tmp_path_factory.mktemp("print")
    broken = tuple(
        BrokenContract(contract=f"{n}.present", words="the column is gone", do="Mend the mapping.")
        for n in range(3)
    )
    told = {"broken": broken, "phase": "no show", "next_check": ("No staff sample is timed.",)}
    with open_warehouse(folder / "clinic.duckdb", "ab" * 32) as con:
        put_year(con, make_year())
        put_sprint(con)
        return build_report(con, facts(**told), NOW, folder / "page.html", findings())


@pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")
def test_everything_at_once_prints_on_two_a4_sheets(page, tmp_path):
    pdf = tmp_path / "report.pdf"
    assert print_pdf(page, pdf) == 2
    assert sheets(pdf) == 2
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", pdf.read_bytes())
    assert {(round(float(wide)), round(float(high))) for wide, high in boxes} == {A4}
    assert b"/StructTreeRoot" in pdf.read_bytes(), "a screen reader finds its way in it"
    assert [one.name for one in tmp_path.iterdir()] == ["report.pdf"]


def test_without_a_browser_it_says_what_to_do_and_leaves_nothing(page, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CannotPrint, match=r"no Chromium on this machine; install chromium"):
        print_pdf(page, tmp_path / "report.pdf")
    assert list(tmp_path.iterdir()) == []


@needs_browser
def test_both_pages_keep_to_wcag_2_2_aa_and_to_a_phones_width(page, tmp_path):
    fleet = build_fleet(Fleet(as_of=NOW, clinics=CLINICS), tmp_path / "fleet.html")
    found, too_wide = {}, {}
    with chromium() as browser:
        for place in (page, fleet):
            for wide in (1280, 360):
                shown = browser.new_page(viewport={"width": wide, "height": 800})
                shown.goto(place.as_uri())
                shown.evaluate(
                    "for (const one of document.querySelectorAll('details')) one.open = 1"
                )
                found[place.name, wide] = flaws(shown)
                across = shown.evaluate("document.documentElement.scrollWidth")
                too_wide[place.name, wide] = across > wide
    assert {where: some for where, some in found.items() if some} == {}
    assert {where for where, is_so in too_wide.items() if is_so} == set()
