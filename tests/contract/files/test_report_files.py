"""A clinic without an API runs on its report files as on any practice system."""

import os
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from connectors.errors import ContractBroken, NotSupported
from connectors.files.local_folder import LocalFolder
from connectors.practice.base import PracticeSystem
from connectors.practice.report_files import ReportFiles
from data_contracts.mapping import Mapping
from data_contracts.mapping_file import load_mapping
from data_contracts.policy import Relation
from data_contracts.visit import VisitStatus

_NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
_BOOK = Mapping.model_validate(
    {
        "name": "book",
        "kind": "appointments",
        "files": "book*",
        "covers_days": {"back": 14, "ahead": 14},
        "columns": {
            "source_id": {"from": ["ID"]},
            "patient_source_id": {"from": ["Patient"]},
            "starts_at": {"from": ["Start"]},
            "practitioner_source_id": {"from": ["Therapist"], "optional": True},
            "status": {"from": ["State"]},
        },
        "status": {"words": {"booked": "booked", "arrived": "arrived"}},
    }
)
_PEOPLE = Mapping.model_validate(
    {
        "name": "people",
        "kind": "patients",
        "files": "people*",
        "columns": {"source_id": {"from": ["ID"]}, "first_name": {"from": ["First"]}},
    }
)
_HEADER = "ID,Patient,Start,Therapist,State\n"
_FIRST = "1,ana,2026-03-09T09:00,caro,booked\n"
_MIDDLE = "2,bo,2026-03-12T09:00,dev,booked\n"
_LAST = "3,ana,2026-03-16T09:00,caro,booked\n"


@pytest.fixture
def put(tmp_path: Path) -> Callable[[str, str, timedelta], None]:
    def put(name: str, text: str, age: timedelta = timedelta(hours=8)) -> None:
        (tmp_path / name).write_text(text, "utf-8")
        os.utime(tmp_path / name, ((_NOW - age).timestamp(),) * 2)

    return put


@pytest.fixture
def system(tmp_path: Path) -> ReportFiles:
    webpt = [load_mapping(f"webpt_{one}") for one in ("authorizations", "policies")]
    return ReportFiles(LocalFolder(tmp_path), [_BOOK, _PEOPLE, *webpt], "America/Denver")


Put = Callable[..., None]


def test_report_files_are_a_practice_system(system: ReportFiles) -> None:
    same: PracticeSystem = system
    assert same.capabilities.can_read
    assert not same.capabilities.can_book


def test_only_files_that_are_new_or_changed_are_read(system: ReportFiles, put: Put) -> None:
    put("book1.csv", _HEADER + _FIRST, timedelta(days=2))
    first = system.fetch(None, _NOW)
    assert [visit.source_id for visit in first.visits] == ["1"]
    assert [person.source_id for person in first.practitioners] == ["caro"]
    assert system.fetch(first.watermark, _NOW).visits == []
    put("book2.csv", _HEADER + _MIDDLE)
    second = system.fetch(first.watermark, _NOW)
    assert [visit.source_id for visit in second.visits] == ["2"]
    put("book1.csv", _HEADER + _LAST, timedelta(days=1))
    assert [visit.source_id for visit in system.fetch(second.watermark, _NOW).visits] == ["3"]


def test_the_newest_file_has_the_last_word(system: ReportFiles, put: Put) -> None:
    put("book2.csv", _HEADER + _FIRST, timedelta(days=2))
    put("book1.csv", _HEADER + _FIRST.replace("booked", "arrived"), timedelta(days=1))
    (visit,) = system.fetch(None, _NOW).visits
    assert visit.status is VisitStatus.ARRIVED


def test_a_visit_that_a_full_report_lacks_is_gone(system: ReportFiles, put: Put) -> None:
    put("book1.csv", _HEADER + _FIRST + _MIDDLE + _LAST, timedelta(days=1))
    put("book2.csv", _HEADER + _FIRST + _LAST)
    snapshot = system.fetch(None, _NOW)
    assert {visit.source_id for visit in snapshot.visits} == {"1", "3"}
    assert snapshot.reconciled is not None
    first, last = snapshot.reconciled
    assert first <= datetime(2026, 3, 12, 15, tzinfo=UTC) < last
    assert system.visit("2") is None
    assert system.visit("3") is not None


def test_an_old_file_copied_anew_empties_no_day_that_it_cannot_know(
    system: ReportFiles, put: Put
) -> None:
    put("book1.csv", _HEADER + _FIRST + _LAST)
    snapshot = system.fetch(None, _NOW)
    assert snapshot.reconciled is not None
    assert snapshot.reconciled[1] <= datetime(2026, 3, 16, 15, tzinfo=UTC)


def test_one_refused_row_and_nothing_counts_as_gone(system: ReportFiles, put: Put) -> None:
    put("book1.csv", _HEADER + _FIRST + _MIDDLE + _LAST, timedelta(days=1))
    put("book2.csv", _HEADER + _FIRST + _LAST + "2,bo,soon,dev,booked\n")
    snapshot = system.fetch(None, _NOW)
    assert {visit.source_id for visit in snapshot.visits} == {"1", "2", "3"}
    assert snapshot.reconciled is None
    (row,) = snapshot.rejected
    assert (row.resource, row.source_id) == ("appointments", "book2.csv:4")
    assert row.reason_code == "unreadable_time"
    assert "bo" not in repr(row).replace("book2", "")


