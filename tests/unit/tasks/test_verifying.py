"""A visit's insurance: asked over the wire, understood, kept, and what it makes people do."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from data_contracts.verification import InquiryStatus
from ledger.coverages import opened
from ledger.gap import Gap, set_gap
from ledger.inquiries import take
from ledger.schema import staff_tasks
from ledger.schema_insurance import answers, coverages, inquiries
from tasks.book import keep_snapshot
from tasks.choosing import choose
from tasks.coverage_watch import watch
from tasks.inquiring import ask
from tasks.wiring import clearinghouse
from tests.cast import NOW, person, snapshot
from tests.unit.tasks.intake import DAY, HOUR, Intake

pytestmark = pytest.mark.slow


def statuses(intake, name):
    return [(row.status, row.outcome) for row in intake.questions(name)]


def test_a_visit_ahead_knows_its_coverage_and_nobody_has_to_do_anything(intake):
    ana = intake.patient("ACTIVE")
    counts = intake.verify()
    assert (counts["booked"], counts["usable"]) == (1, 2), "the plan, and therapy by itself"
    row = intake.coverage(ana)
    assert (row.status, row.is_therapy_covered) == ("active", True)
    assert (row.authorization, row.visits_remaining) == ("not_required", 22)
    assert (row.owed_low_cents, row.owed_high_cents) == (3000, 11500)
    summary = opened(intake.here.ledger, row)
    assert summary.copay.low == 30
    assert "EB*B*IND*PT" in summary.copay.sources[0].segment
    assert intake.tasks(ana) == []


def test_nothing_of_the_card_or_the_answer_lies_in_clear(intake):
    ana = intake.patient("ACTIVE")
    intake.verify()
    for table in (inquiries, answers, coverages):
        for row in intake.rows(table, ana):
            said = str([value for value in row if value is not None])
            assert not any(word in said for word in ("EB*", "ACTIVE", "1980", "Ana"))


def test_the_same_question_is_asked_once_a_day_however_often_the_flow_runs(intake, sandbox):
    ana = intake.patient("ACTIVE", at=NOW + 10 * DAY)
    intake.verify()
    asked = sandbox.inquiries("ACTIVE")
    for minutes in (1, 15, 23 * 60):
        assert "booked" not in intake.verify(NOW + timedelta(minutes=minutes))
    assert sandbox.inquiries("ACTIVE") == asked
    ahead = NOW + 8 * DAY
    assert intake.verify(ahead)["ahead"] == 1
    assert sandbox.inquiries("ACTIVE") == 2 * asked
    assert len(intake.rows(coverages, ana)) == 2, "the last check stays, to see what changed"


def test_of_a_series_the_first_visit_is_asked_about_and_the_others_know(intake, sandbox):
    days = [NOW + timedelta(days=day) for day in (4, 6, 8)]
    ana = intake.patient("ACTIVE", visits=days)
    intake.verify()
    rows = sorted(intake.rows(coverages, ana), key=lambda row: row.service_on)
    assert [row.is_carried for row in rows] == [False, True, True]
    assert {row.status for row in rows} == {"active"}
    assert sandbox.inquiries("ACTIVE") == 2
    assert "booked" not in intake.verify(NOW + HOUR)


def test_medicare_is_never_asked_twice_in_a_day(intake, sandbox):
    ana = intake.patient("MEDICARE", payer="Medicare Part B", visits=[NOW + 2 * DAY, NOW + 3 * DAY])
    counts = intake.verify()
    assert (counts["booked"], counts["usable"]) == (1, 1)
    intake.card(ana, "MEDICARE", NOW + HOUR, payer="Medicare Part B", group_number="1")
    for hours in (1, 12, 23):
        intake.verify(NOW + timedelta(hours=hours))
    assert sandbox.inquiries("MEDICARE") == 1
    assert intake.rows(coverages, ana)[0].status == "active"


def test_a_worker_that_died_with_a_question_asks_medicare_no_second_time(intake, sandbox):
    """Said in the row, and nobody knows whether it left: as after kill -9."""
    ana = intake.patient("MEDICARE", payer="Medicare Part B", at=NOW + 5 * DAY)
    bo = intake.patient("ACTIVE", payer="Harbor Health Plan")
    choose(intake.here, NOW)
    long_ago = intake.here.ledger.clock() - HOUR
    taken = take(intake.here.ledger, NOW, long_ago, lambda payer_id: payer_id != "91005")
    assert len(taken) == 2
    ask(intake.here, NOW + timedelta(minutes=10))
    assert sandbox.inquiries("MEDICARE") == 0
    assert intake.coverage(bo).status == "active", "an ordinary payer is asked again"
    intake.verify(NOW + timedelta(hours=24, minutes=4))
    assert sandbox.inquiries("MEDICARE") == 0, "it may have left at the end of its lease"
    intake.verify(NOW + timedelta(hours=24, minutes=6))
    assert sandbox.inquiries("MEDICARE") == 1
    assert intake.coverage(ana).status == "active"


def test_medicare_s_day_begins_when_it_is_asked_and_not_when_the_run_began(intake, sandbox):
    from ledger.inquiries import put

    ana = intake.patient("MEDICARE", payer="Medicare Part B", at=NOW + 5 * DAY)
    sandbox.ask("clearinghouse", latency_seconds=0.3)
    intake.verify()
    sandbox.ask("clearinghouse", latency_seconds=0)
    (row,) = intake.questions(ana)
    assert row.asked_at >= NOW + timedelta(seconds=0.3)
    with intake.here.ledger.write() as con:
        put(con, row.inquiry_id, InquiryStatus.PLANNED, NOW, retry_at=NOW + DAY)
    ask(intake.here, NOW + DAY)
    assert sandbox.inquiries("MEDICARE") == 1, "whatever made it due, the day is not over"
    ask(intake.here, NOW + DAY + timedelta(minutes=1))
    assert sandbox.inquiries("MEDICARE") == 2


def test_who_slept_past_the_lease_does_not_ask(intake, sandbox):
    from tasks.inquiring import _Asking

    intake.patient("ACTIVE")
    choose(intake.here, NOW)
    before = sandbox.inquiries()
    long_ago = intake.here.ledger.clock() - HOUR
    taken = take(intake.here.ledger, NOW, long_ago, lambda _: True)
    insurance, settings = intake.here.clinic.insurance, intake.here.settings
    house = clearinghouse(intake.here.clinic, settings)
    with ThreadPoolExecutor(2) as pool, closing(house):
        asking = _Asking(intake.here, insurance, house, pool, NOW, time.monotonic())
        assert asking.ask(taken) == {"silent": 2}
    assert sandbox.inquiries() == before


def test_after_a_restore_medicare_waits_a_day_and_others_do_not(intake, sandbox):
    ana = intake.patient("MEDICARE", payer="Medicare Part B", at=NOW + 5 * DAY)
    bo = intake.patient("ACTIVE", at=NOW + 5 * DAY)
    choose(intake.here, NOW)
    with intake.here.ledger.write() as con:
        set_gap(con, Gap(NOW, NOW + HOUR, NOW))
    cy = intake.patient("MEDICARE", payer="Medicare Part B", at=NOW + 6 * DAY)
    for hours in (2, 24):
        intake.verify(NOW + timedelta(hours=hours))
    assert sandbox.inquiries("MEDICARE") == 0
    assert intake.coverage(bo).status == "active"
    intake.verify(NOW + timedelta(hours=25, minutes=1))
    assert sandbox.inquiries("MEDICARE") == 1
    assert len(intake.rows(coverages, ana)) + len(intake.rows(coverages, cy)) == 1


def test_two_charts_of_one_person_are_two_questions_and_of_medicare_one(intake, sandbox):
    same = {"born": "1980-02-29T00:00:00Z"}
    for member, payer in (("ACTIVE", "Meridian PPO"), ("MEDICARE", "Medicare Part B")):
        twins = [intake.patient(member, payer=payer, **same) for _ in range(2)]
        intake.verify()
        known = [len(intake.rows(coverages, name)) for name in twins]
        assert sorted(known) == ([1, 1] if member == "ACTIVE" else [0, 1])
    assert sandbox.inquiries("MEDICARE") == 1


def test_of_two_workers_one_asks(intake, sandbox):
    intake.patient("ACTIVE")
    choose(intake.here, NOW)
    ask(intake.here, NOW)
    assert "answered" not in ask(intake.here, NOW)
    assert sandbox.inquiries("ACTIVE") == 2


TOLD = {
    "INACTIVE": ("inactive", [("insurance_inactive", "plan_inactive")]),
    "NOTCOVERED": ("active", [("insurance_inactive", "therapy_not_covered")]),
    "AUTHREQ": ("active", [("authorization_needed", "authorization_required")]),
    "MSGAUTH": ("active", [("authorization_needed", "authorization_possible")]),
    "COB": ("active", [("check_coverage", "other_payer_named")]),
    "NEGATIVE": ("active", [("visits_running_out", "visits_used_up")]),
    "MANY": ("active", []),
    "NOLIMIT": ("active", []),
    "CANNOT": ("unknown", [("check_coverage", "coverage_unclear")]),
}


def test_what_a_payer_says_becomes_one_thing_to_do(intake):
    everyone = {member: intake.patient(member) for member in TOLD}
    intake.verify()
    for member, (status, tasks) in TOLD.items():
        said = [row.status for row in intake.rows(coverages, everyone[member])]
        assert (said, intake.tasks(everyone[member])) == ([status], tasks), member


REFUSED = {
    "AAA72C": ("rejected", [("fix_member_data", "member_not_found")]),
    "AAA75N": ("rejected", [("fix_member_data", "member_not_found")]),
    "NOTFOUNDTEXT": ("rejected", [("fix_member_data", "member_not_found")]),
    "OTHER": ("other_patient", [("wrong_patient_answered", "other_patient")]),
    "OTHERNAME": ("other_patient", [("wrong_patient_answered", "other_patient")]),
    "OTHERTRACE": ("other_patient", [("wrong_patient_answered", "other_patient")]),
    "ACK999": ("refused", [("check_coverage", "payer_wants_a_call")]),
}


def test_what_is_no_answer_about_the_patient_is_no_coverage(intake):
    everyone = {member: intake.patient(member) for member in REFUSED}
    intake.verify()
    for member, (outcome, tasks) in REFUSED.items():
        name = everyone[member]
        assert intake.rows(coverages, name) == [], member
        assert {(row.status, row.outcome) for row in intake.questions(name)} == {("ended", outcome)}
        assert intake.tasks(name) == tasks, member
        assert bool(intake.rows(answers, name)) is (outcome != "refused"), "nothing is lost"


def test_who_must_enrol_and_a_payer_that_nobody_knows_are_asked_for_once(intake):
    intake.patient("AAA41C"), intake.patient("AAA41C")
    cy = intake.patient("X1", payer="Blue Unknown")
    dev = intake.patient("X2", payer="BLUE  UNKNOWN.")
    intake.verify()
    intake.verify(NOW + HOUR)
    assert sorted(intake.tasks()) == [
        ("enrol_with_payer", "not_enrolled"),
        ("enrol_with_payer", "payer_unknown"),
    ]
    assert intake.questions(cy) == intake.questions(dev) == []


def test_an_expired_card_says_what_to_ask_the_patient_for(intake):
    over = {"valid_until": (NOW + DAY).date()}
    ana, bo = intake.patient("INACTIVE", **over), intake.patient("ACTIVE", **over)
    intake.verify()
    assert intake.tasks(ana) == [("insurance_inactive", "card_expired")]
    assert intake.tasks(bo) == [], "the payer knows better than the card"


def test_without_a_member_id_nobody_is_asked_and_a_person_is(intake, sandbox):
    before = sandbox.inquiries()
    ana = intake.patient(None)
    assert intake.verify()["data_missing"] == 1
    assert intake.tasks(ana) == [("fix_member_data", "member_data_missing")]
    assert sandbox.inquiries() == before
    intake.card(ana, "ACTIVE", NOW + HOUR)
    intake.verify(NOW + HOUR)
    assert intake.coverage(ana).status == "active"
    assert intake.tasks(ana) == [], "the answer settled it"


@pytest.mark.parametrize(
    "named",
    [
        {"first_name": "Ana \N{SPARKLES}"},
        {"last_name": "\u738b"},
        {"last_name": "Re*yes"},
        {"first_name": "\ufdfa" * 3},  # short, and long once it is spelled out
    ],
)
def test_a_name_that_no_payer_can_read_is_a_persons_and_stops_nobody_else(intake, sandbox, named):
    odd = intake.patient("ACTIVE")
    bo = intake.patient("ACTIVE")
    rename(intake, odd, **named)
    intake.verify()
    assert intake.tasks(odd) == [("fix_member_data", "member_data_unreadable")]
    assert intake.questions(odd) == []
    assert (intake.coverage(bo).status, intake.tasks(bo)) == ("active", [])
    assert intake.tasks() == [], "nobody is asked to mend the account"
    assert not any(name in str(intake.rows(staff_tasks, odd)) for name in named.values())
    rename(intake, odd, first_name="Ana", last_name="Example")
    intake.verify(NOW + timedelta(minutes=15))
    assert (intake.coverage(odd).status, intake.tasks(odd)) == ("active", [])


def test_a_member_id_with_a_sign_that_x12_has_not_is_a_persons(intake, sandbox):
    ana = intake.patient("ACT\u2013IVE")
    intake.verify()
    assert intake.tasks(ana) == [("fix_member_data", "member_data_unreadable")]
    assert sandbox.inquiries("ACTIVE") == 0


def rename(intake, name, **named):
    """The practice system has another name now."""
    n = int(name[1:])
    born = (datetime(1980, 1, 1, tzinfo=UTC) + timedelta(days=n)).isoformat()
    who = person(name, birth_date=born, mobile=None, **named)
    keep_snapshot(intake.here, replace(snapshot([who], []), complete=False, reconciled=None), NOW)


def test_a_corrected_card_is_asked_about_at_once_and_settles_the_task(intake):
    ana = intake.patient("AAA72N")
    intake.verify()
    assert intake.tasks(ana) == [("fix_member_data", "member_not_found")]
    assert "booked" not in intake.verify(NOW + HOUR), "the same is not asked again by itself"
    intake.card(ana, "ACTIVE", NOW + 2 * HOUR)
    intake.verify(NOW + 2 * HOUR)
    assert intake.coverage(ana).status == "active"
    assert intake.tasks(ana) == []


def test_a_payer_that_is_down_says_nothing_of_a_plan(intake):
    members = ("S503", "DROP", "HTML200", "SHORTISA", "AAA42R")
    everyone = [intake.patient(member) for member in members]
    intake.verify()
    for ana in everyone:
        assert intake.rows(coverages, ana) == []
        assert {status for status, _ in statuses(intake, ana)} == {"planned"}
        assert all(row.retry_at > NOW for row in intake.questions(ana))
        assert intake.tasks(ana) == []
    watch(intake.here, NOW + timedelta(days=1, hours=1))
    for ana in everyone:
        assert intake.tasks(ana) == [("payer_not_answering", "payer_silent")]


def test_how_long_a_house_lets_us_wait_counts_from_the_run_s_time_not_from_the_machine_s(intake):
    ana = intake.patient("S429R7")
    intake.verify()
    assert [row.status for row in intake.questions(ana)] == ["planned"] * 2
    assert all(NOW < row.retry_at < NOW + timedelta(hours=1) for row in intake.questions(ana))


def test_a_question_about_a_visit_that_is_off_is_not_asked(intake, sandbox):
    from ledger.schema import visits

    ana = intake.patient("ACTIVE")
    before = sandbox.inquiries()
    choose(intake.here, NOW)
    with intake.here.ledger.write() as con:
        con.execute(visits.update().values(status="cancelled"))
    intake.verify()
    assert sandbox.inquiries() == before
    assert statuses(intake, ana) == [("ended", "too_late")] * 2


def test_with_delivery_off_nobody_is_asked(house, sandbox):
    from data_contracts.errors import GateClosed

    off = Intake(house, delivery="off")
    before = sandbox.inquiries()
    ana = off.patient("ACTIVE")
    with pytest.raises(GateClosed, match="delivery is off"):
        off.verify()
    assert sandbox.inquiries() == before
    assert {status for status, _ in statuses(off, ana)} == {"planned"}, "given back, unasked"


def test_what_changed_is_seen_and_an_erasure_takes_all_of_it(intake):
    from tasks.erasing import erase

    ana = intake.patient("ACTIVE")
    intake.verify()
    own = intake.rows(coverages, ana)[0].patient_id
    erase(intake.here, ana, "asked for it", NOW, legal_basis="request")
    with intake.here.ledger.read() as con:
        for table in (inquiries, answers, coverages):
            assert con.execute(select(table).where(table.c.patient_id == own)).all() == []
