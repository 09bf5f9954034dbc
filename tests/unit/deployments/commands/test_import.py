"""`import` loads the past by a mapping, names what it cannot take, and lets no message go out."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from ledger import records
from ledger.candidates import BOOK_READ
from ledger.schema import batches, messages, patients, quarantine, visits
from tasks import history
from tasks.book import keep_snapshot
from tasks.planning import plan_messages
from tests.cast import NOW, person, snapshot, visit
from tests.unit.deployments.commands.conftest import Command

MAPPING = """\
name: old_system
kind: appointments
files: "visits*.csv"
columns:
  source_id: {from: [id]}
  patient_source_id: {from: [patient]}
  starts_at: {from: [when]}
  booked_at: {from: [booked]}
  mobile: {from: [phone]}
  status: {from: [outcome]}
status:
  words: {came: arrived, missed: no_show, open: booked}
"""
HEAD = "id,patient,when,booked,phone,outcome\n"
PAST = "2025-12-01 09:00,2025-11-20 10:00"


def row(number: int, days: int = 30, outcome: str = "came", patient: str = "bo") -> str:
    day = NOW - timedelta(days=days)
    booked = day - timedelta(days=9)
    return f"v{number},{patient},{day:%Y-%m-%d} 09:00,{booked:%Y-%m-%d} 10:00,,{outcome}\n"


@pytest.fixture
def here(write_file: Callable[..., None], enter: Callable[..., Any], tmp_path: Path) -> Any:
    (tmp_path / "old.yaml").write_text(MAPPING)
    practice = {
        "system": "report_files",
        "mappings": [str(tmp_path / "old.yaml")],
        "folder": {"kind": "local", "path": str(tmp_path / "inbox")},
    }
    write_file(practice=practice)
    return enter(practice=practice)


@pytest.fixture
def load(ptclinic: Command, tmp_path: Path) -> Callable[..., Any]:
    def run(text: str, *more: str, name: str = "visits.csv") -> Any:
        path = tmp_path / name
        path.write_text(HEAD + text)
        return ptclinic("import", "northside", path, "--now", NOW.isoformat(), *more)

    return run


def count(here: Any, table: Any) -> int:
    with here.ledger.read() as con:
        return int(con.execute(select(func.count()).select_from(table)).scalar_one())


def test_a_bad_row_is_named_by_file_and_line_and_the_rest_is_kept(
    here: Any, load: Callable[..., Any]
) -> None:
    late = "v8,bo,2025-12-01 09:00,2025-12-05 10:00,+13035550102,came\n"
    said = load(row(1) + late + row(2) + "v9,bo,,,,came\n")
    assert said.code == 0, said.err
    assert "booked_after_visit: 1 (visits.csv:3)" in said.out
    assert "it was booked after its day; correct it in the practice system" in said.out
    assert "missing_time: 1 (visits.csv:5)" in said.out
    assert "5550102" not in said.out + said.err
    assert (count(here, visits), count(here, quarantine)) == (2, 2)


def test_the_same_file_again_changes_nothing(here: Any, load: Callable[..., Any]) -> None:
    text = row(1) + "v9,bo,,,,came\n"
    first = load(text, "--json").document["files"][0]
    before = [count(here, table) for table in (visits, quarantine, batches, patients)]
    again = load(text, "--json").document["files"][0]
    assert (first["kept"], first["was_imported_before"]) == (1, False)
    assert (again["kept"], again["was_imported_before"]) == (0, True)
    assert before == [count(here, table) for table in (visits, quarantine, batches, patients)]


def test_history_says_nothing_of_the_book_and_causes_no_message(
    here: Any, load: Callable[..., Any]
) -> None:
    said = load(row(1) + row(2, days=-1, outcome="open"), "--json")
    assert said.document["files"][0]["ahead"] == 1
    plan_messages.fn("northside", NOW)
    with here.ledger.read() as con:
        assert records.cursor(con, BOOK_READ) is None
        assert records.cursor(con, "book") is None
        assert records.last_batch(con) is None
    assert (count(here, visits), count(here, messages)) == (1, 0)


def test_a_known_patient_keeps_today_s_number(here: Any, load: Callable[..., Any]) -> None:
    keep_snapshot(here, snapshot([person()], [visit()]), NOW)
    load("v1,ana," + PAST + ",+13035550199,came\n")
    with here.ledger.read() as con:
        found = con.execute(select(patients.c.phone_index)).scalar_one()
    assert found == here.ledger.index("+13035550101")


@pytest.mark.slow
def test_many_chunks_are_one_history_and_a_broken_one_stops_no_send(
    here: Any, load: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "CHUNK", 50)
    keep_snapshot(here, snapshot([person()], [visit()]), NOW)
    good = "".join(row(n, days=30 + n % 300) for n in range(120))
    bad = "".join(f"b{n},bo,,,,came\n" for n in range(40))
    said = load(good + bad)
    assert said.code == 1
    assert "more than one row in twenty was refused" in said.err
    assert count(here, visits) >= 1 + 90
    with here.ledger.read() as con:
        assert records.last_batch(con).source != records.IMPORT
        assert records.last_checked(con) is None


def test_a_file_that_no_mapping_claims_says_what_to_do(here: Any, load: Callable[..., Any]) -> None:
    said = load(row(1), name="other.csv")
    assert said.code == 1
    assert "other.csv" in said.err
    assert "--mapping" in said.err


def test_an_unknown_mapping_names_the_nearest(here: Any, load: Callable[..., Any]) -> None:
    said = load(row(1), "--mapping", "webpt_appointment")
    assert said.code == 2
    assert "did you mean 'webpt_appointments'?" in said.err