def test_with_a_horizon_the_newest_full_report_is_read_again(system: ReportFiles, put: Put) -> None:
    put("book1.csv", _HEADER + _FIRST + _LAST)
    known = system.fetch(None, _NOW).watermark
    again = system.fetch(known, _NOW, horizon=timedelta(days=14))
    assert len(again.visits) == 2
    assert again.reconciled is not None


def test_names_come_from_an_older_patients_report(system: ReportFiles, put: Put) -> None:
    put("people.csv", "ID,First\nana,Ana\n", timedelta(days=9))
    known = system.fetch(None, _NOW).watermark
    put("book1.csv", _HEADER + _FIRST + _MIDDLE)
    people = {p.source_id: p.first_name for p in system.fetch(known, _NOW).patients}
    assert people == {"ana": "Ana", "bo": ""}


def test_a_file_still_on_its_way_waits(system: ReportFiles, put: Put) -> None:
    put("book1.csv", _HEADER + _FIRST, timedelta(seconds=5))
    put("book2.csv.filepart", _HEADER + _MIDDLE)
    put(".book3.csv", _HEADER + _LAST)
    assert system.fetch(None, _NOW).visits == []
    later = system.fetch(None, _NOW + timedelta(minutes=5))
    assert [visit.source_id for visit in later.visits] == ["1"]


def test_a_file_that_cannot_be_read_stops_and_says_which(system: ReportFiles, put: Put) -> None:
    put("book1.csv", "ID,Patient,Begin,State\n1,ana,2026-03-12,booked\n")
    with pytest.raises(ContractBroken, match=r"book1\.csv: no column 'Start'") as caught:
        system.fetch(None, _NOW)
    assert caught.value.code == "unreadable_file"
    assert "ana" not in str(caught.value)


def test_authorizations_are_fetched_with_a_watermark_of_their_own(
    system: ReportFiles, put: Put
) -> None:
    header = "authorization_id,patient_id,visit_authorized_for,authorization_status\n"
    put("authorizations1.csv", header + "1,ana,12,A\n", timedelta(days=1))
    put("authorizations2.csv", header + "1,ana,16,A\n2,bo,x,A\n")
    found = system.fetch_insurance(None, _NOW)
    (last,), (refused,) = found.authorizations, found.rejected
    assert last.visits_authorized == 16
    assert (refused.resource, refused.reason_code) == ("authorizations", "unreadable_count")
    assert system.fetch_insurance(found.watermark, _NOW).authorizations == []
    assert system.fetch(None, _NOW).rejected == []


def test_policies_are_read_from_their_own_file_and_never_as_visits(
    system: ReportFiles, put: Put
) -> None:
    header = "patient_id,ins_name,policy_number,priority,relationship,insured_last_name,end_date\n"
    ana = "ana,Meridian Mutual,M 123-45,Primary,18,,12/31/2026\n"
    bo = "bo,Summit Choice,S77.0,1,Child,Example,\n"
    second = "ana,Harbor Health,H9,Secondary,18,,\n"
    put("insurance1.csv", header + ana + bo + second + "cy,,X1,1,18,,\n")
    found = system.fetch_insurance(None, _NOW)
    (first, child, other) = found.policies
    assert (first.patient_source_id, first.payer, first.rank) == ("ana", "Meridian Mutual", 1)
    assert (first.member_id, first.valid_until) == ("M 123-45", date(2026, 12, 31))
    assert (child.relation, child.subscriber_last_name) == (Relation.CHILD, "Example")
    assert (other.rank, other.source_id != first.source_id) == (2, True)
    assert [one.reason_code for one in found.rejected] == ["missing_payer"]
    assert system.fetch(None, _NOW).visits == []
    put("insurance2.csv", header + ana.replace("M 123-45", "M 999"), timedelta(hours=7))
    (changed,) = system.fetch_insurance(found.watermark, _NOW).policies
    assert (changed.source_id, changed.member_id) == (first.source_id, "M 999")


def test_what_files_cannot_do_becomes_a_task_for_staff(system: ReportFiles) -> None:
    acts: list[Callable[[], object]] = [
        lambda: system.book("ana", "caro", "eval", "here", _NOW),
        lambda: system.move("1", _NOW),
        lambda: system.cancel("1", "ill"),
        lambda: system.set_attendance("1", True),
        lambda: system.log_message("ana", "sms", "hello", _NOW),
        lambda: system.available_times("caro", "eval", "here", date.min, date.max),
    ]
    for act in acts:
        with pytest.raises(NotSupported, match="Do it in the practice system"):
            act()


def test_check_says_what_is_missing_wrong_or_set_aside(
    system: ReportFiles, put: Put, tmp_path: Path
) -> None:
    put("book1.csv", _HEADER + _FIRST + "2,bo,soon,dev,booked\n")
    put("people.csv", "<html></html>")
    said = {name: (works, what) for name, works, what in system.check()}
    assert said["folder"] == (True, "")
    assert said["book"] == (False, "1 rows were set aside")
    assert "is a web page" in said["people"][1]
    assert "no file is named like" in said["webpt_authorizations"][1]
    put("book1.csv", _HEADER + _FIRST)
    assert ("book", True, "") in system.check()
    gone = ReportFiles(LocalFolder(tmp_path / "none"), [_BOOK], "America/Denver")
    assert [works for _, works, _ in gone.check()] == [False]
