"""The consultant's clinics side by side, those that need somebody first."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from data_contracts.fleet import Health, Standing
from warehouse.benchmark.clinic import failed, known, remember
from warehouse.benchmark.file import replacing
from warehouse.benchmark.fleet import fleet

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
UNTIL = date(2026, 3, 1)
BROKEN = Standing(problems=("The last reading broke a contract.",))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Four clinics: one moved, one that needs a look, one that is late, one that failed."""
    path = tmp_path / "b.duckdb"
    with replacing(path) as con:
        for slug, hours, standing in (
            ("well", 2, Standing(sprint="spring", phase="no_show", sprint_began_on=UNTIL)),
            ("look", 2, BROKEN),
            ("late", 60, Standing()),
            ("failed", 2, Standing()),
        ):
            taken = known(con, slug, slug, slug.title())._replace(counted_until=UNTIL)
            remember(con, taken, [], standing, NOW - timedelta(hours=hours))
        failed(con, "failed", "its warehouse is damaged", NOW)
        cells = [
            ["no_show_rate", UNTIL - timedelta(days=40), 60, 300],
            ["no_show_rate", UNTIL - timedelta(days=5), 30, 300],
            ["late_cancel_rate", UNTIL - timedelta(days=40), 30, 300],
            ["late_cancel_rate", UNTIL - timedelta(days=5), 33, 300],
            ["arrived_per_booked_slot", UNTIL - timedelta(days=5), 250, 310],
        ]
        for metric, day, count, of in cells:
            con.execute(
                "INSERT INTO out_benchmark__cells VALUES (1, ?, ?, ?, ?, ?)",
                [metric, day, day, count, of],
            )
    return path


def test_who_needs_somebody_comes_first(path):
    found = fleet(path, NOW, {"new": "New PT", "well": "Well"})
    assert [(one.slug, one.health) for one in found.clinics] == [
        ("failed", Health.FAILING),
        ("late", Health.LATE),
        ("look", Health.ATTENTION),
        ("new", Health.UNKNOWN),
        ("well", Health.WELL),
    ]
    assert found.clinics[0].problems == ("its warehouse is damaged",)
    assert found.clinics[2].problems == BROKEN.problems


def test_a_clinic_shows_its_sprint_its_size_and_what_moved_most(path):
    well = fleet(path, NOW).clinics[-1]
    assert (well.sprint, well.phase, well.sprint_day, well.visits) == ("spring", "no_show", 2, 310)
    assert well.mover is not None
    assert (well.mover.metric, well.mover.before, well.mover.after) == ("no_show_rate", 0.2, 0.1)
    assert (well.mover.is_better, well.mover.is_beyond_chance) == (True, True)


def test_what_chance_alone_moves_is_not_called_more(path):
    with replacing(path) as con:
        con.execute(
            "UPDATE out_benchmark__cells SET numerator = 50"
            " WHERE metric = 'no_show_rate' AND numerator = 30"
        )
    mover = fleet(path, NOW).clinics[-1].mover
    assert mover is not None
    assert not mover.is_beyond_chance
