"""A visit comes free and another patient gets it: over real sockets, from text to text."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select

from data_contracts.message import Reason
from ledger import waiting
from ledger.erasure import erase_rows
from ledger.erasure_register import Erasure
from ledger.requests import take
from ledger.schema import assignments, risk_scores, staff_tasks, visits
from ledger.schema_dialogue import book_requests, offers, open_slots, waiting_list
from ledger.slots import close_slot, take_slot
from tasks.book_writing import carry_out
from tasks.inbox import drain_inbox
from tasks.reporting import answers_of
from tasks.waiters import waiting_for
from tests.cast import NOW, clinic_file
from tests.unit.tasks.ward import DAY, HOUR, MINUTE, MORNING, Person, Ward, several

LADDER = [{"name": "one_day", "channel": "sms", "before": "P1D"}]


@pytest.fixture
def ward(house: Callable[..., Any], number: Callable[[], str], sandbox: Any) -> Iterator[Any]:
    opened: list[Ward] = []

    def make(**changes: Any) -> Ward:
        practice = clinic_file()["practice"] | {"base_url": sandbox.cliniko}
        given = {"ladder": LADDER, "practice": practice, "waiting_list": {}} | changes
        opened.append(Ward(house(**given), number))
        return opened[-1]

    yield make
    sandbox.heal()
    for one in opened:
        one.leave()


@pytest.fixture
def freed(ward: Any) -> Any:
    """Ana cancelled a visit in two days' time; Bo, who has one in ten, waits for an earlier."""

    def make(**changes: Any) -> tuple[Ward, Person]:
        house = ward(**changes)
        ana = house.person(house.free(NOW + 2 * DAY)[0])
        bo = house.person(house.free(NOW + 10 * DAY)[0], "Bo")
        house.read(NOW)
        house.cancel(ana)
        house.read(MORNING)
        return house, bo

    return make


def test_what_somebody_took_while_the_book_was_asked_is_not_closed_for_them(freed):
    house, bo = freed()
    house.wait(bo)
    house.fill()
    house.fill(MORNING + 5 * MINUTE)
    seen = house.slot()
    with house.here.ledger.write() as con:
        assert take_slot(con, seen.slot_id, house.id_of(bo), MORNING + 6 * MINUTE)
        assert not close_slot(con, seen.slot_id, Reason.TIME_TAKEN, seen=seen.status)
    assert house.slot().status == "taken"


@pytest.mark.parametrize("entire", [False, True])
def test_who_accepted_is_not_forgotten_with_the_one_whose_time_it_was(freed, entire):
    house, bo = freed(waiting_list={"confirmation": "staff"})
    house.wait(bo)
    house.fill()
    house.fill(MORNING + 5 * MINUTE)
    assert house.writes(bo, "1", MORNING + 6 * MINUTE) == {"inbox_take_by_staff": 1}
    ana = {row.visit_id: row.patient_id for row in house.rows(visits)}[house.slot().visit_id]
    with house.here.ledger.write() as con:
        erase_rows(house.here.ledger, con, Erasure(ana, MORNING, entire=entire))
    (task,) = house.rows(staff_tasks)
    assert (task.reason, task.patient_id) == ("slot_accepted", house.id_of(bo))
    assert [one.patient_id for one in house.rows(offers)] == [house.id_of(bo)]
    slot = house.slot()
    assert slot.taken_by == house.id_of(bo)
    assert slot.visit_id not in {row.visit_id for row in house.rows(visits)}, "nobody's any more"


def test_who_is_erased_stands_in_no_slot_and_one_that_they_only_took_is_offered_again(freed):
    house, bo = freed(waiting_list={"confirmation": "staff"})
    house.wait(bo)
    house.fill()
    house.fill(MORNING + 5 * MINUTE)
    house.writes(bo, "1", MORNING + 6 * MINUTE)
    own = house.id_of(bo)
    with house.here.ledger.write() as con:
        (stands,) = [row.visit_id for row in house.rows(visits) if row.patient_id == own]
        con.execute(open_slots.update().values(filled_by=stands))
        erase_rows(house.here.ledger, con, Erasure(own, MORNING, entire=False))
    slot = house.slot()
    assert (slot.taken_by, slot.filled_by, slot.status) == (None, None, "offering")


def test_a_cancelled_visit_is_offered_and_booked_for_the_first_who_accepts(freed):
    house, bo = freed()
    house.wait(bo)
    assert house.fill() == {"opened": 1}, "an undo has its time first"
    assert house.texts(bo) == []
    assert house.fill(MORNING + 5 * MINUTE) == {"offered": 1}
    (text,) = house.texts(bo)
    assert "Reply 1 to take it" in text
    before = house.booked(bo)
    assert house.writes(bo, "1", MORNING + 6 * MINUTE) == {"inbox_take": 1, "book_done": 1}
    slot = house.slot()
    assert house.booked(bo) == sorted([*before, slot.starts_at])
    assert slot.status == "filled"
    assert "done, your visit is" in house.texts(bo)[1]
    assert [row.removed_why for row in house.rows(waiting_list)] == ["booked"]
    assert [row.status for row in house.rows(offers)] == ["accepted"]
    assert house.rows(staff_tasks) == []
    with house.here.ledger.read() as con:
        told = answers_of(con, MORNING + HOUR)
    assert (told.freed, told.filled, told.confirmed, told.for_people) == (1, 1, 0, 0)


