"""A report is read whatever dialect of CSV or Excel it comes in."""

from datetime import UTC, datetime, time

import pytest

from data_contracts.errors import ImportRefused
from tests.unit.files.small_report import lines, mapping, read, reasons, workbook

_ROW = "1,p1,2026-03-12T09:00,booked"


@pytest.mark.parametrize(
    "content",
    [
        lines(_ROW),
        lines(_ROW).encode("utf-8-sig"),
        lines(_ROW).encode("utf-16"),
        lines(_ROW).encode("utf-16-le"),
        lines(_ROW).encode("utf-16-be"),
        lines(_ROW).replace("\n", "\r\n"),
        lines(_ROW).replace("\n", "\r"),
        lines(_ROW).replace(",", ";"),
        lines(_ROW).replace(",", "\t"),
        lines(_ROW).replace(",", "|"),
        "sep=;\n" + lines(_ROW).replace(",", ";"),
        lines(_ROW + ",,", "", ",,,"),
    ],
)
def test_dialects_say_the_same(content: str | bytes) -> None:
    report = read(content)
    assert not report.refused
    (visit,) = report.visits
    assert (visit.source_id, visit.patient_source_id) == ("1", "p1")
    assert visit.starts_at == datetime(2026, 3, 12, 15, 0, tzinfo=UTC)  # Denver, summer time


def test_windows_letters_are_read_without_being_asked() -> None:
    its = mapping(columns={"location_source_id": {"from": ["Place"]}})
    text = lines("1,p1,2026-03-12T09:00,booked,Café", header="ID,Patient,Start,State,Place")
    assert read(text.encode("cp1252"), its).visits[0].location_source_id == "Café"
    assert read(text, its).visits[0].location_source_id == "Café"


def test_a_wrong_encoding_is_refused_by_name() -> None:
    its = mapping(encoding="utf-8")
    with pytest.raises(ImportRefused, match=r"book\.csv: is not text in utf-8"):
        read(lines("1,p1,2026-03-12,Ó").encode("cp1252"), its)


def test_a_quoted_cell_may_hold_lines_and_delimiters() -> None:
    its = mapping(columns={"visit_type": {"from": ["Type"]}})
    header = "ID,Patient,Type,Start"
    report = read(lines('1,p1,"Eval,\nlong",2026-03-12', '2,p1,"a ""b""",x', header=header), its)
    assert report.visits[0].visit_type == "Eval,\nlong"
    assert reasons(report) == [("book.csv:4", "unreadable_time")]


def test_excel_dates_numbers_and_times_are_read_as_what_they_are() -> None:
    its = mapping(
        columns={
            "starts_at": {"from": ["Day"], "formats": ["excel", "%m/%d/%Y"]},
            "start_time": {"from": ["Time"], "optional": True},
        }
    )
    book = workbook(
        [
            ["ID", "Patient", "Day", "Time"],
            [1.0, 29872499824296, datetime(2026, 3, 12), time(9, 0)],  # noqa: DTZ001
            [2, "p2", 46093.375, None],
            [3, "p3", datetime(2026, 3, 12, 9, 0), None],  # noqa: DTZ001
            [None, None, None, None],
        ]
    )
    report = read(book, its, "book.xlsx")
    assert not report.refused
    assert [visit.source_id for visit in report.visits] == ["1", "2", "3"]
    assert report.visits[0].patient_source_id == "29872499824296"
    assert {visit.starts_at for visit in report.visits} == {datetime(2026, 3, 12, 15, tzinfo=UTC)}


def test_a_workbooks_rows_keep_the_numbers_that_excel_shows() -> None:
    book = workbook([["ID", "Patient", "Start"], [1, "p1", "soon"]])
    assert reasons(read(book, name="book.xlsx")) == [("book.xlsx:2", "unreadable_time")]


def test_a_sheet_that_is_not_there_names_those_that_are() -> None:
    book = workbook([["ID", "Patient", "Start"]], sheet="Visits")
    with pytest.raises(ImportRefused, match="no sheet 'Visit'; did you mean 'Visits'"):
        read(book, mapping(sheet="Visit"))
    assert read(book, mapping(sheet="Visits")).visits == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"\n\n", "is empty"),
        (b"\n<html><table><tr><td>ID</td></tr></table>", "is a web page"),
        (b'<?xml version="1.0"?><Workbook/>', "is a web page"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "old or a password-protected Excel"),
        (b"%PDF-1.7", "is a PDF"),
        (b"PK\x03\x04 cut off", "is not a whole .xlsx"),
    ],
)
def test_what_is_no_report_is_refused_in_words(content: bytes, said: str) -> None:
    with pytest.raises(ImportRefused, match=said):
        read(content, name="book.xls")


def test_a_header_alone_is_an_empty_book() -> None:
    report = read(lines())
    assert (report.visits, report.refused) == ([], [])


def test_lines_above_the_header_are_passed_over_when_the_mapping_says_so() -> None:
    report = read("Northside Clinic\nMarch\n" + lines("1,p1,x,booked"), mapping(skip_rows=2))
    assert reasons(report) == [("book.csv:4", "unreadable_time")]


def test_a_missing_column_names_the_file_its_columns_and_the_nearest() -> None:
    with pytest.raises(ImportRefused) as caught:
        read("ID,Patient,Starts,State\n1,p1,2026-03-12,booked\n")
    said = str(caught.value)
    assert said.startswith("book.csv: no column 'Start' for starts_at; did you mean 'Starts'?")
    assert "It has: ID, Patient, Starts, State." in said


def test_a_column_that_stands_twice_is_refused_rather_than_guessed() -> None:
    twice = "ID,Patient,Start,State,patient\n1,p1,2026-03-12,booked,p2\n"
    with pytest.raises(ImportRefused) as caught:
        read(twice)
    assert str(caught.value).startswith(
        "book.csv: 'Patient' stands twice, as column 2 and 5; nobody can say which one counts."
    )
    assert len(read("ID,Patient,Start,Note,Note\n1,p1,2026-03-12,a,b\n").visits) == 1


def test_a_file_without_a_header_does_not_have_its_first_row_repeated() -> None:
    with pytest.raises(ImportRefused) as caught:
        read("17,Ana Example,2026-03-12,booked\n")
    assert "Ana" not in str(caught.value)
    assert "names no column" in str(caught.value)


def test_column_names_match_whatever_their_case_and_signs() -> None:
    assert len(read("id , PATIENT,_start_\n1,p1,2026-03-12\n").visits) == 1
