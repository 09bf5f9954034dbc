"""Whatever a clinic has or lacks, the estimator says in words what it cannot say."""

from datetime import date

import pytest

from data_contracts.effect import Verdict
from tests.unit.effect.conftest import NOW, PARAMETERS
from warehouse.effect.read import read_effect


def _words(effect):
    """Every sentence of an effect."""
    seconds = effect.seconds
    parts = (
        effect,
        effect.primary,
        effect.always_valid,
        effect.newcombe,
        effect.arrived,
        effect.ratio_check,
        effect.missing,
        effect.power,
        seconds.before_after,
        seconds.last_year,
        seconds.segmented,
        seconds.p_chart,
    )
    return [part.words for part in parts]


def test_without_a_sprint_there_is_nothing_to_compare(con):
    effect = read_effect(con, PARAMETERS, "one", NOW)
    assert effect.verdict is Verdict.CANNOT_SAY
    assert "No sprint" in effect.words
    assert all(_words(effect))


def test_an_empty_warehouse_with_a_sprint(con, sprint):
    sprint()
    effect = read_effect(con, PARAMETERS, "one", NOW)
    assert effect.words == "No visit that was drawn has an outcome yet."
    assert "No visit has been drawn" in effect.ratio_check.words
    assert all(_words(effect))


def test_two_weeks_of_history(con, book, sprint):
    sprint()
    book.many("2025-12-22 15:00", 120, 20, None, 60)
    book.many("2026-01-05 15:00", 200, 24, "treated", 70)
    book.many("2026-01-12 15:00", 200, 40, "held_out", 70)
    book.load()
    effect = read_effect(con, PARAMETERS, "one", NOW)
    assert effect.primary.is_known  # arms need no history
    assert effect.power.base_rate == pytest.approx(20 / 120)
    assert "26 are needed" in effect.seconds.segmented.words
    assert "8 are needed" in effect.seconds.p_chart.words
    assert "last year" in effect.seconds.last_year.words
    assert effect.seconds.before_after.is_known
    assert all(_words(effect))


def test_no_hold_out(con, book, sprint):
    sprint(share=1.0)
    book.many("2025-10-06 15:00", 400, 60, None, 60)
    book.many("2026-01-05 15:00", 200, 24, "treated", 70)
    book.load()
    effect = read_effect(con, PARAMETERS, "one", NOW)
    assert effect.verdict is Verdict.CANNOT_SAY
    assert effect.words.startswith("There is no hold-out")
    assert effect.power.words.startswith("There is no hold-out")
    assert not effect.ratio_check.is_suspect
    assert not effect.newcombe.is_known
    assert all(_words(effect))


@pytest.mark.parametrize("status", ["arrived", "cancelled", "no_show", "booked"])
def test_one_outcome_for_all(con, book, sprint, status):
    sprint(closed_on=date(2026, 4, 6))
    for week in range(8):
        book.visit(f"2025-11-{week + 3:02d} 17:00", status, notice_hours=48)
    for number in range(60):
        for arm in ("treated", "held_out"):
            book.visit(
                f"2026-01-{7 + number % 20:02d} 17:00",
                status,
                arm,
                f"p{number % 30}",
                notice_hours=48 if status == "cancelled" else None,
            )
    book.load()
    effect = read_effect(con, PARAMETERS, "one", NOW)
    assert effect.verdict is Verdict.CANNOT_SAY
    assert not effect.primary.is_known
    assert all(_words(effect))


def test_a_suspect_draw_claims_nothing(con, book, sprint):
    sprint()
    book.many("2026-01-05 15:00", 400, 20, "treated", 70)
    book.many("2026-01-12 15:00", 200, 80, "held_out", 70)
    book.load()
    effect = read_effect(con, PARAMETERS, "one", NOW)
    assert effect.primary.high < 0
    assert effect.ratio_check.is_suspect
    assert effect.verdict is Verdict.CANNOT_SAY
    assert effect.words.startswith("Nothing is claimed")


def test_a_quarter_whose_arms_are_not_as_drawn_is_named_though_all_together_are(con, book, sprint):
    sprint()
    sizes = {("low", "treated"): 45, ("low", "held_out"): 5, ("top", "treated"): 5}
    sizes |= {("top", "held_out"): 45, ("even", "treated"): 27, ("even", "held_out"): 23}
    for (stratum, arm), count in sizes.items():
        for number in range(count):
            on = f"2026-01-{7 + number % 20:02d} 17:00"
            book.visit(on, "arrived", arm, f"p{number % 30}", stratum=stratum)
    book.load()
    effect = read_effect(con, PARAMETERS, "one", NOW)
    assert not effect.ratio_check.is_suspect
    told = [words for words in effect.notes if "In the risk quarter" in words]
    assert [words.split(" of ")[0] for words in told] == [
        "In the risk quarter low 45",
        "In the risk quarter top 5",
    ]