def test_who_said_no_may_think_better_of_it_while_nobody_has_it(freed):
    house, bo = freed()
    house.wait(bo)
    house.fill()
    house.fill(MORNING + 5 * MINUTE)
    assert house.writes(bo, "I can't", MORNING + 6 * MINUTE) == {"inbox_decline": 1}
    found = house.writes(bo, "1", MORNING + 7 * MINUTE)
    assert found == {"inbox_take": 1, "book_done": 1}
    assert house.slot().starts_at in house.booked(bo)


def test_groups_are_offered_it_one_after_another_and_who_is_late_hears_so(ward):
    house = ward(waiting_list={"group_size": 2})
    ana = house.person(house.free(NOW + 2 * DAY)[0])
    soon, early, late, later = several(house, 4)
    house.read(NOW)
    house.cancel(ana)
    house.read(MORNING)
    for one in (early, late, later):
        house.wait(one)
    house.wait(soon, urgency=2)
    house.fill()
    assert house.fill(MORNING + 5 * MINUTE) == {"offered": 1}
    first = [one for one in (soon, early, late, later) if house.texts(one)]
    assert len(first) == 2
    assert soon in first
    assert house.fill(MORNING + 15 * MINUTE) == {}
    assert [one for one in (soon, early, late, later) if house.texts(one)] == first
    assert house.fill(MORNING + 20 * MINUTE) == {"offered": 1}
    assert all(len(house.texts(one)) == 1 for one in (soon, early, late, later))

    (other,) = [one for one in first if one is not soon]
    winner = next(one for one in (early, late, later) if one not in first)
    assert house.writes(winner, "yes please", MORNING + 21 * MINUTE)["book_done"] == 1
    before = house.booked(other)
    assert house.writes(other, "1", MORNING + 22 * MINUTE) == {"inbox_taken": 1}
    assert "somebody was quicker" in house.texts(other)[1]
    assert house.writes(other, "ok", MORNING + 23 * MINUTE) == {"inbox_nothing": 1}
    assert house.booked(other) == before
    assert house.fill(MORNING + 40 * MINUTE) == {}
    assert sorted(row.status for row in house.rows(offers)) == ["accepted", "lost", "lost", "lost"]


def test_who_waits_with_a_later_visit_is_moved_and_their_time_comes_free(freed):
    house, bo = freed()
    house.read(MORNING)
    with house.here.ledger.read() as con:
        theirs = select(visits).where(visits.c.source_id == bo.visit)
        later = con.execute(theirs).one()
    house.wait(bo, visit_id=later.visit_id)
    house.fill()
    house.fill(MORNING + 5 * MINUTE)
    (text,) = house.texts(bo)
    assert "Reply 1 to move your visit of Thu Jan 15" in text
    assert house.writes(bo, "1", MORNING + 6 * MINUTE) == {"inbox_take": 1, "move_done": 1}
    filled = house.slot()
    assert house.booked(bo) == [filled.starts_at]
    assert house.fill(MORNING + 10 * MINUTE) == {"opened": 1}
    left = [row for row in house.rows(open_slots) if row.slot_id != filled.slot_id]
    assert [row.starts_at for row in left] == [later.starts_at]


def test_where_swaps_are_off_who_has_a_later_visit_is_not_asked(freed):
    house, bo = freed(waiting_list={"swap_existing": False})
    with house.here.ledger.read() as con:
        later = con.execute(select(visits).where(visits.c.source_id == bo.visit)).one()
    house.wait(bo, visit_id=later.visit_id)
    house.fill()
    assert house.fill(MORNING + 5 * MINUTE) == {"nobody_suits": 1}
    assert house.texts(bo) == []


def test_where_the_desk_confirms_it_gets_a_task_and_the_patient_a_promise(freed):
    house, bo = freed(waiting_list={"confirmation": "staff"})
    house.wait(bo)
    house.fill()
    house.fill(MORNING + 5 * MINUTE)
    before = house.booked(bo)
    assert house.writes(bo, "1", MORNING + 6 * MINUTE) == {"inbox_take_by_staff": 1}
    (task,) = house.rows(staff_tasks)
    assert (task.kind, task.reason) == ("change_visit", "slot_accepted")
    assert task.patient_id == house.id_of(bo)
    assert "we will call you" in house.texts(bo)[1]
    assert house.booked(bo) == before, "the desk books it"
    at = house.slot().starts_at.isoformat()
    house.sandbox.ask(
        "visits", act="make", patient_id=bo.patient, starts_at=at, practitioner_id=house.who
    )
    house.read(MORNING + 30 * MINUTE)
    assert house.fill(MORNING + 31 * MINUTE) == {"filled": 1}
    assert house.slot().status == "filled"


