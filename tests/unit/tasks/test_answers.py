"""A patient answers, and the book changes: over real sockets, from the text in to the text out."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from data_contracts.clinic import Replies
from data_contracts.inbound import InboundEvent, InboundKind
from data_contracts.outbox import Named
from data_contracts.visit import VisitStatus
from ledger import naming, plans
from ledger.schema import messages, staff_tasks, visits
from ledger.schema_dialogue import book_requests, confirmations, offers
from tasks.book_writing import carry_out
from tasks.inbox import drain_inbox
from tasks.keeping import keep_inbound
from tasks.room import room
from tests.cast import NOW, clinic_file, planned
from tests.unit.tasks.desk import DAY, HOUR, MINUTE, MORNING, Desk

ONE_DAY = [{"name": "one_day", "channel": "sms", "before": "P1D"}]
TRIES = 4
"""How often the connector reads before it says that the book is not to be had."""


@pytest.fixture
def desk(house: Callable[..., Any], number: Callable[[], str], sandbox: Any) -> Iterator[Any]:
    opened: list[Desk] = []

    def make(**changes: Any) -> Desk:
        practice = clinic_file()["practice"] | {"base_url": sandbox.cliniko}
        opened.append(
            Desk(house(**({"ladder": ONE_DAY, "practice": practice} | changes)), number())
        )
        return opened[-1]

    yield make
    sandbox.heal()
    for one in opened:
        one.leave()


def test_who_confirms_is_on_record_and_hears_so_once(desk):
    ana = desk()
    assert ana.writes("C") == {"inbox_confirm": 1}
    assert ana.writes("yes, see you there 👍") == {"inbox_confirm": 1}
    (row,) = ana.rows(confirmations)
    assert (row.visit_id, row.asked_by) == (ana.known().visit_id, "text")
    assert ["confirmed" in one for one in ana.texts()] == [False, True]
    assert ana.tasks() == []


def test_who_cannot_come_is_taken_off_the_book_and_hears_so(desk):
    ana = desk()
    assert ana.writes("Sorry I can't make it tomorrow") == {"inbox_cancel": 1, "cancel_done": 1}
    assert ana.shown().status is VisitStatus.CANCELLED
    assert ana.known().status == "cancelled"
    assert "is off" in ana.texts()[1]
    assert ana.writes("ok, thanks!") == {"inbox_nothing": 1}
    assert ana.shown().status is VisitStatus.CANCELLED, "thanks is no change of mind"


def test_another_time_is_offered_picked_and_written(desk):
    ana = desk()
    before = ana.shown()
    assert ana.writes("R") == {"inbox_find_times": 1, "find_times_offered": 1}
    (offer,) = ana.rows(offers)
    offered = ana.texts()[1]
    assert "1) " in offered
    assert "3) " in offered
    assert ana.shown().starts_at == before.starts_at, "nothing moves before it is picked"

    assert ana.writes("2 please") == {"inbox_take": 1, "move_done": 1}
    picked = datetime.fromisoformat(json.loads(offer.options)[1]["starts_at"])
    assert ana.shown().starts_at == picked
    assert ana.shown().status is VisitStatus.BOOKED
    assert ana.known().starts_at == picked
    assert "done, your visit is" in ana.texts()[2]
    assert ana.house.plan(MORNING)["new_times"] == 0, "who picked the time is not told of it again"
    assert ana.tasks() == []


def test_a_human_who_was_quicker_is_not_overwritten(desk):
    ana = desk()
    ana.writes("R")
    elsewhere = ana.shown().starts_at + 3 * DAY
    ana.sandbox.ask("visits", act="move", id=ana.visit, starts_at=elsewhere.isoformat())
    assert ana.writes("1") == {"inbox_take": 1, "move_to_staff": 1}
    assert ana.shown().starts_at == elsewhere
    assert ana.tasks() == [("change_visit", "book_changed")]
    assert "we will call you" in ana.texts()[-1]


def test_a_time_that_was_taken_meanwhile_is_not_booked_twice(desk):
    ana = desk()
    before = ana.shown()
    ana.writes("R")
    (offer,) = ana.rows(offers)
    first = json.loads(offer.options)[0]
    other = ana.sandbox.ask("patients", first_name="Bo", phone=None)
    ana.sandbox.ask(
        "visits",
        act="make",
        patient_id=str(other["id"]),
        starts_at=first["starts_at"],
        practitioner_id=before.practitioner_source_id,
    )
    assert ana.writes("1") == {"inbox_take": 1, "move_taken": 1}
    assert ana.shown().starts_at == before.starts_at, "the clash went back"
    assert "taken by now" in ana.texts()[-1]


def test_who_changes_their_mind_gets_the_time_back(desk):
    ana = desk()
    before = ana.shown()
    ana.writes("can't come")
    assert ana.shown().status is VisitStatus.CANCELLED
    assert ana.writes("C") == {"inbox_book_again": 1, "book_done": 1}
    with ana.here.ledger.read() as con:
        query = select(visits).where(visits.c.patient_id == ana.known().patient_id)
        found = [(one.starts_at, one.status) for one in con.execute(query)]
    assert sorted(found) == [(before.starts_at, "booked"), (before.starts_at, "cancelled")]


def test_who_says_it_twice_in_a_row_is_heard_once(desk):
    ana = desk()
    assert ana.writes("can't come", "I can't make it") == {"inbox_cancel": 2, "cancel_done": 1}
    assert ana.tasks() == []
    found = ana.writes("C", "yes I can come")
    assert found["book_done"] == 1
    assert "book_taken" not in found
    assert not any("taken" in one or "we will call" in one for one in ana.texts())


def test_what_is_not_understood_is_a_persons_and_hears_one_polite_answer(desk):
    ana = desk()
    assert ana.writes("Does my insurance cover this?") == {"inbox_ask_person": 1}
    assert ana.writes("and what about dry needling") == {"inbox_ask_person": 1}
    assert ana.tasks() == [("read_reply", "not_understood")] * 2
    assert len(ana.texts()) == 2
    assert "a person will read" in ana.texts()[1]


def test_who_comes_late_is_noted_for_the_desk(desk):
    ana = desk()
    assert ana.writes("running 10 minutes late") == {"inbox_note": 1}
    assert ana.tasks() == [("read_reply", "comes_late")]


def test_a_number_that_two_share_is_a_persons(desk):
    ana = desk()
    bo = ana.sandbox.ask("patients", first_name="Bo", phone=ana.number)
    at = (NOW + DAY + 4 * HOUR).isoformat()
    made = ana.sandbox.ask("visits", act="make", patient_id=str(bo["id"]), starts_at=at)
    ana.read()
    with ana.here.ledger.write() as con:  # Bo was told at the same number, before the caps
        theirs = visits.c.source_id == str(made["id"])
        bo_visit = con.execute(select(visits).where(theirs)).one()
        told = planned(bo_visit.visit_id, bo_visit.patient_id)
        plans.add_planned(ana.here.ledger, con, [told], NOW)
        message_id = con.execute(
            messages.update()
            .where(messages.c.visit_id == bo_visit.visit_id)
            .values(status="accepted", sent_on=NOW, address_index=ana.here.ledger.index(ana.number))
            .returning(messages.c.message_id)
        ).scalar_one()
        named = Named(bo_visit.visit_id, bo_visit.version, bo_visit.starts_at)
        naming.write_names(con, {message_id: [named]})
    assert ana.writes("C") == {"inbox_ask_person": 1}
    assert ana.rows(confirmations) == []
    assert len(ana.texts()) == 1, "nobody knows whom to answer"


def test_keys_of_a_call_do_the_same(desk):
    ana = desk()
    assert ana.presses("1") == {"inbox_confirm": 1}
    (row,) = ana.rows(confirmations)
    assert row.asked_by == "key"
    assert ana.presses("2") == {"inbox_find_times": 1, "find_times_offered": 1}
    assert ana.presses("0") == {"inbox_ask_person": 1}


def test_where_the_book_cannot_be_written_a_person_is_promised_and_asked(desk):
    ana = desk(replies={"cancel": "staff", "reschedule": "staff"})
    assert ana.writes("R") == {"inbox_ask_person": 1}
    assert ana.writes("I can't come") == {"inbox_ask_person": 1}
    assert ana.tasks() == [("read_reply", "wants_other_time"), ("read_reply", "wants_to_cancel")]
    assert "we will call you" in ana.texts()[1]
    assert ana.shown().status is VisitStatus.BOOKED


def hears(ana: Desk, body: str) -> None:
    """A text that is handled, and not acted on yet."""
    ana.house.hear(ana.number, body, f"heard:{body}", MORNING)
    drain_inbox(ana.here, MORNING)


STAFF = Replies(cancel="staff", reschedule="staff")


@pytest.mark.parametrize(
    ("body", "reason"), [("can't come", "wants_to_cancel"), ("R", "wants_other_time")]
)
def test_what_the_file_leaves_to_staff_by_then_is_theirs(desk, body, reason):
    ana = desk()
    hears(ana, body)
    told = ana.here.clinic.model_copy(update={"replies": STAFF})
    carry_out(replace(ana.here, clinic=told), MORNING)
    assert ana.shown().status is VisitStatus.BOOKED
    assert ana.tasks() == [("change_visit", reason)]
    ana.house.dispatch(MORNING)
    assert "we will call you" in ana.texts()[-1]


@pytest.mark.parametrize(("body", "asked"), [("can't come", ["unanswered"]), ("C", [])])
def test_an_answer_that_did_not_arrive_is_told_by_a_person_where_it_must_be(desk, body, asked):
    ana = desk()
    ana.writes(body)
    (said,) = [one for one in ana.rows(messages) if one.purpose == "answer"]
    event = InboundEvent(
        clinic="northside",
        dedupe_key=f"receipt:{said.vendor_id}:undelivered",
        kind=InboundKind.RECEIPT,
        message_id=said.message_id,
        vendor_id=said.vendor_id,
        status="undelivered",
        error_code="30006",
        received_at=MORNING,
    )
    keep_inbound(ana.here, event)
    ana.work()
    assert [reason for _, reason in ana.tasks()] == asked
    assert len(ana.rows(messages)) == 2, "no other channel has words for it"


def test_a_picked_time_is_staffs_too_once_the_file_says_so(desk):
    ana = desk()
    before = ana.shown()
    ana.writes("R")
    hears(ana, "1")
    told = ana.here.clinic.model_copy(update={"replies": STAFF})
    carry_out(replace(ana.here, clinic=told), MORNING)
    assert ana.shown().starts_at == before.starts_at
    assert ana.tasks() == [("change_visit", "wants_other_time")]


def test_what_was_done_before_the_file_changed_is_not_left_to_staff(desk):
    ana = desk()
    ana.sandbox.strike(where="cliniko", method="PATCH", times=1, kind="drop_after_accept")
    assert ana.writes("can't come")["cancel_later"] == 1
    told = ana.here.clinic.model_copy(update={"replies": STAFF})
    assert carry_out(replace(ana.here, clinic=told), MORNING + 3 * MINUTE) == {"cancel_done": 1}
    assert ana.tasks() == []


def test_nothing_is_written_by_a_file_that_was_edited_since_it_was_read(desk, write_file):
    ana = desk()
    hears(ana, "can't come")
    with room("northside") as here:
        write_file(replies={"cancel": "staff"})
        assert carry_out(here, MORNING) == {}
    assert ana.shown().status is VisitStatus.BOOKED
    with room("northside") as here:
        assert carry_out(here, MORNING) == {"cancel_to_staff": 1}
    assert ana.tasks() == [("change_visit", "wants_to_cancel")]


@pytest.mark.parametrize(
    ("fault", "later"),
    [
        ({"kind": "drop_after_accept"}, "move_done"),
        ({"kind": "drop_before"}, "move_done"),
    ],
)
def test_a_book_that_did_not_answer_is_looked_at_before_it_is_asked_again(desk, fault, later):
    ana = desk()
    ana.writes("R")
    ana.sandbox.strike(where="cliniko", method="PATCH", times=1, **fault)
    assert ana.writes("1")["move_later"] == 1
    assert ana.rows(book_requests)[-1].status in ("unconfirmed", "planned")
    assert ana.work(MORNING + 3 * MINUTE) == {later: 1}
    assert ana.shown().starts_at == ana.known().starts_at
    assert "done, your visit is" in ana.texts()[-1]


def test_a_look_that_fails_makes_nothing_surer(desk):
    ana = desk()
    ana.writes("R")
    ana.sandbox.strike(where="cliniko", method="PATCH", times=1, kind="drop_after_accept")
    assert ana.writes("1")["move_later"] == 1
    ana.sandbox.strike(where="cliniko", method="GET", times=TRIES, kind="status", status=503)
    assert ana.work(MORNING + 3 * MINUTE) == {"move_later": 1}
    assert ana.work(MORNING + 6 * MINUTE) == {"move_done": 1}
    assert "done, your visit is" in ana.texts()[-1]
    assert ana.tasks() == []


def test_a_cancellation_that_nobody_sees_at_once_is_told_as_one(desk):
    ana = desk()
    own = {"where": "cliniko", "method": "GET", "match": f"individual_appointments/{ana.visit}$"}
    ana.sandbox.strike(**own, times=1, kind="slow", seconds=0)  # the look before it
    ana.sandbox.strike(**own, times=TRIES, kind="status", status=503)
    assert ana.writes("can't come")["cancel_later"] == 1
    assert ana.work(MORNING + 3 * MINUTE) == {"cancel_done": 1}
    assert "is off" in ana.texts()[-1]
    assert ana.tasks() == []


def test_a_booking_that_nobody_sees_at_once_is_not_booked_again(desk):
    ana = desk()
    ana.writes("can't come")
    lost = {"kind": "status", "status": 503, "match": "attendees"}
    ana.sandbox.strike(where="cliniko", method="GET", times=TRIES, **lost)
    assert ana.writes("C")["book_later"] == 1
    ana.read(MORNING + MINUTE)
    assert ana.work(MORNING + 3 * MINUTE) == {"book_done": 1}
    assert "done, your visit is" in ana.texts()[-1]


def test_a_lost_answer_does_not_hide_that_somebody_else_has_the_time(desk):
    ana = desk()
    ana.writes("R")
    (offer,) = ana.rows(offers)
    first = json.loads(offer.options)[0]
    bo = ana.sandbox.ask("patients", first_name="Bo", phone=None)
    theirs = ana.sandbox.ask(
        "visits",
        act="make",
        patient_id=str(bo["id"]),
        starts_at=first["starts_at"],
        practitioner_id=ana.shown().practitioner_source_id,
    )
    ana.sandbox.strike(where="cliniko", method="PATCH", times=1, kind="drop_after_accept")
    assert ana.writes("1")["move_later"] == 1
    assert ana.work(MORNING + 3 * MINUTE) == {"move_to_staff": 1}
    assert ("change_visit", "clashes") in ana.tasks()
    assert "we will call you" in ana.texts()[-1]
    ana.sandbox.ask("visits", act="cancel", id=str(theirs["id"]))


def test_a_book_that_stays_silent_becomes_a_persons(desk):
    ana = desk()
    ana.sandbox.strike(where="cliniko", kind="status", status=503, times=None)
    assert ana.writes("R") == {"inbox_find_times": 1, "find_times_later": 1}
    assert ana.work(MORNING + 31 * MINUTE) == {"find_times_to_staff": 1}
    assert ana.tasks() == [("change_visit", "book_silent")]


def test_a_row_that_cannot_be_handled_holds_up_no_other(desk):
    ana = desk()
    with ana.here.ledger.write() as con:
        from ledger.schema import inbox

        con.execute(
            inbox.insert().values(
                dedupe_key="text:broken", kind="text", detail="no json", received_at=NOW - HOUR
            )
        )
    assert ana.writes("C") == {"inbox_failed": 1, "inbox_confirm": 1}
    with ana.here.ledger.read() as con:
        kept = con.execute(select(staff_tasks.c.dedupe_key)).scalars().all()
    assert kept == ["reply|text:broken"]
