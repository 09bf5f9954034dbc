"""The connector and the pretend Cliniko, over a real socket."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from connectors.errors import ContractBroken, Rejected, Unauthorized, Unconfirmed
from connectors.practice.base import PracticeSystem, Snapshot
from connectors.practice.cliniko import Cliniko
from connectors.practice.cliniko_reader import Manner
from data_contracts.visit import Visit
from tests.contract.practice.conftest import Connect

Act = Callable[..., dict[str, Any]]
Strike = Callable[..., None]


@pytest.fixture
def now(box: dict[str, str]) -> datetime:
    """The sandbox's clock."""
    return datetime.fromisoformat(box["now"])


@pytest.fixture
def seen(system: Cliniko, now: datetime) -> Snapshot:
    """Everything, once."""
    return system.fetch(None, now)


@pytest.fixture
def visit(system: Cliniko, seen: Snapshot, now: datetime) -> Visit:
    """A visit booked for Ana for this test, at a free time."""
    one = next(v for v in seen.visits if v.status == "booked" and v.starts_at > now)
    assert one.practitioner_source_id
    assert one.visit_type
    assert one.location_source_id
    place = (one.practitioner_source_id, one.visit_type, one.location_source_id)
    free = system.available_times(*place, (now + timedelta(days=2)).date(), later(now))
    return system.book(one.patient_source_id, *place, free[len(free) // 2].starts_at)


def later(now: datetime) -> Any:
    """A day more than a week after tomorrow."""
    return (now + timedelta(days=12)).date()


def news(system: PracticeSystem, seen: Snapshot, visit: Visit, now: datetime) -> Visit:
    """The visit as the next fetch brings it."""
    got = system.fetch(seen.watermark, now)
    return next(one for one in got.visits if one.source_id == visit.source_id)


def test_a_first_fetch_brings_the_whole_clinic(seen: Snapshot) -> None:
    assert len(seen.visits) > 100
    assert {visit.patient_source_id for visit in seen.visits} <= {
        patient.source_id for patient in seen.patients
    }
    assert {visit.status for visit in seen.visits} >= {"booked", "arrived", "no_show", "cancelled"}
    assert any(patient.mobile and patient.mobile.startswith("+1") for patient in seen.patients)
    assert (seen.complete, seen.rejected) == (True, [])


def test_a_second_fetch_brings_almost_nothing(
    system: Cliniko, seen: Snapshot, now: datetime
) -> None:
    again = system.fetch(seen.watermark, now)
    assert len(again.visits) < 20
    assert again.watermark == seen.watermark


def test_the_body_region_comes_from_the_case(
    box: dict[str, str], connect: Connect, now: datetime
) -> None:
    system = connect(box["cliniko"], manner=Manner(region_from="patient_case"))
    regions = {visit.diagnosis_region for visit in system.fetch(None, now).visits}
    assert {"back", "knee"} <= regions


def test_a_booking_shows_in_the_next_fetch(
    system: Cliniko, seen: Snapshot, visit: Visit, now: datetime
) -> None:
    assert news(system, seen, visit, now) == visit
    assert system.visit(visit.source_id) == visit


def test_openings_longer_than_a_week_come_in_pieces(
    system: Cliniko, visit: Visit, now: datetime
) -> None:
    place = (visit.practitioner_source_id or "", visit.visit_type or "")
    free = system.available_times(*place, visit.location_source_id or "", now.date(), later(now))
    assert len({one.starts_at.date() for one in free}) > 5
    assert visit.starts_at not in {one.starts_at for one in free}


def test_a_moved_visit_keeps_its_length(system: Cliniko, visit: Visit) -> None:
    assert visit.ends_at
    moved = system.move(visit.source_id, visit.starts_at + timedelta(days=28))
    assert moved.starts_at == visit.starts_at + timedelta(days=28)
    assert moved.ends_at == visit.ends_at + timedelta(days=28)


def test_a_move_onto_another_visit_is_taken_back(
    system: Cliniko, seen: Snapshot, visit: Visit, now: datetime
) -> None:
    taken = next(
        one
        for one in seen.visits
        if one.status == "booked"
        and one.starts_at > now
        and one.practitioner_source_id == visit.practitioner_source_id
    )
    with pytest.raises(Rejected) as got:
        system.move(visit.source_id, taken.starts_at)
    assert got.value.code == "conflict"
    after = system.visit(visit.source_id)
    assert after
    assert (after.starts_at, after.ends_at) == (visit.starts_at, visit.ends_at)


def test_a_booking_onto_another_visit_leaves_no_visit(system: Cliniko, visit: Visit) -> None:
    place = (visit.practitioner_source_id or "", visit.visit_type or "")
    with pytest.raises(Rejected) as got:
        system.book(
            visit.patient_source_id, *place, visit.location_source_id or "", visit.starts_at
        )
    assert got.value.code == "conflict"


def test_a_cancelled_visit_names_its_reason(
    system: Cliniko, seen: Snapshot, visit: Visit, now: datetime
) -> None:
    system.cancel(visit.source_id, "sick", "flu")
    after = news(system, seen, visit, now)
    assert (after.status, after.cancel_reason) == ("cancelled", "sick")
    assert after.cancelled_at


def test_a_cancellation_without_a_known_reason_is_refused(system: Cliniko, visit: Visit) -> None:
    with pytest.raises(Rejected):
        system.cancel(visit.source_id, "mood")


def test_attendance_has_three_values_and_can_be_taken_away(
    system: Cliniko, seen: Snapshot, visit: Visit, now: datetime
) -> None:
    for arrived, status in ((True, "arrived"), (False, "no_show"), (None, "booked")):
        system.set_attendance(visit.source_id, arrived)
        assert news(system, seen, visit, now).status == status


def test_what_the_clinic_does_itself_is_seen(
    system: Cliniko, seen: Snapshot, visit: Visit, act: Act, now: datetime
) -> None:
    for what, status in (("cancel", "cancelled"), ("uncancel", "booked"), ("archive", "deleted")):
        act("visits", act=what, id=visit.source_id)
        assert news(system, seen, visit, now).status == status


@pytest.mark.parametrize(("channel", "code"), [("sms", 1), ("email", 2), ("voice", 3), ("fax", 4)])
def test_a_sent_message_is_filed(
    box: dict[str, str], system: Cliniko, visit: Visit, now: datetime, channel: str, code: int
) -> None:
    words = f"Reminder sent by {channel}"
    system.log_message(visit.patient_source_id, channel, words, now)
    address = f"{box['cliniko'].rstrip('/')}/communications"
    key, agent = ("MS0xLXNhbmRib3g-au1", ""), {"User-Agent": "ptclinic (ops@example.com)"}
    with httpx.Client(auth=key, headers=agent, trust_env=False) as client:
        memos = client.get(address, params={"per_page": 100}).json()
    (memo,) = [one for one in memos["communications"] if one["content"].endswith(words)]
    assert memo["content"] == f"[{now:%Y-%m-%d %H:%M} UTC] {words}"
    assert (memo["category_code"], memo["type_code"], memo["direction_code"]) == (12, code, 1)
    assert memo["patient"]["links"]["self"].endswith(f"/patients/{visit.patient_source_id}")


def test_an_unknown_visit_is_none(system: Cliniko) -> None:
    assert system.visit("999") is None


def test_a_wrong_key_is_told_by_the_doctor(box: dict[str, str], connect: Connect) -> None:
    system = connect(box["cliniko"], api_key="wrong-au1")
    with pytest.raises(Unauthorized):
        system.fetch(None, datetime.fromisoformat(box["now"]))
    assert not any(works for _, works, _ in system.check())


def test_the_doctor_finds_all_lists(system: Cliniko) -> None:
    assert [works for _, works, _ in system.check()] == [True] * 6


def test_a_move_whose_answer_is_lost_is_unconfirmed(
    system: Cliniko, visit: Visit, strike: Strike
) -> None:
    strike(where="cliniko", method="PATCH", kind="drop_after_accept")
    with pytest.raises(Unconfirmed):
        system.move(visit.source_id, visit.starts_at + timedelta(days=35))


def test_a_page_of_html_stops_the_fetch(system: Cliniko, strike: Strike, now: datetime) -> None:
    strike(where="cliniko", kind="html")
    with pytest.raises(ContractBroken):
        system.fetch(None, now)


def test_ids_that_change_their_type_stay_the_same_ids(
    system: Cliniko, seen: Snapshot, strike: Strike, now: datetime
) -> None:
    strike(where="cliniko", kind="retype_ids", match="appointments", times=1)
    ids = {visit.source_id for visit in system.fetch(None, now).visits}
    assert {visit.source_id for visit in seen.visits} <= ids