def test_a_time_that_somebody_has_by_now_is_offered_to_nobody(freed):
    house, bo = freed()
    house.wait(bo)
    house.fill()
    cid = house.person(house.slot().starts_at, "Cid")
    assert house.fill(MORNING + 5 * MINUTE) == {"closed_time_taken": 1}
    assert house.texts(bo) == []
    assert house.booked(cid)


def test_offers_end_before_the_visit_would_begin(freed):
    house, bo = freed()
    house.wait(bo)
    house.fill()
    house.fill(MORNING + 5 * MINUTE)
    slot = house.slot()
    assert house.fill(slot.starts_at - 30 * MINUTE) == {"closed_too_late": 1}
    assert [row.status for row in house.rows(offers)] == ["expired"]
    before, late = house.booked(bo), slot.starts_at - 29 * MINUTE
    house.read(late)
    assert house.writes(bo, "1", late) == {"inbox_over": 1}
    assert "no longer open" in house.texts(bo)[1], "nobody was quicker"
    assert house.writes(bo, "ok", late + MINUTE) == {"inbox_nothing": 1}
    assert house.booked(bo) == before


def test_by_night_nobody_new_is_asked(freed):
    house, bo = freed()
    house.wait(bo)
    house.fill()
    night = NOW + 13 * HOUR
    assert house.fill(night) == {}
    assert house.rows(offers) == []


def test_whoever_lacks_a_visit_by_the_plan_of_care_is_asked_without_a_line(freed):
    house, bo = freed()
    row = {
        "patient_id": house.id_of(bo),
        "starts_on": "2026-01-01",
        "ends_on": None,
        "visits_per_week": 2.0,
        "visits": None,
        "source": "desk",
        "updated_at": NOW,
    }
    with house.here.ledger.write() as con:
        waiting.set_plan(con, row)
    house.fill()
    assert house.fill(MORNING + 5 * MINUTE) == {"offered": 1}
    assert len(house.texts(bo)) == 1


def test_a_held_out_visit_s_risk_is_unknown(freed):
    house, bo = freed()
    with house.here.ledger.write() as con:
        own = con.execute(select(visits).where(visits.c.source_id == bo.visit)).one()
        score = {"visit_id": own.visit_id, "visit_version": own.version, "score": 0.9}
        told = {"tier": "high", "reasons": "[]", "model_id": "m", "scored_at": NOW}
        con.execute(risk_scores.insert().values(**score, **told))
    house.wait(bo)
    house.fill()

    def tier() -> Any:
        with house.here.ledger.read() as con:
            (one,) = waiting_for(house.here, con, house.slot(), MORNING)
        return one.waiter.tier

    assert tier() == "high"
    with house.here.ledger.write() as con:
        drawn = {"sprint": "s1", "arm": "held_out", "stratum": "high", "assigned_at": NOW}
        con.execute(assignments.insert().values(visit_id=own.visit_id, **drawn))
    assert tier() is None


def test_who_takes_a_cancellation_back_has_the_time_and_nobody_is_asked(ward):
    house = ward()
    tomorrow = house.free(NOW + DAY + MINUTE, 0)
    ana = house.person(tomorrow[0])
    (bo,) = several(house, 1)
    # Other tests' people may have the earlier times: the reminder is due when hers says.
    told = max(MORNING, tomorrow[0] - DAY + MINUTE)
    house.read(NOW)
    house.read(told)
    house.wait(bo)
    house.house.plan(told)
    house.house.dispatch(told)
    assert house.writes(ana, "can't come", told + MINUTE)["cancel_done"] == 1
    assert house.fill(told + 2 * MINUTE) == {"opened": 1}
    assert house.writes(ana, "C", told + 3 * MINUTE) == {
        "inbox_book_again": 1,
        "book_done": 1,
    }
    assert house.fill(told + 10 * MINUTE) == {}
    assert house.booked(ana) == [tomorrow[0]]
    assert house.slot().status == "filled"
    assert house.texts(bo) == []


def test_a_worker_that_dies_between_accept_and_booking_leaves_it_to_the_next(freed):
    house, bo = freed()
    with house.here.ledger.read() as con:
        later = con.execute(select(visits).where(visits.c.source_id == bo.visit)).one()
    house.wait(bo, visit_id=later.visit_id)
    house.fill()
    house.fill(MORNING + 5 * MINUTE)
    now = MORNING + 6 * MINUTE
    house.house.hear(bo.number, "1", "once", now)
    assert dict(drain_inbox(house.here, now)) == {"inbox_take": 1}
    ledger = house.here.ledger
    assert take(ledger, now, ledger.clock()) is not None, "it has the request, and dies"
    assert house.slot().status == "taken"
    assert dict(carry_out(house.here, now)) == {}, "nobody else may have it yet"
    with ledger.write() as con:
        ran_out = ledger.clock() - MINUTE
        con.execute(book_requests.update().values(lease_until=ran_out))
    assert dict(carry_out(house.here, now + 6 * MINUTE)) == {"move_done": 1}
    assert house.slot().status == "filled"
    assert house.booked(bo) == [house.slot().starts_at]
