"""The warehouse knows what the ledger knows, by pseudonym, old times of visits included."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tasks.book import keep_snapshot
from tasks.loading import load_facts, load_warehouse, publish_warehouse, warehouse
from tasks.room import Room
from tests.cast import NOW, person, snapshot, visit

Enter = Callable[..., Room]
HOUR = timedelta(hours=1)


def rows(room: Room, query: str, *, read_only: bool = False) -> list[tuple[Any, ...]]:
    with warehouse(room, read_only=read_only) as con:
        return list(con.execute(query).fetchall())


def test_a_visit_arrives_under_pseudonyms_alone(enter: Enter) -> None:
    room = enter()
    keep_snapshot(room, snapshot([person()], [visit()]), NOW)
    assert load_warehouse(room, NOW)["visits"] == 1
    ((found,),) = rows(room, "SELECT v::VARCHAR FROM core_practice__visits AS v")
    assert "Follow-up" in found
    for name in ("ana", "caro", "visit-of"):
        assert name not in found.lower()


def test_the_same_load_again_changes_nothing_and_a_change_comes_once(enter: Enter) -> None:
    room = enter()
    keep_snapshot(room, snapshot([person()], [visit()]), NOW)
    load_warehouse(room, NOW)
    load_warehouse(room, NOW)
    later = visit(starts_at=NOW + 30 * HOUR, updated_at=NOW + HOUR)
    keep_snapshot(room, snapshot([person()], [later]), NOW + HOUR)
    load_warehouse(room, NOW + HOUR)
    load_warehouse(room, NOW + HOUR)
    found = rows(room, "SELECT version, starts_at FROM core_practice__visits")
    assert found == [(2, NOW + 30 * HOUR)]
    kept = rows(room, "SELECT version, starts_at, known_until FROM core_practice__visit_versions")
    assert kept == [(1, NOW + 24 * HOUR, NOW + HOUR)]


def test_what_was_read_again_unchanged_is_no_old_version(enter: Enter) -> None:
    room = enter()
    for hours in range(3):
        keep_snapshot(room, snapshot([person()], [visit()]), NOW + hours * HOUR)
    arrived = visit(status="arrived", updated_at=NOW + 25 * HOUR)
    keep_snapshot(room, snapshot([person()], [arrived]), NOW + 26 * HOUR)
    assert load_warehouse(room, NOW + 26 * HOUR)["versions"] == 0


def test_readers_see_the_published_copy_until_the_next(enter: Enter) -> None:
    room = enter()
    count = "SELECT count(*) FROM core_practice__visits"
    keep_snapshot(room, snapshot([person()], [visit()]), NOW)
    load_warehouse(room, NOW)
    publish_warehouse(room)
    second = visit(source_id="second", starts_at=NOW + 50 * HOUR)
    keep_snapshot(room, snapshot([person()], [visit(), second]), NOW + HOUR)
    load_warehouse(room, NOW + HOUR)
    assert rows(room, count, read_only=True) == [(1,)]
    assert rows(room, count) == [(2,)]
    publish_warehouse(room)
    assert rows(room, count, read_only=True) == [(2,)]


def test_the_step_loads_and_publishes(house: Any) -> None:
    northside = house()
    northside.keep([person()], [visit()])
    assert load_facts.fn("northside", NOW)["visits"] == 1
    count = "SELECT count(*) FROM core_practice__visits"
    assert rows(northside.here, count, read_only=True) == [(1,)]
