"""The page of a sprint: its verdict, its money, its places; and what it says where it cannot."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from rich.markdown import Markdown

from data_contracts.effect import Monitor, Verdict
from tests.unit.report.made_up_sprint import effect, findings, placed, put_sprint
from tests.unit.report.made_up_year import NOW, PARAMETERS, STARTED_ON, facts, make_year, put_year
from tests.unit.report.reading import words
from warehouse.metric_sql import load_metrics
from warehouse.report.found import Findings
from warehouse.report.page import build, build_report
from warehouse.report.trend import Baseline, read_trends
from warehouse.store import open_warehouse

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def con(tmp_path_factory):
    path = tmp_path_factory.mktemp("warehouse") / "clinic.duckdb"
    with open_warehouse(path, "ab" * 32) as connection:
        put_year(connection, make_year())
        put_sprint(connection)
        yield connection


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """A sprint and not one visit: nothing is drawn of it, so pages cost little."""
    path = tmp_path_factory.mktemp("bare") / "clinic.duckdb"
    with open_warehouse(path, "ab" * 32) as connection:
        put_sprint(connection)
        yield connection


@pytest.fixture(scope="module")
def page(con, tmp_path_factory) -> str:
    return built(con, tmp_path_factory.mktemp("report"), findings())


def built(con, folder: Path, found: Findings, **changed: object) -> str:
    return build_report(con, facts(**changed), NOW, folder / "page.html", found).read_text()


def test_the_five_questions_stand_in_the_order_of_an_owner(page):
    titles = re.findall(r"<h2[^>]*>(\d\. [^<]+)</h2>", page)
    assert titles == [
        "1. What changed, and is it real?",
        "2. Money",
        "3. What to do this week",
        "4. Data health",
        "5. Method",
    ]


def test_the_first_lines_answer_an_owner_at_a_glance(page, con, tmp_path):
    top = words(page).partition("1. What changed")[0]
    assert "Is it real? Real: fewer missed Money In the middle $1,880 is left" in top
    assert "$1,880 net in the middle To do this week 3 first: Keep people at hand" in top
    assert "Data Sound" in top
    bare = words(built(con, tmp_path, Findings())).partition("1. What changed")[0]
    assert "Is it real? Cannot be said Money Cannot be said yet" in bare


def test_the_verdict_is_the_estimators_own_sentence_with_its_estimand_and_its_power(page):
    said = words(page)
    assert f"Real: fewer missed {effect().words} {effect().estimand}" in said
    for part in (effect().power, effect().ratio_check, effect().missing, effect().goal):
        assert part.words in said


def test_what_shows_no_cause_is_told_apart_in_words_and_in_shape(page):
    said = words(page)
    assert "Filled circles compare what was drawn by lot; hollow squares compare times" in said
    assert said.count("(no cause)") == 3
    assert "Trend before and after: cannot be said" in page, "the picture's text says it too"
    assert "By lot, for the end alone: −4.1 (−6.7 to −1.5)" in page


@pytest.mark.parametrize("verdict", [Verdict.NO_CHANGE_YET, Verdict.CANNOT_SAY, Verdict.RAISED])
def test_the_stamp_claims_no_more_than_the_verdict(bare, tmp_path, verdict):
    told = "What we see is consistent with anything from a to b."
    page = built(bare, tmp_path, Findings(effect=effect(verdict=verdict, words=told)))
    assert "Real: fewer missed" not in page
    assert told in words(page)


def test_money_is_a_spread_with_its_bridge_and_where_each_assumption_comes_from(page):
    said = words(page)
    assert "In the middle $1,880 80 of 100 draws $515 to $3,245" in said
    assert "95 of 100 draws −$220 to $3,980 Chance of any gain 95%" in said
    assert "Refilled anyway −$520" in page
    assert "Licence not known" in page, "what nobody told us is unknown, never zero"
    for origin in ("measured : mean of paid", "contract : clinic", "typed in : clinic"):
        assert origin in said
    year = "If a whole year went as these 84 days did: $8,170 net is the middle."
    assert f"{year} The licence is not known, and not taken off." in said


def test_a_place_is_turned_so_that_right_is_better_and_few_are_not_placed(page):
    said = words(page)
    assert (
        "No-show rate 12.1% of 1,517 14.2% Better than 69 of 100 (54 to 82), by 27 clinics. 2 days"
    ) in said
    assert "Arrived per booked slot 79.0% of 1,902 77.0% Better than 64 of 100 (49 to 77)" in said
    assert "From Aug 25 to Nov 22, counted by the same words for all" in said
    assert ">Arrived per booked slot 79.0%: 64 (49 to 77)<" in page, "whole, also on a phone"
    assert "Fewer than 10 visits counted: too few to compare." in said


def test_where_any_place_is_possible_no_place_is_claimed(bare, tmp_path):
    alike = placed()[0].model_copy(update={"percentile": 50, "low": 0, "high": 100})
    page = built(bare, tmp_path, Findings(placed=(alike,)))
    assert "No place: 27 clinics differ from it no more than chance explains." in words(page)
    assert "etter than 50" not in page, "nor in the picture and its text"


def test_the_goal_and_the_frozen_baseline_stand_in_the_years_line(page):
    assert re.search(r"No-show rate [\d.]+% goal 10.0%, before 17.0%", words(page))


def test_a_frozen_sum_is_held_against_months_by_the_month(con):
    """Thirteen weeks hold three months of dollars, and no more of a cost per patient."""
    known, weeks = load_metrics(), timedelta(weeks=13)
    frozen = {"revenue_recovered": 230_000.0, "acquisition_cost": 9_100.0}
    baseline = Baseline(STARTED_ON - weeks, STARTED_ON - timedelta(days=1), frozen)
    found = read_trends(con, [known[name] for name in frozen], PARAMETERS, baseline, NOW)
    assert found[0].baseline == pytest.approx(230_000 / 91 * 365.25 / 12)
    assert found[1].baseline == 9_100


def test_a_definition_that_changed_since_the_baseline_is_said_first_of_all_definitions(
    bare, tmp_path, page
):
    assert "was frozen with the baseline of Mar 2, 2026 to Aug 30, 2026" in words(page)
    assert "has not changed since" in words(page)
    changed = ("A late cancel now counts as missed; it did not.",)
    said = words(built(bare, tmp_path, Findings(), definition_changes=changed))
    assert f"What is counted has changed since the baseline was frozen: {changed[0]}" in said
    assert "has not changed since" not in said


def test_named_tasks_say_who_why_and_where(bare, tmp_path):
    waiting = {"call_patient": 5, "read_reply": 1, "resume_dispatch": 1}
    said = words(built(bare, tmp_path, Findings(), open_tasks=waiting))
    stopped = said.index("Look why sending was paused, then resume it owner no message leaves")
    calls = said.index("Call 5 patients front desk no message reaches them")
    assert stopped < calls < said.index("Read 1 answer that needs a person front desk")
    assert "board: Replies" in said


def test_after_the_close_the_page_says_whether_it_lasts(bare, tmp_path, page):
    assert "Does it last?" not in page
    monitor = Monitor(since=date(2026, 11, 2), verdict=Verdict.NO_CHANGE_YET, treated=270,
                      held_out=31, words="No measurable change yet.")  # fmt: skip
    said = words(built(bare, tmp_path, Findings(effect=effect(), monitor=monitor)))
    stays = "Since Nov 2 a tenth of the visits stays held out (31, beside 270 with the extra)."
    assert f"Does it last? {stays} No measurable change yet." in said


def test_a_sprint_without_an_effect_says_so_in_a_line(bare, tmp_path):
    said = words(built(bare, tmp_path, Findings(unsaid=("There is no hold-out.",))))
    assert "is it real? There is no hold-out." in said
    assert "What this sprint is worth cannot be said yet" in said
    assert "the consultant's benchmark has no place" in said.replace("&#39;", "'").lower()


def test_what_the_run_shows_of_it_holds_no_money(bare, tmp_path):
    made = build(bare, facts(), NOW, tmp_path / "page.html", findings())
    assert "Real: fewer missed" in made.summary
    assert "$" not in made.summary
    assert "Revenue" not in made.summary
    assert "$" not in str(made.todo)


def test_a_clinics_name_is_read_as_it_stands_in_the_runs_markdown(bare, tmp_path):
    name = "![x](https://example.com/x.png)\n# PT & <b>Co</b> | *one*"
    made = build(bare, facts(clinic_name=name), NOW, tmp_path / "page.html", findings())
    opened, title, closed, *_ = Markdown(made.summary).parsed
    assert (opened.tag, closed.tag) == ("h1", "h1")
    assert {one.type for one in title.children} <= {"text", "text_special"}
    assert "".join(one.content for one in title.children) == " ".join(name.split())


def test_two_sprints_that_overlap_are_named_and_their_days_too(tmp_path):
    with open_warehouse(tmp_path / "clinic.duckdb", "ab" * 32) as con:
        put_sprint(con, "summer", date(2026, 6, 1))
        put_sprint(con, "autumn", STARTED_ON)
        said = words(built(con, tmp_path, Findings()))
        assert "summer is still open, and autumn began on Aug 31, 2026" in said
        close = "UPDATE core_sprint__sprints SET closed_on = ? WHERE sprint = 'summer'"
        con.execute(close, [STARTED_ON + timedelta(days=1)])
        assert "summer ran until Sep 1, 2026, and autumn began" in words(
            built(con, tmp_path, Findings())
        )
        # Closed in the morning and begun in the afternoon: no visit is drawn in both.
        con.execute(close, [STARTED_ON])
        assert "autumn began on Aug 31, 2026" not in words(built(con, tmp_path, Findings()))


def test_nothing_that_was_found_is_a_patients_or_a_visits(page):
    assert not re.search(r"\b[pv]\d+\b", words(page))
