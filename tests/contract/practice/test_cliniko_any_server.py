"""Any server that follows Cliniko's document can be synced from by its address alone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.errors import ContractBroken, Unauthorized
from connectors.practice.cliniko import Cliniko
from data_contracts.errors import GateClosed, UserError
from data_contracts.visit import VisitStatus
from tests.contract.practice.conftest import NOW, Connect
from tests.contract.practice.other_server import OtherServer, appointment, attendee

LATER = "2026-01-05T15:59:00Z"
MARK = dict.fromkeys(("individual_appointments", "attendees", "patients"), "2026-01-05T15:00:00Z")


def test_every_visit_arrives_once_with_text_ids(other: OtherServer, connect: Connect) -> None:
    got = connect(other.base_url).fetch(None, NOW)
    assert sorted(visit.source_id for visit in got.visits) == [str(500 + n) for n in range(25)]
    assert {visit.visit_type for visit in got.visits} == {"Follow-up"}
    assert [one.name for one in got.practitioners] == ["Caro"]
    assert [one.name for one in got.locations] == ["Northside"]
    assert (got.complete, got.rejected) == (True, [])


def test_the_key_stays_with_the_address_we_were_given(other: OtherServer, connect: Connect) -> None:
    connect(other.base_url).fetch(None, NOW)
    hosts = {headers["Host"] for _, _, headers in other.asked}
    assert hosts == {other.base_url.split("/")[2]}
    assert all(path.startswith("/v1/") for _, path, _ in other.asked)
    assert {headers["User-Agent"] for _, _, headers in other.asked} == {
        "ptclinic (ops@example.com)"
    }


def test_only_news_come_from_a_server_that_ignores_filters(
    other: OtherServer, connect: Connect
) -> None:
    system = connect(other.base_url)
    other.rows["individual_appointments"][3] |= {"updated_at": LATER, "cancelled_at": LATER}
    got = system.fetch(MARK, NOW + timedelta(minutes=15))
    assert {visit.source_id: visit.status for visit in got.visits} == {"503": VisitStatus.CANCELLED}
    again = system.fetch(got.watermark, NOW + timedelta(minutes=30))
    assert [visit.source_id for visit in again.visits] == ["503"]


@pytest.mark.parametrize(("arrived", "status"), [(True, "arrived"), (False, "no_show")])
def test_a_mark_of_attendance_alone_brings_its_visit(
    other: OtherServer, connect: Connect, arrived: bool, status: str
) -> None:
    system = connect(other.base_url)
    other.rows["attendees"].append(attendee(1, 499, updated_at="2026-01-01T10:00:00Z"))
    other.rows["attendees"][24] |= {"updated_at": LATER, "arrived": arrived}
    got = system.fetch(MARK, NOW)
    assert [(visit.source_id, visit.status) for visit in got.visits] == [("524", status)]


def test_the_newest_of_two_rows_with_one_id_counts(other: OtherServer, connect: Connect) -> None:
    moved = appointment(503, updated_at=LATER, starts_at="2026-01-06T15:00:00Z")
    rows = other.rows["individual_appointments"]
    for order in ([moved, *rows], [*rows, moved]):
        other.rows["individual_appointments"] = order
        got = connect(other.base_url).fetch(None, NOW)
        starts = [visit.starts_at.hour for visit in got.visits if visit.source_id == "503"]
        assert starts == [15]


def test_a_page_that_repeats_stops_with_a_word(other: OtherServer, connect: Connect) -> None:
    other.repeats = True
    with pytest.raises(ContractBroken) as got:
        connect(other.base_url).fetch(None, NOW)
    assert got.value.code == "page_repeats"


def test_a_circle_is_an_end_when_all_that_is_counted_was_seen(
    other: OtherServer, connect: Connect
) -> None:
    other.repeats = True
    other.total_entries = 10
    got = connect(other.base_url).fetch(None, NOW)
    assert (len(got.visits), got.complete) == (10, True)


def test_a_server_that_counts_too_many_is_still_read(other: OtherServer, connect: Connect) -> None:
    other.total_entries = 1000
    got = connect(other.base_url).fetch(None, NOW)
    assert (len(got.visits), got.complete) == (25, True)


def test_a_row_that_slips_over_a_page_edge_is_found(other: OtherServer, connect: Connect) -> None:
    other.total_entries = 25
    rows = other.rows["individual_appointments"]
    plain = other.answer
    moved: list[Any] = []

    def answer(path: str) -> tuple[int, dict[str, Any]]:
        told = plain(path)
        if path.startswith("/v1/individual_appointments") and not moved:
            moved.append(rows.pop(0))
            rows.append(moved[0])
        return told

    other.answer = answer  # type: ignore[method-assign]
    assert len(connect(other.base_url).fetch(None, NOW).visits) == 25


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (appointment(1, starts_at="tomorrow"), "starts_at.not_a_moment"),
        (appointment(1, starts_at="2026-02-30T10:00:00Z"), "starts_at.datetime_from_date_parsing"),
        (appointment(1, starts_at="2026-01-06T16:00:00"), "starts_at.timezone_aware"),
        (appointment(1, starts_at=1767715200), "starts_at.not_a_moment"),
        (appointment(1, ends_at="2026-01-06T15:00:00Z"), "row.ends_before_start"),
        (appointment(1, created_at=None), "created_at.datetime_type"),
        (appointment(1, patient=None), "row.no_patient"),
        (appointment(1) | {"id": None}, "id.missing"),
        (appointment(1) | {"id": 1.5}, "id.missing"),
        (appointment(1) | {"id": "9" * 65}, "source_id.string_too_long"),
        ("not an object", "id.missing"),
        (None, "id.missing"),
    ],
)
def test_a_bad_row_is_set_aside_and_the_rest_goes_on(
    other: OtherServer, connect: Connect, row: Any, reason: str
) -> None:
    other.rows["individual_appointments"].insert(0, row)
    got = connect(other.base_url).fetch(None, NOW)
    assert len(got.visits) == 25
    assert [(one.resource, one.reason_code) for one in got.rejected] == [
        ("individual_appointments", reason)
    ]
    assert got.rejected[0].payload
    assert got.rejected[0].payload.decode() not in repr(got.rejected)


def test_the_clock_of_the_watermark_never_runs_ahead_of_ours(
    other: OtherServer, connect: Connect
) -> None:
    other.rows["individual_appointments"][0]["updated_at"] = "2031-01-01T00:00:00Z"
    got = connect(other.base_url).fetch(None, NOW)
    assert datetime.fromisoformat(got.watermark["individual_appointments"]) == NOW


def test_a_horizon_says_where_a_missing_visit_is_gone(other: OtherServer, connect: Connect) -> None:
    system = connect(other.base_url)
    other.rows["individual_appointments"].append(appointment(700, starts_at="2026-03-06T16:00:00Z"))
    got = system.fetch(MARK, NOW, timedelta(days=14))
    assert len(got.visits) == 25
    assert got.reconciled == (NOW, NOW + timedelta(days=14))
    assert system.fetch(MARK, NOW).reconciled is None


@pytest.mark.parametrize("key", ["abc-au1.example.com", "abc-../x", "abc-AU1", "abc-au123", "a-"])
def test_a_key_that_would_lead_elsewhere_is_refused(key: str) -> None:
    with pytest.raises(Unauthorized):
        Cliniko(key, "ops@example.com")


def test_a_sandbox_never_reaches_the_vendor() -> None:
    with pytest.raises(GateClosed):
        Cliniko("abc-au1", "ops@example.com", sandbox=True)


@pytest.mark.parametrize("contact", ["", "nobody", "a@example.com\r\nX: 1", "é@example.com"])
def test_a_contact_must_be_an_address(contact: str) -> None:
    with pytest.raises(UserError):
        Cliniko("abc-au1", contact)


def test_times_come_out_in_utc(other: OtherServer, connect: Connect) -> None:
    rows = other.rows["individual_appointments"]
    rows[0]["starts_at"] = "2026-01-06T09:00:00-07:00"
    visits = connect(other.base_url).fetch(None, NOW).visits
    assert {visit.starts_at.tzinfo for visit in visits} == {UTC}
    assert {visit.starts_at.hour for visit in visits} == {16}


def test_every_page_is_asked_for_with_the_same_filters(
    other: OtherServer, connect: Connect
) -> None:
    connect(other.base_url).fetch(MARK, NOW)
    pages = [path for _, path, _ in other.asked if "/individual_appointments?" in path]
    assert len(pages) == 3
    assert all("cancelled_at" in path and "updated_at" in path for path in pages)


@pytest.mark.parametrize(("updated_at", "comes"), [("14:57:00", True), ("14:56:59", False)])
def test_what_appears_late_comes_within_three_minutes_of_overlap(
    other: OtherServer, connect: Connect, updated_at: str, comes: bool
) -> None:
    other.rows["individual_appointments"][7]["updated_at"] = f"2026-01-05T{updated_at}Z"
    got = connect(other.base_url).fetch(MARK, NOW)
    assert [visit.source_id for visit in got.visits] == ["507"] * comes
