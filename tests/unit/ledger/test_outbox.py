"""The outbox on both engines: claimed once, fenced, looked at again before anything leaves."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from data_contracts.message import Channel, MessageStatus, Purpose, Reason
from ledger import claiming, outbox, people, plans, records
from ledger.claiming import LEASE
from ledger.schema import message_steps, messages, patients, staff_tasks
from tests.cast import NOW, planned
from tests.unit.ledger.filled import VENDORS, WALL, by_the_rules

AFTER_LEASE = WALL + LEASE + timedelta(seconds=1)


@pytest.mark.slow
@pytest.mark.parametrize("workers", [2, 10])
def test_racing_dispatchers_claim_each_message_once(filled, workers):
    box = filled(500)
    start = threading.Barrier(workers)

    def race(_: int) -> list[str]:
        start.wait()
        mine: list[str] = []
        while got := box.claim(limit=20):
            mine += [one.message_id for one in got]
        return mine

    with ThreadPoolExecutor(workers) as pool:
        counts = Counter(one for part in pool.map(race, range(workers)) for one in part)
    assert len(counts) == 500
    assert set(counts.values()) == {1}
    assert {status for status, _ in box.statuses()} == {"claimed"}


def test_a_claim_knows_where_to_send_and_says_nothing_of_it(filled):
    box = filled(1)
    one = box.claim()[0]
    assert one.address == "+13035550100"
    assert (one.language, one.visit_type, one.sent_on) == ("en", "Follow-up", None)
    assert "+1303" not in repr(one)


def test_planning_the_same_again_adds_nothing(filled, store):
    box = filled(1)
    again = planned(box.visits[0], box.patients[0])
    with store.write() as con:
        assert plans.add_planned(store, con, [again], NOW) == 0
        moved = planned(box.visits[0], box.patients[0], visit_version=2)
        assert plans.add_planned(store, con, [moved], NOW) == 1
        known = plans.planned_keys(con, box.visits)
    assert known == {(box.visits[0], 1, "one_day"), (box.visits[0], 2, "one_day")}


def test_a_writer_that_slept_past_its_lease_is_refused(filled, store):
    box = filled(1)
    slow = box.claim()[0]
    assert not outbox.start_sending(store, slow, AFTER_LEASE, NOW)
    assert box.statuses() == [("planned", "due")]


def test_whoever_claims_after_a_recovery_owns_the_message_alone(filled, store):
    box = filled(1)
    slow = box.claim()[0]
    assert outbox.recover(store, NOW, AFTER_LEASE) == {"planned": 1, "unconfirmed": 0}
    quick = box.claim(wall=AFTER_LEASE)[0]
    assert quick.fence > slow.fence
    assert not outbox.start_sending(store, slow, WALL, NOW)
    assert box.statuses() == [("claimed", "due")], "the late writer took nothing away"
    assert outbox.start_sending(store, quick, AFTER_LEASE, NOW)
    assert not outbox.finish(store, slow, MessageStatus.FAILED, Reason.CARRIER_REFUSED, NOW)
    assert outbox.finish(store, quick, MessageStatus.ACCEPTED, Reason.SENT, NOW, vendor_id="SM1")
    assert box.message(quick.message_id).vendor_id == "SM1"


def test_a_writer_that_slept_while_sending_is_looked_up_and_may_not_write(filled, store):
    box = filled(1)
    slow = box.claim()[0]
    assert outbox.start_sending(store, slow, WALL, NOW)
    assert outbox.recover(store, NOW, AFTER_LEASE) == {"planned": 0, "unconfirmed": 1}
    assert not outbox.finish(store, slow, MessageStatus.ACCEPTED, Reason.SENT, NOW)
    assert box.claim(wall=AFTER_LEASE) == [], "what may have left is not sent again"
    ((found, sent_at),) = outbox.unconfirmed(store, AFTER_LEASE, timedelta(0))
    assert sent_at == WALL
    assert not outbox.settle(
        store, slow, MessageStatus.CONFIRMED_ABSENT, Reason.CARRIER_SILENT, NOW
    )
    assert outbox.settle(store, found, MessageStatus.CONFIRMED_SENT, Reason.CARRIER_SILENT, NOW)
    assert box.statuses() == [("confirmed_sent", "carrier_silent")]


def test_a_lease_that_still_runs_is_left_alone(filled, store):
    box = filled(1)
    box.claim()
    assert outbox.recover(store, NOW, WALL + LEASE - timedelta(seconds=1)) == {
        "planned": 0,
        "unconfirmed": 0,
    }


def test_what_is_proven_absent_may_be_sent_again(filled, store):
    box = filled(1)
    one = box.claim()[0]
    outbox.start_sending(store, one, WALL, NOW)
    outbox.finish(store, one, MessageStatus.UNCONFIRMED, Reason.CARRIER_SILENT, NOW)
    assert outbox.unconfirmed(store, WALL, timedelta(minutes=1)) == []
    ((found, _),) = outbox.unconfirmed(store, WALL + timedelta(minutes=1), timedelta(minutes=1))
    outbox.settle(store, found, MessageStatus.CONFIRMED_ABSENT, Reason.CARRIER_SILENT, NOW)
    again = box.claim(wall=WALL + timedelta(minutes=1))
    assert [one.message_id for one in again] == [one.message_id]


def test_a_stop_between_claim_and_send_is_heard(filled, store):
    box = filled(2)
    ana, bo = box.claim()
    with store.write() as con:
        people.opt_out(store, con, box.message(bo.message_id).address_index, "phone", "text", NOW)
    assert outbox.start_sending(store, ana, WALL, NOW)
    assert not outbox.start_sending(store, bo, WALL, NOW)
    assert box.claim() == []
    assert box.message(bo.message_id).status == "handed_to_staff"
    assert box.message(bo.message_id).reason == "opted_out"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"version": 2}, "visit_moved"),
        ({"status": "cancelled"}, "visit_gone"),
        ({"status": "deleted"}, "visit_gone"),
    ],
)
def test_a_visit_that_changes_between_claim_and_send_is_not_reminded_of(
    filled, store, change, reason
):
    box = filled(1)
    one = box.claim()[0]
    box.set_visit(**change)
    assert not outbox.start_sending(store, one, WALL, NOW)
    assert box.claim() == []
    assert box.statuses() == [("superseded", reason)]


def test_a_claim_that_is_given_back_waits_and_counts_against_no_cap(filled, store):
    box = filled(1)
    one = box.claim()[0]
    later = NOW + timedelta(minutes=15)
    outbox.give_back(store, one, Reason.CARRIER_UNAUTHORIZED, NOW, later)
    row = box.message(one.message_id)
    assert (row.status, row.reason, row.sent_on) == ("planned", "carrier_unauthorized", None)
    assert box.claim() == []
    assert len(box.claim(now=later)) == 1


def add_second(box, **changes):
    """Another message for the first person."""
    one = planned(box.visits[0], box.patients[0], rung="three_days", **changes)
    with box.ledger.write() as con:
        plans.add_planned(box.ledger, con, [one], NOW)


def test_a_patient_whose_number_changed_still_had_todays_message(filled, store):
    box = filled(1)
    add_second(box, due_at=NOW + timedelta(minutes=30))
    assert len(box.claim()) == 1
    with store.write() as con:
        con.execute(patients.update().values(phone_index="another"))
    assert box.claim(now=NOW + timedelta(minutes=40)) == []
    assert sorted(box.statuses()) == [("claimed", "due"), ("held", "daily_cap")]


def test_one_message_a_day_holds_inside_one_batch(filled):
    box = filled(1)
    add_second(box, due_at=NOW - timedelta(minutes=2), useful_until=NOW + timedelta(days=2))
    assert [one.rung for one in box.claim()] == ["three_days"]
    assert sorted(box.statuses()) == [("claimed", "due"), ("held", "daily_cap")]


@pytest.mark.slow
def test_one_message_a_day_holds_between_racing_dispatchers(filled, store):
    box = filled(40)
    second = [
        planned(visit_id, patient_id, rung="three_days", due_at=NOW - timedelta(minutes=1))
        for visit_id, patient_id in zip(box.visits, box.patients, strict=True)
    ]
    with store.write() as con:
        plans.add_planned(store, con, second, NOW)
    start = threading.Barrier(4)

    def race(_: int) -> list[str]:
        start.wait()
        mine: list[str] = []
        for _turn in range(80):
            mine += [one.patient_id for one in box.claim(limit=1)]
        return mine

    with ThreadPoolExecutor(4) as pool:
        counts = Counter(one for part in pool.map(race, range(4)) for one in part)
    assert len(counts) == 40
    assert set(counts.values()) == {1}


def test_texts_and_calls_share_a_number_and_its_cap_while_mail_has_its_own(filled, store):
    box = filled(1)
    add_second(box, channel=Channel.EMAIL)
    assert {one.channel for one in box.claim()} == {Channel.SMS, Channel.EMAIL}


def test_staff_messages_are_no_carriers_business(filled):
    box = filled(1)
    add_second(box, channel=Channel.STAFF)
    assert [one.channel for one in box.claim()] == [Channel.SMS]


def test_what_nobody_may_send_reaches_a_person(filled, store):
    """Planned while all was well; at the moment of the claim the number has opted out."""
    box = filled(1)
    with store.write() as con:
        people.opt_out(store, con, box.phone_index(), "phone", "text", NOW)
    assert box.claim() == []
    assert box.statuses() == [("handed_to_staff", "opted_out")]
    with store.read() as con:
        (task,) = con.execute(select(staff_tasks))
    assert (task.kind, task.reason, task.visit_id) == ("call_patient", "opted_out", box.visits[0])
    assert task.due_at == planned("v", "p").useful_until


RECEIPTS = [
    ("accepted", "delivered", True, "delivered"),
    ("delivered", "undelivered", False, "delivered"),
    ("undelivered", "delivered", False, "undelivered"),
    ("failed", "accepted", False, "failed"),
    ("accepted", "accepted", False, "accepted"),
    ("superseded", "delivered", False, "superseded"),
]


@pytest.mark.parametrize(("now_is", "report", "is_taken", "then_is"), RECEIPTS)
def test_a_receipt_never_takes_a_final_status_back(
    filled, store, now_is, report, is_taken, then_is
):
    box = filled(1)
    with store.write() as con:
        con.execute(messages.update().values(status=now_is))
        (own,) = con.execute(select(messages.c.message_id)).scalars()
        taken = outbox.record_receipt(con, own, MessageStatus(report), Reason.RECEIPT, None, NOW)
    assert taken is is_taken
    assert box.statuses()[0][0] == then_is


def test_every_step_of_a_message_is_written_down(filled, store):
    box = filled(1)
    one = box.claim()[0]
    outbox.start_sending(store, one, WALL, NOW)
    outbox.finish(store, one, MessageStatus.ACCEPTED, Reason.SENT, NOW)
    with store.write() as con:
        status, why = MessageStatus.DELIVERED, Reason.RECEIPT
        outbox.record_receipt(con, one.message_id, status, why, None, NOW)
        steps = con.execute(select(message_steps.c.status).order_by(message_steps.c.step_id))
        assert list(steps.scalars()) == ["claimed", "accepted", "delivered"]


def test_the_same_callback_is_kept_once(store):
    event = {
        "dedupe_key": "SM1:delivered",
        "kind": "receipt",
        "message_id": None,
        "body": "STOP, said Bo",
        "detail": {"status": "delivered"},
        "received_at": NOW,
    }
    with store.write() as con:
        assert records.record_inbound(store, con, **event)
        assert not records.record_inbound(store, con, **event)
        (row,) = records.waiting_inbound(con)
        assert b"STOP" not in row.body
        assert records.words_of(store, row) == "STOP, said Bo"
        records.take_inbound(con, row.dedupe_key, NOW)
        assert records.waiting_inbound(con) == []


def test_a_withdrawn_consent_stops_what_an_older_one_allowed(filled, store):
    box = filled(1)
    with store.write() as con:
        people.add_consent(
            store,
            con,
            box.patients[0],
            Channel.SMS,
            Purpose.REMINDER,
            is_granted=False,
            wording_version="1",
            wording_hash="0" * 64,
            source="staff",
            evidence="by telephone",
            at=NOW,
        )
    assert box.claim() == []
    assert box.statuses() == [("handed_to_staff", "no_consent")]


def test_the_claim_looks_at_the_clinics_vendors(filled):
    box = filled(1)
    claimed, reasons, more = claiming.claim(
        box.ledger, NOW, WALL, by_the_rules(NOW), dict.fromkeys(VENDORS), frozenset()
    )
    assert (claimed, reasons, more) == ([], {"no_baa": 1}, False)
