"""A clinic's share of the benchmark: repeatable, never half written, nothing late is lost."""

from datetime import UTC, date, datetime, timedelta

import duckdb
import pandas as pd
import pytest

from data_contracts.fleet import Standing
from tests.unit.benchmark.conftest import FIRST, morning_after, noon
from warehouse.benchmark.file import BenchmarkUnreadable, reading, replacing
from warehouse.benchmark.refresh import Member, refresh
from warehouse.benchmark.span import Span
from warehouse.erase import erase_facts
from warehouse.load import load_visits
from warehouse.store import open_warehouse


def day(n: int) -> date:
    return FIRST + timedelta(days=n - 2)


def test_a_day_refreshed_twice_is_there_once_and_reads_the_same(book, take, cells):
    book(day(2), 12, missed=3)
    take(day(2))
    before = cells()
    assert before == [("northside", 2, 2, 3.0, 12)]
    assert take(day(2)).changed == 0
    assert take(day(2), only=Span(day(2), day(2))).changed == 0
    assert cells() == before


def test_a_clinics_day_is_its_own_calendar_day(book, take, cells):
    # 02:00 UTC on the 4th is still the evening of the 3rd in Denver.
    book(day(3), 11, at=datetime(2026, 3, 4, 2, tzinfo=UTC))
    take(day(4))
    assert cells() == [("northside", 3, 3, 0.0, 11)]


def test_small_days_are_pooled_with_the_next_and_the_last_wait(book, take, cells):
    for n, count in ((2, 4), (3, 5), (4, 3), (5, 30), (6, 6)):
        book(day(n), count, missed=1)
    take(day(6))
    assert cells() == [("northside", 2, 4, 3.0, 12), ("northside", 5, 5, 1.0, 30)]
    book(day(9), 4)
    take(day(9))
    assert cells()[2:] == [("northside", 6, 9, 1.0, 10)]


def test_what_is_little_before_a_cell_that_stands_is_never_shown(book, take, cells):
    book(day(5), 30)
    take(day(5))
    book(day(3), 4)
    take(day(5))
    assert cells() == [("northside", 3, 3, None, None), ("northside", 5, 5, 0.0, 30)]


def test_a_late_change_to_an_old_day_is_taken_in_its_cell(book, take, cells):
    for n in range(2, 7):
        book(day(n), 20)
    take(day(6))
    book(day(3), 20, missed=5)
    done = take(day(6))
    assert (done.cells, done.changed) == (0, 2), "two rates see a missed visit"
    assert ("northside", 3, 3, 5.0, 20) in cells()
    assert sum(cell[3] for cell in cells()) == 5


def test_a_visit_that_moved_leaves_one_day_and_comes_to_another(book, take, cells):
    book(day(2), 20)
    book(day(3), 20)
    take(day(4))
    later = datetime(2026, 3, 3, 19, tzinfo=UTC)
    book(day(2), 6, at=later)
    take(day(4))
    assert cells() == [("northside", 2, 2, 0.0, 14), ("northside", 3, 3, 0.0, 26)]


def test_a_cell_that_has_become_small_loses_its_numbers(book, take, cells, clinic):
    book(day(2), 12)
    take(day(2))
    erase_facts(clinic, "p3", [f"{day(2)}-3"])
    erase_facts(clinic, "p4", [f"{day(2)}-4"])
    erase_facts(clinic, "p5", [f"{day(2)}-5"])
    take(day(2))
    assert cells() == [("northside", 2, 2, None, None)]


def test_a_morning_that_was_missed_is_caught_up_with(book, take, cells):
    book(day(2), 20)
    take(day(2))
    book(day(3), 20)
    book(day(4), 20)
    take(day(4))
    assert [cell[1] for cell in cells()] == [2, 3, 4]


def test_only_the_asked_days_are_counted_and_the_rest_follows_by_itself(book, take, cells):
    for n in range(2, 7):
        book(day(n), 20)
    take(day(6), only=Span(day(3), day(4)))
    assert [cell[1] for cell in cells()] == [3, 4]
    take(day(6))
    assert [cell[1] for cell in cells()] == [2, 3, 4, 5, 6]


def test_days_that_are_not_over_are_not_counted(book, take, cells):
    book(day(2), 20)
    book(day(3), 20)
    take(day(2), only=Span(day(2), day(9)))
    assert [cell[1] for cell in cells()] == [2]


