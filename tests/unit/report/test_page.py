"""The owner's page: what it says, what it must not hold, and that anyone can read it."""

import re
import time
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from data_contracts.message import REASON_WORDS, Reason
from tests.unit.report.made_up_year import NOW, MadeUpYear, facts, make_year, put_year
from tests.unit.report.reading import words
from warehouse.metric_sql import load_metrics
from warehouse.report.facts import Answers, BrokenContract
from warehouse.report.page import build_report
from warehouse.store import open_warehouse


@pytest.fixture(scope="module")
def year() -> MadeUpYear:
    return make_year()


@pytest.fixture(scope="module")
def con(tmp_path_factory, year):
    path = tmp_path_factory.mktemp("warehouse") / "clinic.duckdb"
    with open_warehouse(path, "ab" * 32) as connection:
        put_year(connection, year)
        yield connection


@pytest.fixture(scope="module")
def page(con, tmp_path_factory) -> str:
    return built(con, tmp_path_factory.mktemp("report"))


@pytest.fixture
def empty(tmp_path):
    with open_warehouse(tmp_path / "clinic.duckdb", "ab" * 32) as connection:
        yield connection


def built(con: duckdb.DuckDBPyConnection, folder: Path, **changed: object) -> str:
    out = build_report(con, facts(**changed), NOW, folder / "new" / "page.html")
    assert [file.name for file in out.parent.iterdir()] == ["page.html"]
    return out.read_text(encoding="utf-8")


def test_what_payers_denied_is_told_by_payer_and_by_what_would_have_prevented_it(empty, tmp_path):
    assert "What payers denied" not in words(built(empty, tmp_path / "before"))
    for place in range(12):
        denied = place < 3
        empty.execute(
            "insert into core_claims__payments values (?, ?, null, null, 'evergreen', false, true,"
            " true, ?, 12000, ?, ?, ?, ?, ?, ?)",
            [
                str(place), str(place), "denied" if denied else "paid", 0 if denied else 9000,
                12_000 if denied else 0, 12_000 if denied else 0,
                "authorization" if denied else None, "authorisation" if denied else None,
                NOW - timedelta(days=9),
            ],
        )  # fmt: skip
    said = words(built(empty, tmp_path / "after"))
    assert said.index("2. Money") < said.index("What payers denied") < said.index("3. What to do")
    assert "Check before the visit: authorisation or referral billing 3 claims were denied" in said
    assert "evergreen 12 25.0%" in said
    assert "authorisation or referral 3 not shown authorisation: yes" in said
    assert load_metrics()["claim_denial_rate"].question in said.replace("&#39;", "'")


def test_what_answers_did_is_told_in_a_sentence(page, con, tmp_path):
    assert "No patient answered in the last 28 days." in words(page)
    said = Answers(confirmed=41, cancelled=7, moved=5, for_people=3, freed=9, filled=6)
    told = words(built(con, tmp_path, answers=said))
    assert "confirmed 41 visits in the last 28 days, took 7 off the book and moved 5" in told
    assert "3 answers were left to a person" in told
    assert "9 times came free; somebody else was booked into 6 of them" in told


