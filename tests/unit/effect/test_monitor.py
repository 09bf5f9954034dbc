"""What the tenth says that stays held out after a sprint: whether its effect lasts."""

from datetime import date, timedelta

from data_contracts.effect import Verdict
from tests.unit.effect.conftest import NOW, PARAMETERS, STARTED
from warehouse.effect.monitor import read_monitor

CLOSED = STARTED + timedelta(days=7)
SHARE = 0.9


def _drawn(book, arm, first, count, missed):
    """Visits of forty patients since the close, drawn by the monitor."""
    for number in range(count):
        at = f"{first} {16 + number % 6}:{number % 60:02}"
        key = book.visit(at, "no_show" if number < missed else "arrived",
                         patient=f"{arm}{number % 40:03}")  # fmt: skip
        book.draw(key, arm, NOW - timedelta(days=18), sprint="monitor-1")


def read(con, now=NOW):
    return read_monitor(con, PARAMETERS, "one", "monitor-1", SHARE, now)


def test_while_the_sprint_runs_there_is_none(con, sprint):
    sprint()
    assert read(con) is None


def test_on_the_day_after_the_close_it_is_too_early(con, sprint):
    sprint(closed_on=CLOSED)
    assert "No visit that was drawn has an outcome yet" in read(con).words


def test_an_effect_that_lasts_is_seen_and_what_the_sprint_drew_is_not_in_it(con, sprint, book):
    sprint(closed_on=CLOSED)
    # Within the sprint the extra did harm; since then it helps.
    book.many("2026-01-07 16:00", 10, 10, "treated", 10)
    _drawn(book, "treated", date(2026, 1, 20), 1080, 60)
    _drawn(book, "held_out", date(2026, 1, 21), 120, 60)
    book.load()
    found = read(con)
    assert (found.since, found.treated, found.held_out) == (CLOSED, 1080, 120)
    assert found.verdict is Verdict.REDUCED
    assert found.words.startswith("The extra reduced missed visits: −44.4 percentage points")


def test_an_effect_that_is_gone_is_not_claimed(con, sprint, book):
    sprint(closed_on=CLOSED)
    _drawn(book, "treated", date(2026, 1, 20), 1080, 180)
    _drawn(book, "held_out", date(2026, 1, 21), 120, 20)
    book.load()
    assert read(con).words.startswith("No measurable change yet; consistent with")
