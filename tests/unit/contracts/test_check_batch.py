"""A whole batch against its contracts: what stops sends, and what is merely one bad row."""

import time
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from data_contracts.tables.check import check_batch
from data_contracts.tables.verdict import SAMPLE, BatchBaseline, BatchVerdict

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
USUAL = BatchBaseline(rows=(900, 1000, 1100), last_good_at=NOW - timedelta(hours=1))


def visits(rows: int = 1000) -> pd.DataFrame:
    """A good batch; identity that a check must never see rides along."""
    return pd.DataFrame(
        {
            "row_id": [f"r{n}" for n in range(rows)],
            "source_id": [str(90_000 + n) for n in range(rows)],
            "patient_source_id": [f"p{n % 200}" for n in range(rows)],
            "starts_at": [NOW + timedelta(hours=n % 500) for n in range(rows)],
            "booked_at": [NOW - timedelta(days=1 + n % 30) for n in range(rows)],
            "status": ["booked"] * rows,
            "updated_at": [NOW - timedelta(minutes=n % 600) for n in range(rows)],
            "notes": ["Ana 555-0101"] * rows,
        }
    )


def broken(verdict: BatchVerdict) -> list[str]:
    return [problem.contract for problem in verdict.problems]


def test_a_good_batch_holds_every_contract():
    verdict = check_batch(visits(), USUAL, NOW)
    assert not verdict.is_broken
    assert verdict.words() == "visits: 1000 rows, every contract holds."
    assert all(row["passed"] and row["rows"] == "" for row in verdict.table())


def test_a_column_that_is_gone_is_one_problem_with_a_cure():
    verdict = check_batch(visits().drop(columns="starts_at"), USUAL, NOW)
    assert broken(verdict) == ["starts_at.present"]
    assert "the column starts_at is not in the batch" in verdict.words()
    assert "mend the mapping" in verdict.words()
    assert "Last good batch: 2026-11-23 14:00 UTC" in verdict.words()


@pytest.mark.parametrize("empty", [None, "", "  "])
def test_a_column_that_is_all_empty_breaks_the_batch(empty):
    assert broken(check_batch(visits().assign(booked_at=empty), USUAL, NOW)) == ["booked_at.filled"]


def test_dates_that_cannot_be_read_count_as_empty():
    verdict = check_batch(visits().assign(booked_at="13/13/2026"), USUAL, NOW)
    assert broken(verdict) == ["booked_at.filled"]


def test_an_all_empty_column_breaks_even_a_batch_of_one():
    verdict = check_batch(visits(1).assign(starts_at=None), None, NOW)
    assert broken(verdict) == ["starts_at.filled"]


def test_duplicated_ids_break_the_batch_though_one_is_a_number_and_one_is_text():
    frame = visits()
    frame["source_id"] = frame["source_id"].astype(object)
    frame.loc[3, "source_id"] = 90_004
    verdict = check_batch(frame, USUAL, NOW)
    assert broken(verdict) == ["source_id.unique"]
    assert verdict.problems[0].count == 2
    assert verdict.problems[0].row_ids == ("r3", "r4")


@pytest.mark.parametrize(
    ("rows", "is_broken"), [(99, True), (101, False), (9_999, False), (10_100, True)]
)
def test_ten_times_or_a_tenth_of_the_usual_volume_breaks_the_batch(rows, is_broken):
    verdict = check_batch(visits(rows), USUAL, NOW)
    assert broken(verdict) == (["volume"] if is_broken else [])


def test_a_fetch_of_changes_has_no_usual_volume_and_may_be_empty():
    assert not check_batch(visits(3), None, NOW).is_broken
    assert not check_batch(pd.DataFrame(), None, NOW).is_broken
    assert broken(check_batch(pd.DataFrame(), USUAL, NOW)) == ["volume"]


def test_a_new_clinics_few_visits_are_too_few_to_call_a_volume_odd():
    assert not check_batch(visits(400), BatchBaseline(rows=(12,)), NOW).is_broken


@pytest.mark.parametrize(
    ("column", "ahead", "is_broken"),
    [
        ("booked_at", timedelta(hours=1), True),
        ("booked_at", timedelta(minutes=10), False),
        ("updated_at", timedelta(days=1), True),
        ("starts_at", timedelta(days=800), True),
        ("starts_at", timedelta(days=400), False),
    ],
)
def test_dates_too_far_ahead_break_the_batch_when_many_rows_have_them(column, ahead, is_broken):
    frame = visits()
    frame.loc[:49, column] = NOW + ahead
    verdict = check_batch(frame, USUAL, NOW)
    assert broken(verdict) == ([f"{column}.notafter"] if is_broken else [])


def test_one_bad_row_is_counted_and_named_but_breaks_nothing():
    frame = visits(8)
    frame.loc[5, "booked_at"] = NOW + timedelta(days=2)
    frame.loc[6, "status"] = "vanished"
    verdict = check_batch(frame, None, NOW)
    assert not verdict.is_broken
    counts = {check.contract: (check.count, check.row_ids) for check in verdict.checked}
    assert counts["booked_at.notafter"] == (1, ("r5",))
    assert counts["status.known"] == (1, ("r6",))


def test_status_words_that_are_new_break_the_batch():
    frame = visits()
    frame.loc[:99, "status"] = "DNA"
    verdict = check_batch(frame, USUAL, NOW)
    assert broken(verdict) == ["status.known"]
    assert "status words" in verdict.words()


@pytest.mark.parametrize(("refused", "is_broken"), [(50, False), (51, True)])
def test_more_than_one_refused_row_in_twenty_breaks_the_batch(refused, is_broken):
    frame = visits().assign(reject_reason=None)
    frame["reject_reason"] = frame["reject_reason"].astype(object)
    frame.loc[: refused - 1, "reject_reason"] = "ends_before_start"
    verdict = check_batch(frame, USUAL, NOW)
    assert broken(verdict) == (["reject_reason.accepted"] if is_broken else [])


def test_nothing_of_the_rows_but_their_own_ids_is_in_a_verdict():
    frame = visits().assign(status="Ana 555-0101", booked_at=NOW + timedelta(days=900))
    frame["source_id"] = "Bo bo@example.com"
    verdict = check_batch(frame, USUAL, NOW)
    said = verdict.model_dump_json() + verdict.words() + repr(verdict.table())
    assert "r0" in said
    assert not any(word in said for word in ("Ana", "555-0101", "Bo", "example.com", "2029"))


def test_a_long_list_of_rows_is_cut_to_a_sample_and_its_count_kept():
    verdict = check_batch(visits().assign(status="DNA"), USUAL, NOW)
    [problem] = verdict.problems
    assert (problem.count, len(problem.row_ids)) == (1000, SAMPLE)


def test_without_ids_of_ours_rows_are_named_by_their_place():
    frame = visits().drop(columns="row_id").assign(source_id="7")
    [problem] = check_batch(frame, USUAL, NOW).problems
    assert problem.row_ids[:2] == ("row 1", "row 2")


def test_patients_have_contracts_of_their_own():
    frame = pd.DataFrame({"source_id": ["1", "1"], "updated_at": [NOW, NOW]})
    assert broken(check_batch(frame, None, NOW, table="patients")) == ["source_id.unique"]


def test_ten_thousand_rows_take_less_than_two_seconds():
    check_batch(visits(10), None, NOW)
    frame = visits(10_000)
    began = time.process_time()
    check_batch(frame, None, NOW)
    assert time.process_time() - began < 2