class Outline(HTMLParser):
    """Headings, ids and figures of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.tags if tag == name]


def test_a_true_fall_is_called_lower_and_never_causal(page):
    assert "The no-show rate is lower than before" in words(page)
    assert "before/after comparison, not a causal one" in words(page)
    assert "clustered by patient" in words(page)


def test_figures_of_a_sandbox_are_called_simulated_and_real_ones_are_not(tmp_path):
    with open_warehouse(tmp_path / "clinic.duckdb", "ab" * 32) as con:
        put_year(con, make_year())
        pretend = words(built(con, tmp_path))
        real = words(built(con, tmp_path, delivery="live"))
    assert "These patients are simulated" in pretend
    assert "simulated" not in real


def test_a_published_figure_stands_with_what_it_counts_otherwise(page):
    """Misses and cancellations together are another number than misses."""
    told = "20.6% (summary of a clinic study, grade B: cancellations count too, in time or late)"
    assert told in words(page)


def test_without_any_effect_no_change_is_claimed(tmp_path):
    with open_warehouse(tmp_path / "clinic.duckdb", "ab" * 32) as con:
        put_year(con, make_year(reminders_help=0.0))
        said = words(built(con, tmp_path))
    assert "No measurable change yet; what we see is consistent with" in said
    assert "lower than before" not in said


def test_every_metric_stands_beside_its_definition(page):
    said = words(page).replace("&#39;", "'")
    for metric in load_metrics().values():
        # What is not connected says so: two sheets have no room for what it would count.
        stands = f"{metric.title}:" in said and metric.question in said
        lacks = re.search(rf"{re.escape(metric.title)} \((not connected yet: )?needs ", said)
        assert stands != bool(lacks), metric.name


def test_the_numbers_are_those_of_the_book(page, year):
    recent = year.messages[year.messages.sent_at >= NOW - timedelta(days=28)]
    delivered = (recent.status == "delivered").sum()
    assert f"{len(recent):,} reminders were handed to a carrier" in words(page)
    assert f"{delivered:,} of {len(recent):,} are confirmed delivered" in words(page)
    ahead = year.visits[(year.visits.status == "booked")]
    soon = ahead[(ahead.starts_at >= NOW) & (ahead.starts_at < NOW + timedelta(days=7))]
    expected = year.scores[year.scores.visit_key.isin(soon.visit_key)].score.sum()
    assert f"Sum {len(soon)} {expected:.2f} ${expected * 98:,.0f}" in words(page)


def test_why_not_sent_is_said_in_words(page):
    for reason in (Reason.NO_CONSENT, Reason.OPTED_OUT, Reason.TOO_LATE, Reason.BAD_NUMBER):
        assert REASON_WORDS[reason] in words(page).replace("&#39;", "'")
        assert reason.value not in page


def test_the_model_is_named_with_its_evaluation(page):
    assert "no-show-4f1c2ab9" in page
    assert "AUC 0.71 (95% interval 0.67 to 0.75, clustered by patient)" in words(page)


def test_a_broken_contract_is_the_first_thing_said_with_its_cure(con, tmp_path):
    broken = BrokenContract(
        contract="starts_at.present", words="the column is gone", do="Mend the mapping."
    )
    said = words(built(con, tmp_path, broken=(broken,)))
    assert said.index("Reminders are stopped") < said.index("No-show rate")
    assert "starts_at.present" in said
    assert "Mend the mapping." in said


def test_an_old_book_is_said_to_be_old(con, tmp_path, page):
    assert "The book is old" not in page
    said = words(built(con, tmp_path, last_sync_at=NOW - timedelta(days=3)))
    assert "it was last read 3 days ago" in said


def test_a_new_clinic_gets_a_page_that_says_what_is_missing(empty, tmp_path):
    said = words(built(empty, tmp_path, model=None, batches=(), quarantine={}, last_sync_at=None))
    for sentence in (
        "Too early to say: 0 whole weeks",
        "0 scored visits have an outcome so far",
        "No coming visit has a score yet",
        "No reminder was handed to a carrier",
        "it has never been read",
        "No batch has been read yet",
        "Model: none yet",
    ):
        assert sentence in said


def test_nothing_on_the_page_is_of_a_patient_or_of_a_visit(page):
    assert not re.search(r"\b[pv]\d+\b", words(page))
    assert "patient_key" not in page


def test_the_page_needs_nothing_from_elsewhere_and_runs_no_script(page):
    outline = Outline(page)
    assert not outline.all("script")
    assert not outline.all("link")
    assert not outline.all("img")
    addresses = set(re.findall(r"https?://[^\s\"'<>]+", page))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert "@import" not in page
    [policy] = [m for m in outline.all("meta") if m.get("http-equiv")]
    assert "default-src 'none'" in str(policy["content"])


def test_a_clinics_name_is_text_and_never_markup(empty, tmp_path):
    page = built(empty, tmp_path, clinic_name="<b>North & South</b>")
    assert "&lt;b&gt;North &amp; South&lt;/b&gt;" in page
    assert "<b>" not in page


def test_the_page_can_be_read_without_seeing_it(page):
    outline = Outline(page)
    assert outline.all("html")[0]["lang"] == "en"
    assert len(outline.all("h1")) == 1
    pictures = [div for div in outline.all("div") if div.get("role") == "img"]
    assert len(pictures) == 3 + page.count("<figure>\n<figcaption><strong>")
    assert all(len(str(picture["aria-label"])) > 40 for picture in pictures)
    assert len(outline.all("details")) == len(pictures), "a table under each chart"
    assert len(outline.all("caption")) == len(outline.all("table"))
    assert all(th.get("scope") for th in outline.all("th"))
    ids = [attrs["id"] for _, attrs in outline.tags if "id" in attrs]
    assert len(ids) == len(set(ids))


def test_text_stands_out_from_its_ground_as_wcag_asks():
    css = (Path(build_report.__code__.co_filename).parent / "page.css").read_text()
    colour = dict(re.findall(r"--(\w+): #([0-9a-f]{6})", css))
    for text in ("ink", "muted", "accent", "alert"):
        assert contrast(colour[text], "ffffff") >= 4.5
        assert contrast(colour[text], colour["soft"]) >= 4.5


def test_a_year_is_reported_in_under_three_seconds_of_a_core(con, tmp_path):
    """Of its own work: tests run side by side, and `bench/report.py` measures by the clock."""
    began = time.process_time()
    built(con, tmp_path)
    assert time.process_time() - began < 3


def test_a_scored_visit_counts_by_its_last_score_before_it_began(tmp_path, year):
    late = year.scores.assign(score=0.99, scored_at=NOW - timedelta(minutes=1))
    with open_warehouse(tmp_path / "clinic.duckdb", "ab" * 32) as con:
        put_year(con, replace(year, scores=year.scores))
        first = words(built(con, tmp_path / "first"))
        put_year(con, replace(year, scores=late[late.visit_key.isin(past(year))]))
        second = words(built(con, tmp_path / "second"))
        put_year(con, replace(year, scores=upside_down(year, timedelta(hours=-1))))
        older = words(built(con, tmp_path / "older"))
        put_year(con, replace(year, scores=upside_down(year, timedelta(hours=1))))
        newer = words(built(con, tmp_path / "newer"))
    sentence = r"The quarter of visits .*? would hold 25%"
    told = [re.search(sentence, one).group() for one in (first, second, older, newer)]
    assert told[0] == told[1] == told[2] != told[3]


def upside_down(year: MadeUpYear, later: timedelta) -> pd.DataFrame:
    """Another score of each visit that is over, a little later or earlier, that ranks it last."""
    over = year.scores[year.scores.visit_key.isin(past(year))]
    return over.assign(score=1 - over.score, scored_at=over.scored_at + later)


def past(year: MadeUpYear) -> list[str]:
    return year.visits[year.visits.starts_at < NOW - timedelta(hours=1)].visit_key.tolist()


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2.2, 1.4.3."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
