"""The connector and the pretend Jane, over a real socket."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from connectors.errors import (
    ContractBroken,
    NotSupported,
    RateLimited,
    Unauthorized,
    Unavailable,
)
from connectors.practice.base import PracticeSystem, Snapshot
from connectors.practice.jane import Jane
from data_contracts.capabilities import CAPABILITIES
from data_contracts.errors import GateClosed
from data_contracts.visit import Visit
from ledger.store import Ledger
from tests.contract.practice.jane_stage import Stage

Fetched = Callable[[], Snapshot]


@pytest.fixture
def seen(jane: Jane, stage: Stage) -> Snapshot:
    """Everything, once."""
    return jane.fetch(None, stage.now)


@pytest.fixture
def made(stage: Stage) -> dict[str, str]:
    """A patient and a visit three days ahead, as the sandbox knows them."""
    person = stage.act("patients", first_name="Bo", phone="+13035550177")
    starts = (stage.now + timedelta(days=3, hours=5)).isoformat()
    booked = stage.act("visits", act="make", patient_id=person["id"], starts_at=starts)
    return {"id": booked["id"], "starts_at": booked["starts_at"], "patient": person["id"]}


def news(jane: Jane, seen: Snapshot, stage: Stage, made: dict[str, str]) -> Visit:
    """The visit as the next fetch brings it."""
    got = jane.fetch(seen.watermark, stage.now)
    starts = [one for one in got.visits if one.starts_at.isoformat()[:19] == made["starts_at"][:19]]
    return starts[-1]


def test_a_first_fetch_brings_the_clinic_that_cliniko_shows(seen: Snapshot, stage: Stage) -> None:
    truth = stage.see("visits")
    assert len(seen.visits) == len(truth) > 50
    assert sorted(one.starts_at.isoformat()[:19] for one in seen.visits) == sorted(
        one["starts_at"][:19] for one in truth
    )
    assert {visit.patient_source_id for visit in seen.visits} <= {
        patient.source_id for patient in seen.patients
    }
    assert {visit.status for visit in seen.visits} >= {"booked", "arrived", "no_show", "cancelled"}
    assert "Follow-up" in {visit.visit_type for visit in seen.visits}
    assert "Caro Winterfeld" in {one.name for one in seen.practitioners}
    assert {one.timezone for one in seen.locations} == {"America/Denver"}
    assert any(patient.mobile and patient.mobile.startswith("+1") for patient in seen.patients)
    assert (seen.complete, seen.rejected) == (True, [])
    assert seen.reconciled is not None


def test_jane_is_a_practice_system_and_says_what_it_cannot_do(jane: Jane) -> None:
    same: PracticeSystem = jane
    assert same.capabilities is CAPABILITIES["jane"]
    assert (same.capabilities.can_book, same.capabilities.has_webhooks) == (False, True)


def test_what_its_api_cannot_do_becomes_a_task_for_staff(jane: Jane, stage: Stage) -> None:
    acts: list[Callable[[], object]] = [
        lambda: jane.book("ana", "caro", "eval", "here", stage.now),
        lambda: jane.move("1", stage.now),
        lambda: jane.cancel("1", "ill"),
        lambda: jane.set_attendance("1", True),
        lambda: jane.log_message("ana", "sms", "hello", stage.now),
        lambda: jane.available_times("caro", "eval", "here", date.min, date.max),
    ]
    for act in acts:
        with pytest.raises(NotSupported, match="Do it in the practice system"):
            act()


def test_what_the_clinic_does_is_seen_in_the_next_fetch(
    jane: Jane, seen: Snapshot, stage: Stage, made: dict[str, str]
) -> None:
    booked = news(jane, seen, stage, made)
    assert booked.status == "booked"
    for act, status in (("cancel", "cancelled"), ("uncancel", "booked"), ("archive", "deleted")):
        stage.act("visits", act=act, id=made["id"])
        assert news(jane, seen, stage, made).status == status


def test_polling_finds_no_shows_and_arrivals_and_that_a_mark_was_taken_away(
    jane: Jane, seen: Snapshot, stage: Stage, made: dict[str, str]
) -> None:
    for arrived, status in ((True, "arrived"), (False, "no_show"), (None, "booked")):
        stage.act("visits", act="attend", id=made["id"], arrived=arrived)
        assert news(jane, seen, stage, made).status == status


def test_a_second_fetch_brings_only_what_is_new(jane: Jane, seen: Snapshot, stage: Stage) -> None:
    again = jane.fetch(seen.watermark, stage.now)
    assert len(again.visits) < len(seen.visits) / 2
    assert again.watermark == seen.watermark
    assert again.reconciled is None


def test_the_watermark_of_another_system_is_no_mark_of_jane_s(
    jane: Jane, seen: Snapshot, stage: Stage
) -> None:
    other = dict.fromkeys(
        ("patients", "appointments", "individual_appointments"), "2026-01-05T00:00:00Z"
    )
    got = jane.fetch(other, stage.now)
    assert (len(got.visits), len(got.patients)) == (len(seen.visits), len(seen.patients))


def test_with_a_horizon_every_visit_until_then_is_there(
    jane: Jane, seen: Snapshot, stage: Stage
) -> None:
    horizon = timedelta(days=10)
    got = jane.fetch(seen.watermark, stage.now, horizon)
    ahead = {
        one.source_id for one in seen.visits if stage.now <= one.starts_at < stage.now + horizon
    }
    assert ahead <= {one.source_id for one in got.visits}
    assert got.reconciled == (stage.now, stage.now + horizon)


def test_what_was_announced_comes_with_its_patient_and_leaves_the_watermark(
    jane: Jane, seen: Snapshot, stage: Stage, made: dict[str, str]
) -> None:
    own = news(jane, seen, stage, made).source_id
    got = jane.announced({own, "018f0000-0000-7000-8000-000000000001"}, stage.now)
    assert [one.source_id for one in got.visits] == [own]
    assert [one.mobile for one in got.patients] == ["+13035550177"]
    assert (got.watermark, got.reconciled) == ({}, None)
    assert got.gone == {"018f0000-0000-7000-8000-000000000001"}


def test_a_hundred_announcements_cost_two_requests_for_visits(
    jane: Jane, seen: Snapshot, stage: Stage
) -> None:
    some = {one.source_id for one in seen.visits[:100]}
    before = stage.see("stats")["requests"]["jane"]
    got = jane.announced(some, stage.now)
    assert {one.source_id for one in got.visits} == some
    assert stage.see("stats")["requests"]["jane"] - before <= 8


def test_one_visit_as_it_stands(jane: Jane, seen: Snapshot) -> None:
    one = next(visit for visit in seen.visits if visit.status == "arrived")
    found = jane.visit(one.source_id)
    assert found is not None
    assert found.model_copy(update={"updated_at": one.updated_at}) == one
    assert jane.visit("018f0000-0000-7000-8000-000000000001") is None
    assert jane.visit("no id at all") is None


def test_a_class_booking_is_no_visit(jane: Jane, seen: Snapshot, stage: Stage) -> None:
    own = stage.act("jane/classes")["id"]
    assert jane.visit(own) is None
    assert jane.announced({own}, stage.now).visits == []
    assert own not in {one.source_id for one in jane.fetch(seen.watermark, stage.now).visits}


def test_the_token_of_one_clinic_opens_no_other(stage: Stage, ledger: Ledger, jane: Jane) -> None:
    other = stage.clinic_url.replace("northside", "riverbend")
    elsewhere = Jane(other, stage.keeper(ledger), sandbox=True, timeout=5.0)
    with pytest.raises(Unauthorized):
        elsewhere.company()
    elsewhere.close()


def test_delivery_sandbox_refuses_the_real_jane(stage: Stage, ledger: Ledger) -> None:
    with pytest.raises(GateClosed, match="delivery is sandbox"):
        Jane("https://northside.janeapp.com", stage.keeper(ledger), sandbox=True)


def test_the_doctor_finds_the_connection_all_lists_and_what_is_announced(
    jane: Jane, stage: Stage
) -> None:
    rows = jane.check()
    assert all(is_well for _, is_well, _ in rows), rows
    assert "every quarter of an hour" in rows[-1][2]
    jane.subscribe("http://127.0.0.1:9/jane/northside")
    assert jane.check()[-1] == ("jane webhooks", True, "")
    assert len({hook.secret for hook in jane.subscribe("http://127.0.0.1:9/jane/northside")}) == 4
    assert stage.see("jane")["subscriptions"] == 4


def test_the_doctor_of_a_clinic_that_never_agreed_names_the_command(
    stage: Stage, ledger: Ledger
) -> None:
    ((name, is_well, advice),) = stage.system(ledger).check()
    assert (name, is_well) == ("jane connection", False)
    assert "ptclinic connect jane northside" in advice


FAULTS: list[tuple[dict[str, Any], type[Exception] | None, str]] = [
    ({"kind": "refuse_500"}, None, "tried again"),
    ({"kind": "drop_before"}, None, "tried again"),
    ({"kind": "drop_after_accept"}, None, "reading twice changes nothing"),
    ({"kind": "status", "status": 503}, None, "tried again"),
    ({"kind": "storm_429", "times": 2}, None, "waits as long as it is told"),
    ({"kind": "slow", "seconds": 0.5}, None, "waited for"),
    ({"kind": "status", "status": 401}, None, "a token that ended early is renewed"),
    ({"kind": "refuse_500", "times": None}, Unavailable, "for good"),
    ({"kind": "storm_429", "times": None, "seconds": 600}, RateLimited, "too long to wait"),
    ({"kind": "html"}, ContractBroken, "no JSON"),
    ({"kind": "status", "status": 302}, ContractBroken, "a redirect is not followed"),
    ({"kind": "status", "status": 403}, Unauthorized, "too few rights"),
    ({"kind": "status", "status": 401, "times": 2}, Unauthorized, "also with a new token"),
]


@pytest.mark.parametrize(("fault", "error", "why"), FAULTS)
def test_each_fault_is_outlasted_or_named(
    jane: Jane, stage: Stage, fault: dict[str, Any], error: type[Exception] | None, why: str
) -> None:
    stage.strike(match="/appointments$", **fault)
    if error is None:
        assert len(jane.fetch(None, stage.now).visits) > 50
        return
    with pytest.raises(error) as got:
        jane.fetch(None, stage.now)
    assert "ptclinic connect" not in str(got.value)  # the clinic's consent is as good as before
