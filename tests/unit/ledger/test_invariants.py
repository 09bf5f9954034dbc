"""Each invariant, broken on purpose in a real ledger, is seen and stops the clinic's dispatch."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from data_contracts.deed import Deed
from data_contracts.message import MessageStatus, Reason
from data_contracts.settings import Settings
from ledger import outbox, records
from ledger.halt import halted
from ledger.message_row import put, step
from ledger.schema import assignments, audit, consents, messages, patients, staff_tasks
from ledger.store import to_json
from tasks.dispatch import DISPATCHED
from tasks.invariants import NotPaused, check, lift
from tasks.room import Room
from tests.cast import NOW, clinic
from tests.unit.ledger.filled import WALL

HOUR = timedelta(hours=1)
NIGHT = NOW + timedelta(hours=14)


class Box:
    """A filled ledger of which some messages were sent."""

    def __init__(self, filled, count):
        self.filled, self.ledger, self.claim = filled, filled.ledger, filled.claim
        claimed = filled.claim(limit=count)
        assert len(outbox.start_all(self.ledger, claimed, WALL, NOW)) == count
        taken = [(one, f"SM{n}", 1, 1.1) for n, one in enumerate(claimed)]
        assert len(outbox.accept_all(self.ledger, taken, NOW)) == count
        self.ids = [one.message_id for one in claimed]


@pytest.fixture
def box(filled):
    """Three people, each of whom got a reminder."""
    return Box(filled(3), 3)


@pytest.fixture
def broken(filled):
    """Three people of whom one got a reminder without a consent; the two others wait."""
    made = Box(filled(3), 1)
    write(made, messages, the(made, 0), consent_id=None)
    return made


def room_of(box, **changes):
    return Room(clinic=clinic(**changes), settings=Settings(), ledger=box.ledger)


def found(box, now=NIGHT, wall=WALL, **changes):
    broken = check(room_of(box, **changes), now, wall)
    return sorted((one.invariant.value, box.ids.index(one.message_id)) for one in broken)


def write(box, table, where=None, **values):
    with box.ledger.write() as con:
        statement = table.update().values(**values)
        con.execute(statement if where is None else statement.where(where))


def dispatched(box, now, wall=WALL):
    with box.ledger.write() as con:
        moments = {"now": now.isoformat(), "wall": wall.isoformat()}
        records.set_cursor(con, DISPATCHED, moments, now)


def the(box, place):
    return messages.c.message_id == box.ids[place]


def test_what_was_sent_as_it_should_be_breaks_nothing_and_pauses_nothing(box):
    assert found(box) == []
    with box.ledger.read() as con:
        assert halted(con) is None
        last = con.execute(select(audit).order_by(audit.c.sequence.desc())).first()
        assert (last.what, last.why) == (Deed.INVARIANTS_CHECKED, "all hold")
        named = con.execute(select(func.count(messages.c.consent_id))).scalar()
        assert named == 3, "each names the consent it relied on"


def test_a_send_without_a_consent_is_seen(box):
    write(box, messages, the(box, 1), consent_id=None)
    assert found(box) == [("consented", 1)]


def test_a_send_on_another_patients_or_a_withdrawn_consent_is_seen(box):
    with box.ledger.read() as con:
        foreign = con.execute(select(messages.c.consent_id).where(the(box, 0))).scalar_one()
        own = con.execute(select(messages.c.consent_id).where(the(box, 2))).scalar_one()
    write(box, messages, the(box, 1), consent_id=foreign)
    write(box, consents, consents.c.consent_id == own, is_granted=False)
    assert found(box) == [("consented", 1), ("consented", 2)]


def test_a_send_at_night_is_seen_by_the_law_and_one_too_early_by_the_clinics_hours(box):
    assert found(box, NOW - HOUR) == [], "the first look; from now on the file's hours are known"
    with box.ledger.write() as con:
        for place, hours in ((0, 12), (1, -0.25)):
            at = NOW + timedelta(hours=hours)
            step(con, box.ids[place], MessageStatus.CLAIMED, Reason.DUE, at)
    assert found(box) == [("in_window", 0), ("in_window", 1)]


def test_before_its_hours_are_known_a_file_is_held_to_the_law_alone(box):
    with box.ledger.write() as con:
        step(con, box.ids[1], MessageStatus.CLAIMED, Reason.DUE, NOW - HOUR / 4)
    assert found(box) == []
    write(box, messages, sent_on=NIGHT + HOUR)
    tighter = {"quiet_hours": {"start": "19:00", "end": "10:00"}}
    assert found(box, NIGHT + 2 * HOUR, **tighter) == [], "the file was changed since"


@pytest.mark.parametrize(("hours", "seen"), [(1, 0), (-1, 3)])
def test_who_moved_since_is_not_judged_by_the_new_zone(box, hours, seen):
    write(box, patients, zones="Pacific/Honolulu", updated_at=NOW + hours * HOUR)
    assert [what for what, _ in found(box)] == ["in_window"] * seen


def test_one_too_many_in_a_day_is_seen_also_by_number(box):
    with box.ledger.read() as con:
        number = con.execute(select(messages.c.address_index).where(the(box, 0))).scalar_one()
    write(box, messages, the(box, 2), address_index=number)
    assert [what for what, _ in found(box)] == ["under_caps"]


def test_a_send_through_a_vendor_without_an_agreement_on_that_day_is_seen(box):
    ended = [{"vendor": "twilio", "signed_on": "2025-01-01", "expires_on": "2026-01-04"}]
    assert found(box, agreements=ended) == [("agreed", place) for place in range(3)]


def test_a_message_that_was_taken_twice_is_seen(box):
    with box.ledger.write() as con:
        step(con, box.ids[0], MessageStatus.ACCEPTED, Reason.SENT, NOW)
    assert found(box) == [("once", 0)]


def test_two_messages_with_one_key_are_seen(box):
    with box.ledger.read() as con:
        other = con.execute(select(messages).where(the(box, 0))).one()
    same = {"visit_id": other.visit_id, "clinic": "another"}
    write(box, messages, the(box, 1), **same)
    assert found(box) == [("once", 0), ("once", 1)]


def test_what_is_due_and_passed_over_is_seen(box):
    write(box, messages, the(box, 1), status="planned", sent_on=None)
    assert found(box) == [], "no dispatch has run since"
    dispatched(box, NOW + HOUR / 2)
    assert found(box) == []
    with box.ledger.write() as con:
        records.set_cursor(con, "book_read_at", (NOW + 2 * HOUR).isoformat(), NOW)
    dispatched(box, NOW + 2 * HOUR)
    assert found(box) == [("not_stuck", 1)]


def test_what_a_gate_holds_is_not_stuck(box):
    write(box, messages, the(box, 1), status="planned", sent_on=None)
    dispatched(box, NOW + 2 * HOUR)
    assert found(box) == [], "the book is too old to send from"


@pytest.mark.parametrize("rung", ["voice_high", "voice_high+1"])
def test_what_risk_would_have_bought_is_not_stuck_where_it_is_held_out(box, rung):
    """Nor is its second try, which has a name of its own."""
    write(box, messages, the(box, 1), status="planned", sent_on=None, rung=rung)
    with box.ledger.write() as con:
        row = con.execute(select(messages).where(the(box, 1))).one()
        arm = {"sprint": "s1", "arm": "held_out", "stratum": "1", "assigned_at": NOW}
        con.execute(assignments.insert().values(visit_id=row.visit_id, **arm))
        records.set_cursor(con, "book_read_at", (NOW + 2 * HOUR).isoformat(), NOW)
    dispatched(box, NOW + 2 * HOUR)
    assert found(box) == []


@pytest.mark.parametrize("status", ["claimed", "sending", "unconfirmed"])
def test_what_a_dead_worker_left_is_seen_once_others_have_worked(box, status):
    write(box, messages, the(box, 0), status=status)
    late = WALL + timedelta(hours=4)
    assert found(box, wall=late) == []
    dispatched(box, NOW, late)
    assert found(box, wall=late) == [("not_stuck", 0)]


def test_what_a_restore_held_is_not_judged_by_a_time_nobody_knows(box):
    with box.ledger.write() as con:
        at = {"sent_on": NOW + timedelta(hours=12)}
        put(con, box.ids[0], MessageStatus.UNCONFIRMED, Reason.RESTORED, NOW, fenced=True, **at)
        put(con, box.ids[0], MessageStatus.CONFIRMED_SENT, Reason.SENT, NOW)
    write(box, messages, the(box, 0), consent_id=None)
    assert found(box) == []


def test_a_breach_pauses_dispatch_holds_what_is_due_and_asks_a_person_once(broken):
    assert found(broken) == found(broken) == [("consented", 0)], "until somebody resumes"
    assert broken.claim() == []
    assert broken.filled.statuses().count(("held", "paused")) == 2
    with broken.ledger.read() as con:
        tasks = con.execute(select(staff_tasks.c.kind, staff_tasks.c.detail)).all()
        deeds = con.execute(select(audit.c.what, audit.c.why)).all()
    assert tasks == [("resume_dispatch", to_json({"consented": 1}).replace(":", ": "))]
    assert deeds.count((Deed.DISPATCH_PAUSED.value, "consented 1")) == 1


def test_who_resumes_says_why_and_what_was_held_goes(broken):
    found(broken)
    assert broken.claim() == []
    here = room_of(broken)
    assert lift(here, "the import lost its consents; mended", NIGHT) == 2
    assert len(broken.claim()) == 2
    assert found(broken) == [], "what was looked at is not told again"
    with broken.ledger.read() as con:
        row = con.execute(select(audit).where(audit.c.what == Deed.DISPATCH_RESUMED)).one()
    assert row.why == "the import lost its consents; mended"
    with pytest.raises(NotPaused):
        lift(here, "again", NIGHT)