def test_what_changed_counts_the_same_as_everything_counted_anew(book, take, cells, path):
    for n in range(2, 8):
        book(day(n), 3 + n * 5 % 17, missed=n % 3)
        take(day(n))
        book(day(2 + n // 2), 30, missed=n)
    take(day(7))
    slow = {metric: cells(metric) for metric in ("no_show_rate", "arrived_per_booked_slot")}
    with replacing(path) as con:
        con.execute("UPDATE out_benchmark__clinics SET definitions = 'other words'")
    assert take(day(7)).days > 5, "other words: all is counted again"
    assert {metric: cells(metric) for metric in slow} == slow


def test_a_warehouse_begun_anew_is_counted_from_its_beginning(book, take, cells, clinic):
    book(day(2), 20)
    book(day(3), 20)
    take(day(3))
    old = f"UPDATE core_practice__visits SET status = 'no_show' WHERE starts_at < '{day(3)}'"
    clinic.execute(old)
    assert take(day(3)).changed == 0, "nothing was loaded"
    clinic.execute("UPDATE core_load__origin SET origin = 'another'")
    assert take(day(3)).changed > 0
    assert [cell[3] for cell in cells()] == [20.0, 0.0]


def test_an_older_copy_of_the_warehouse_is_counted_from_its_beginning(book, take, cells, clinic):
    for missed in (0, 5, 6):
        book(day(2), 20, missed=missed)
    book(day(5), 20)
    take(day(5))
    clinic.execute("UPDATE core_practice__visits SET status = 'arrived'")
    clinic.execute("UPDATE core_load__touched_days SET load_no = 1")
    book(day(2), 20, missed=3)
    take(day(5))
    assert ("northside", 2, 2, 3.0, 20) in cells()


def test_a_clinic_without_a_book_is_known_and_has_no_cells(take, cells, path):
    assert take(day(2)) == (0, 0, 0)
    assert cells() == []


def test_a_renamed_clinic_takes_its_history_along(book, take, cells):
    book(day(2), 20)
    take(day(2))
    book(day(3), 20)
    take(day(3), slug="southside", name="Southside PT")
    assert [cell[:2] for cell in cells()] == [("southside", 2), ("southside", 3)]


@pytest.mark.parametrize(
    "said", [{"slug": "northside"}, {"slug": "new", "formerly": ("northside",)}]
)
def test_a_clinic_begun_anew_keeps_what_its_new_book_does_not_know(
    book, take, cells, tmp_path, path, said
):
    for n in (2, 3, 4):
        book(day(n), 20)
    take(day(4))

    with open_warehouse(tmp_path / "new.duckdb", "cd" * 32) as con:
        frame = pd.DataFrame(
            {
                "visit_key": [f"n{n}" for n in range(25)],
                "patient_key": "p",
                "starts_at": noon(day(4)),
                "status": "arrived",
                "clinic_tz": "America/Denver",
                "updated_at": noon(day(4)),
            }
        )
        load_visits(con, frame)
        member = Member(
            key="k2", name="New", timezone="America/Denver", standing=Standing(), **said
        )
        with replacing(path) as draft:
            refresh(draft, con, member, morning_after(day(4)))
    found = [(cell[1], cell[4]) for cell in cells()]
    assert found == [(2, 20), (3, 20), (4, 25)], "one clinic, each day once"
    assert {cell[0] for cell in cells()} == {said["slug"]}


def test_a_refresh_that_fails_leaves_the_old_file_and_no_litter(book, take, cells, path):
    book(day(2), 20)
    take(day(2))
    before = cells()
    with pytest.raises(duckdb.ConstraintException), replacing(path) as con:
        con.execute(
            "INSERT INTO out_benchmark__cells VALUES (1, 'x', '2026-01-01', '2025-01-01', 1, 1)"
        )
    assert cells() == before
    assert [file.name for file in path.parent.iterdir()] == ["benchmark.duckdb"]


def test_a_reader_holding_the_old_file_open_does_not_stop_a_refresh(book, take, cells, path):
    book(day(2), 20)
    take(day(2))
    with reading(path) as reader:
        book(day(2), 20, missed=4)
        take(day(2))
        old = "SELECT sum(numerator) FROM out_benchmark__cells WHERE metric = 'no_show_rate'"
        assert reader.execute(old).fetchall() == [(0.0,)]
    assert cells() == [("northside", 2, 2, 4.0, 20)]


def test_a_file_that_is_not_ours_is_refused_by_name(take, path):
    path.parent.mkdir()
    path.write_text("not a database, but long enough to be looked at" * 100)
    with pytest.raises(BenchmarkUnreadable, match=r"benchmark\.duckdb: not a benchmark file"):
        take(day(2))


def test_a_file_that_is_not_there_says_what_makes_it(path):
    with pytest.raises(BenchmarkUnreadable, match="ptclinic benchmark refresh"), reading(path):
        pass


def test_nothing_of_a_patient_nor_any_money_is_in_the_file(book, take, path):
    book(day(2), 20, missed=3)
    take(day(2))
    with reading(path) as con:
        tables = con.execute("SELECT table_name FROM duckdb_tables()").fetchall()
        text = str([con.execute(f"FROM {name}").fetchall() for (name,) in tables])
    assert "p3" not in text
    assert f"{day(2)}-3" not in text
    assert "revenue" not in text
