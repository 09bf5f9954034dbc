"""A row that cannot be taken is named by a code and its line; the rest goes on."""

from datetime import UTC, datetime

import pytest

from data_contracts.visit import VisitStatus
from tests.unit.files.small_report import lines, mapping, read, reasons

_GOOD = "9,p9,2026-03-12T09:00,booked"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1,p1,2026-03-12T09:00", "ragged_row"),
        ("1,p1,2026-03-12T09:00,booked,more", "ragged_row"),
        (",p1,2026-03-12T09:00,booked", "missing_id"),
        ("1,,2026-03-12T09:00,booked", "missing_patient_id"),
        ("1,p1,,booked", "missing_time"),
        ("1,p1,NULL,booked", "missing_time"),
        ("1,p1,soon,booked", "unreadable_time"),
        ("1,p1,2026-02-30,booked", "unreadable_time"),
        ("1,p1,9999-12-31T23:59,booked", "unreadable_time"),
        ("1,p1,0202-03-12,booked", "implausible_day"),
        ("1,p1,2206-03-12,booked", "implausible_day"),
        ("1,p1,2026-03-12T09:00,vanished", "unknown_status"),
        ("-1,p1,2026-03-12T09:00,booked", "negative_id"),
        (f"{'1' * 65},p1,2026-03-12T09:00,booked", "invalid_source_id"),
        ("9,p1,2026-03-12T09:00,booked", "duplicate_id"),
    ],
)
def test_a_bad_row_costs_itself_alone(row: str, reason: str) -> None:
    report = read(lines(_GOOD, row, "8,p8,2026-03-12T09:00,no show"))
    assert reasons(report) == [("book.csv:3", reason)]
    assert [visit.source_id for visit in report.visits] == ["9", "8"]
    assert report.refused[0].payload.decode().strip() == row


def test_a_quote_that_never_closes_does_not_swallow_the_rows_below() -> None:
    report = read(lines('1,p1,"2026-03-12T09:00,booked', _GOOD, "8,p8,2026-03-12T09:00,booked"))
    assert reasons(report) == [("book.csv:2", "unclosed_quote")]
    assert [visit.source_id for visit in report.visits] == ["9", "8"]


def test_an_open_quote_in_the_last_cell_is_found_though_the_width_fits() -> None:
    report = read(lines('1,p1,2026-03-12T09:00,"booked', _GOOD))
    assert reasons(report) == [("book.csv:2", "unclosed_quote")]
    assert [visit.source_id for visit in report.visits] == ["9"]


def test_an_open_quote_before_more_than_a_field_may_hold_costs_its_line() -> None:
    many = [f"{number},p1,2026-03-12T09:00,booked" for number in range(100, 6_100)]
    report = read(lines('1,p1,"2026-03-12T09:00,booked', *many))
    assert reasons(report) == [("book.csv:2", "unclosed_quote")]
    assert len(report.visits) == 6_000


_LONG = {
    "ends_at": {"from": ["End"]},
    "booked_at": {"from": ["Booked"]},
    "age": {"from": ["Age"]},
}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1,p1,2026-03-12T09:00,2026-03-12T08:00,,", "ends_before_start"),
        ("1,p1,2026-03-12T09:00,,2026-03-13T00:00,", "booked_after_visit"),
        ("1,p1,2026-03-12T09:00,never,,", "unreadable_ends_at"),
        ("1,p1,2026-03-12T09:00,,,-1", "negative_age"),
        ("1,p1,2026-03-12T09:00,,,old", "unreadable_age"),
        ("1,p1,2026-03-12T09:00,,,1e999", "unreadable_age"),
        ("1,p1,2026-03-12T09:00,,,200", "implausible_age"),
    ],
)
def test_a_row_that_contradicts_itself_is_set_aside(row: str, reason: str) -> None:
    report = read(lines(row, header="ID,Patient,Start,End,Booked,Age"), mapping(columns=_LONG))
    assert reasons(report) == [("book.csv:2", reason)]
    assert report.visits == []


def test_an_id_that_a_spreadsheet_took_for_a_number_is_the_same_id() -> None:
    rows = ("7.0,12345.0,2026-03-12T09:00,booked", "8,12345,2026-03-12T10:00,booked")
    report = read(lines(*rows, "9,1.50,2026-03-12T11:00,booked"))
    said = [(visit.source_id, visit.patient_source_id) for visit in report.visits]
    assert said == [("7", "12345"), ("8", "12345"), ("9", "1.50")]
    assert reasons(read(lines(rows[0], rows[1].replace("8,", "7,")))) == [
        ("book.csv:3", "duplicate_id")
    ]


def test_a_walk_in_booked_later_on_the_visits_day_is_taken() -> None:
    header = "ID,Patient,Start,End,Booked,Age"
    row = "1,p1,2026-03-12T09:00,,2026-03-12T23:59,"
    assert len(read(lines(row, header=header), mapping(columns=_LONG)).visits) == 1


def test_times_follow_the_offset_unless_the_mapping_takes_them_as_written() -> None:
    row = lines("1,p1,2026-01-12T09:00:00Z,booked")
    assert read(row).visits[0].starts_at == datetime(2026, 1, 12, 9, tzinfo=UTC)
    as_written = read(row, mapping(ignore_offset=True)).visits[0].starts_at
    assert as_written == datetime(2026, 1, 12, 16, tzinfo=UTC)
    elsewhere = read(row, mapping(ignore_offset=True, zone="America/New_York")).visits[0].starts_at
    assert elsewhere == datetime(2026, 1, 12, 14, tzinfo=UTC)


def test_a_filled_column_tells_the_status_before_the_word_does() -> None:
    rule = {"filled": {"arrived_at": "arrived"}, "words": {"booked": "booked"}}
    its = mapping(status=rule, columns={"arrived_at": {"from": ["In"]}})
    rows = lines(
        "1,p1,2026-03-09,booked,09:02",
        "2,p1,2026-03-09,booked,0000-00-00 00:00:00",
        header="ID,Patient,Start,State,In",
    )
    assert [v.status for v in read(rows, its).visits] == [VisitStatus.ARRIVED, VisitStatus.BOOKED]


def test_a_cancel_reason_is_never_the_free_text_of_the_report() -> None:
    column = {"from": ["Why"], "values": {"Sick": "ill"}, "otherwise": "other"}
    its = mapping(columns={"cancel_reason": column})
    rows = lines("1,p1,2026-03-12,sick", "2,p1,2026-03-12,my dog", header="ID,Patient,Start,Why")
    assert [visit.cancel_reason for visit in read(rows, its).visits] == ["ill", "other"]


def test_an_id_is_made_of_other_fields_where_the_report_has_none() -> None:
    made = {"source_id": {"from": ["patient_source_id", "starts_at"]}}
    its = mapping(generated=made, columns={"source_id": {"from": ["ID"], "optional": True}})
    row = lines("p1,2026-03-12T09:00", "p1,2026-03-12T10:00", header="Patient,Start")
    first, second = (visit.source_id for visit in read(row, its).visits)
    assert first != second
    assert [visit.source_id for visit in read(row, its).visits] == [first, second]
    assert read(lines("7,p1,2026-03-12,booked"), its).visits[0].source_id == "7"


def test_errors_and_row_keys_show_nothing_of_the_row() -> None:
    report = read(lines("1,p1,555-0101 Ana,booked"))
    (row,) = report.refused
    assert "Ana" not in row.row_key + row.reason
    assert "Ana" in row.payload.decode()
