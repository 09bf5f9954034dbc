"""Reading the book: one bad row stays one bad row, a broken batch stops sends and nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from connectors.practice.base import RejectedRow
from ledger import records
from ledger.schema import batches, patients, quarantine, visits
from tasks import book, dispatch, planning
from tasks.guard import SafeError
from tests.cast import NOW, person, snapshot, visit

HOUR = timedelta(hours=1)


def crowd(number, count):
    return [person(f"p{n}", mobile=number()) for n in range(count)]


def booked(everyone, **changes):
    return [visit(one.source_id, **changes) for one in everyone]


def count_of(house, table):
    with house.here.ledger.read() as con:
        return con.execute(select(func.count()).select_from(table)).scalar_one()


def test_poison_rows_do_not_stop_the_others(house, number, sandbox):
    northside = house()
    everyone = crowd(number, 100)
    everyone[3] = person("p3", mobile=everyone[3].mobile, first_name="🦄🎉", last_name="🏥")
    everyone[7] = person("p7", mobile=None, email=None)
    everyone[20] = person("p20", mobile=everyone[20].mobile, first_name="N" * 300)
    everyone[40] = person("p40", mobile=everyone[40].mobile, timezone=None, state=None)
    landline = everyone[60].mobile
    sandbox.ask("numbers", landlines=[landline])
    synced = northside.keep(everyone, booked(everyone))
    assert synced.verdict == "accepted"
    northside.plan()
    assert northside.dispatch() == {"accepted": 99}
    reached = [one.mobile for one in everyone if one.mobile and sandbox.texts(one.mobile)]
    assert len(reached) == 99
    assert northside.staff_tasks() == [("call_patient", "no_address")]


BROKEN = {
    "ten times the volume": lambda good: [
        one.model_copy(update={"source_id": f"{one.source_id}-{n}"})
        for one in good
        for n in range(12)
    ],
    "ids that come twice": lambda good: [*good, *good[:10]],
    "booked in the future": lambda good: [
        one.model_copy(update={"booked_at": NOW + timedelta(days=300)}) for one in good
    ],
    "starting in years": lambda good: [
        one.model_copy(update={"starts_at": NOW + timedelta(days=4000)}) for one in good
    ],
}


@pytest.mark.slow
@pytest.mark.parametrize("way", BROKEN)
def test_a_broken_batch_stops_sends_but_not_reading(house, number, sandbox, way):
    northside = house()
    everyone = crowd(number, 40)
    good = booked(everyone)
    northside.keep(everyone, good, NOW - HOUR)
    northside.plan()
    synced = northside.keep(everyone, BROKEN[way](good))
    assert synced.verdict == "broken"
    assert synced.counts()["broken"] == 1
    assert "Last good batch: 2026-01-05 15:00 UTC" in synced.words
    assert count_of(northside, visits) == 40, "nothing of it was taken"
    assert northside.dispatch() == {"contract_broken": 40}
    assert not any(sandbox.texts(one.mobile) for one in everyone)
    later = NOW + timedelta(minutes=15)
    assert northside.keep(everyone, good, later).verdict == "accepted"
    assert northside.dispatch(later) == {"accepted": 40}


def test_a_few_sound_rows_do_not_undo_a_broken_batch(house, number, sandbox):
    northside = house()
    everyone = crowd(number, 40)
    good = booked(everyone)
    northside.keep(everyone, good, NOW - HOUR)
    northside.plan()
    northside.keep(everyone, BROKEN["ids that come twice"](good))
    later = NOW + timedelta(minutes=15)
    few = replace(snapshot(everyone[:3], good[:3]), reconciled=None)
    assert book.keep_snapshot(northside.here, few, later).verdict == "unchecked"
    assert northside.dispatch(later) == {"contract_broken": 40}
    assert northside.keep(everyone, good, later + HOUR).verdict == "accepted"
    assert northside.dispatch(later + HOUR) == {"accepted": 40}


def test_of_two_readings_at_one_moment_the_broken_one_counts(house, number):
    northside = house()
    everyone = crowd(number, 40)
    good = booked(everyone)
    northside.keep(everyone, BROKEN["ids that come twice"](good))
    northside.keep(everyone, good)
    northside.plan()
    assert northside.dispatch() == {"contract_broken": 40}


def test_history_that_is_loaded_later_has_not_just_happened(house, number):
    northside = house()
    everyone = crowd(number, 2)
    northside.keep(everyone, booked(everyone))
    past = [visit("p0", f"old-{n}", starts_at=NOW - timedelta(days=40 + n)) for n in range(5)]
    news = visit("p1", starts_at=NOW + timedelta(days=4), updated_at=NOW)
    found = replace(snapshot(everyone, [*past, news]), reconciled=None)
    synced = book.keep_snapshot(northside.here, found, NOW, source=records.IMPORT)
    assert synced.changes == 1, "the move of a visit that was known, and nothing of the past"


def test_a_column_that_is_all_null_stops_sends_and_keeps_every_row_as_ciphertext(house, number):
    northside = house()
    everyone = crowd(number, 40)
    rows = [
        RejectedRow("individual_appointments", f"v{n}", "starts_at_missing", b'{"name": "Ana"}')
        for n in range(40)
    ]
    found = snapshot(everyone, [], rows)
    synced = book.keep_snapshot(northside.here, found, NOW)
    assert synced.verdict == "broken"
    with northside.here.ledger.read() as con:
        assert records.quarantine_counts(con) == {"starts_at_missing": 40}
        assert b"Ana" not in con.execute(select(quarantine.c.payload)).scalars().first()
        assert con.execute(select(batches.c.rejected)).scalar_one() == 40


def test_a_bad_row_is_quarantined_and_the_rest_goes_on(house, number):
    northside = house()
    everyone = crowd(number, 30)
    bad = [RejectedRow("individual_appointments", "v99", "age_negative", b"{}")]
    synced = book.keep_snapshot(northside.here, snapshot(everyone, booked(everyone), bad), NOW)
    assert (synced.verdict, synced.visits, synced.rejected) == ("accepted", 30, 1)


def test_a_visit_that_a_full_reading_no_longer_shows_is_gone(house, number, sandbox):
    northside = house()
    everyone = crowd(number, 2)
    northside.keep(everyone, booked(everyone))
    northside.plan()
    northside.keep(everyone, booked(everyone[:1]))
    assert northside.dispatch() == {"accepted": 1, "visit_gone": 1}
    assert sandbox.texts(everyone[1].mobile) == []


def test_an_older_look_changes_nothing(house, number):
    northside = house()
    ana = person("ana", mobile=number())
    northside.keep([ana], [visit(updated_at=NOW)])
    old = {"starts_at": NOW + timedelta(days=5), "updated_at": NOW - HOUR}
    assert northside.keep([ana], [visit(**old)]).changes == 0
    with northside.here.ledger.read() as con:
        assert con.execute(select(visits.c.starts_at)).scalar_one() == NOW + timedelta(days=1)


def test_without_word_in_the_clinic_file_a_preference_is_no_consent(house, number, sandbox):
    northside = house(consent="ledger")
    ana = person("ana", mobile=number())
    northside.keep([ana], [visit()])
    northside.plan()
    assert northside.dispatch() == {}
    assert northside.staff_tasks() == [("call_patient", "no_consent")]
    assert sandbox.texts(ana.mobile) == []


def test_bo_who_changed_his_preference_after_planning_is_left_alone(house, number, sandbox):
    northside = house()
    bo = person("bo", mobile=number())
    northside.keep([bo], [visit("bo")])
    northside.plan()
    refuses = person("bo", mobile=bo.mobile, contact_preference="none", updated_at=NOW)
    northside.keep([refuses], [visit("bo")], NOW + timedelta(minutes=1))
    assert northside.dispatch(NOW + timedelta(minutes=2)) == {"no_consent": 1}
    assert sandbox.texts(bo.mobile) == []


@pytest.mark.slow
def test_the_real_book_over_the_wire_sync_plan_dispatch_twice(house, number, sandbox):
    """Cliniko's and Twilio's sides are both the sandbox; a patient with an emoji for a name."""
    northside = house()
    mobile, now = number(), NOW + HOUR
    made = sandbox.ask("patients", first_name="🦄", last_name="N" * 300, phone=mobile)
    starts = (now + timedelta(days=1)).isoformat()
    sandbox.ask("visits", patient_id=made["id"], starts_at=starts)
    for _ in range(2):
        synced = book.sync_book.fn("northside", now, full=True)
        assert synced.verdict != "broken"
        planning.plan_messages.fn("northside", now)
        dispatch.dispatch.fn("northside", now)
    (text,) = sandbox.texts(mobile)
    assert "10:00" in text["body"]
    assert count_of(northside, patients) >= 12


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"kind": "html"}, "ContractBroken"),
        ({"kind": "status", "status": 401}, "Unauthorized"),
        ({"kind": "refuse_500", "times": None}, "Unavailable"),
    ],
)
def test_a_practice_system_that_fails_leaves_the_ledger_as_it_was(house, sandbox, fault, kind):
    northside = house()
    sandbox.strike(where="cliniko", **fault)
    with pytest.raises(SafeError) as caught:
        book.sync_book.fn("northside", NOW)
    assert kind in caught.value.kinds
    assert count_of(northside, visits) == 0
    assert count_of(northside, batches) == 0


def test_a_visit_that_was_asked_for_and_is_not_there_is_gone_and_no_other(house, number):
    northside = house()
    everyone = crowd(number, 2)
    northside.keep(everyone, booked(everyone))
    asked = replace(snapshot([], []), reconciled=None, gone=frozenset({"visit-of-p0", "unknown"}))
    kept = book.keep_snapshot(northside.here, asked, NOW + HOUR, is_reading=False)
    with northside.here.ledger.read() as con:
        found = dict(con.execute(select(visits.c.source_id, visits.c.status)).all())
    assert found == {"visit-of-p0": "deleted", "visit-of-p1": "booked"}
    assert kept.changes == 1
