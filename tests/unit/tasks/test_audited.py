"""Every look at a person and every act leaves a row: who, as what, what, about whom, why."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from data_contracts.deed import Deed, Role
from data_contracts.inbound import InboundEvent, InboundKind
from data_contracts.settings import Settings
from ledger import records
from ledger.anchor import read_anchors
from ledger.audit import flaws
from ledger.inquiries import take
from ledger.links import Told, make_links
from ledger.mending import forget_unreadable
from ledger.schema import audit, inbox, messages, patients, staff_tasks, visits
from ledger.unsubscribe import unsubscribe_token
from tasks import links
from tasks.actor import acting
from tasks.backups import back_up
from tasks.board_calls import calls
from tasks.board_coverage import coverage_of
from tasks.board_queue import day_of
from tasks.board_replies import replies
from tasks.board_silence import explain_visit
from tasks.call_list import Outcome, finish, staff_lines
from tasks.certifying import Certificate, certify, recorded
from tasks.choosing import choose
from tasks.consenting import record_file
from tasks.coordinating import coordinate
from tasks.coverage_notes import write_notes
from tasks.erasing import erase, set_hold
from tasks.failure import keep_failure, read_failure
from tasks.inbox import drain_inbox
from tasks.keeping import keep_inbound
from tasks.mail_events import unsubscribe
from tasks.progress_reporting import report, reported
from tasks.restoring import restore_clinic
from tasks.retention import apply_retention
from tasks.revoking import revoke
from tasks.room import room, wall_clock
from tasks.rotating import rotate
from tests.cast import NOW, person, visit
from tests.unit.tasks.claiming import Desk
from tests.unit.tasks.intake import Intake
from tests.unit.tasks.test_claims_come_back import SHARED, payment

LONG_AFTER = NOW + timedelta(days=365 * 40)


@pytest.fixture
def at(house, number):
    """Northside with Ana, who has a reminder due."""
    made = house()
    made.ana = person("ana", mobile=number())
    made.keep([made.ana], [visit("ana")])
    made.plan()
    return made


def own(here):
    with here.ledger.read() as con:
        return con.execute(select(patients.c.patient_id)).scalars().first()


def own_visit(here):
    with here.ledger.read() as con:
        return con.execute(select(visits.c.visit_id)).scalars().first()


def rows(here, *deeds):
    """What the audit says of these deeds: about and why."""
    with here.ledger.read() as con:
        wanted = audit.c.what.in_([deed.value for deed in deeds])
        found = con.execute(select(audit).where(wanted).order_by(audit.c.sequence))
        return [(row.about, row.why) for row in found]


def event(body, address, key="SM1"):
    return InboundEvent(
        clinic="northside",
        dedupe_key=key,
        kind=InboundKind.TEXT,
        from_number=address,
        body=body,
        received_at=NOW,
    )


def waits(here):
    """A line of the call list about Ana's visit."""
    with here.ledger.write() as con:
        one = con.execute(select(visits.c.visit_id, visits.c.patient_id)).first()
        records.add_staff_task(
            con,
            kind="call_patient",
            reason="carrier_refused",
            detail="{}",
            due_at=NOW,
            now=NOW,
            dedupe_key="call|1",
            visit_id=one.visit_id,
            patient_id=one.patient_id,
        )
        return con.execute(select(staff_tasks.c.task_id)).scalar_one()


def test_a_claim_names_the_message_and_why(at):
    at.dispatch()
    with at.here.ledger.read() as con:
        left = select(messages.c.message_id).where(messages.c.status == "accepted")
        message_id = con.execute(left).scalar_one()
    assert rows(at.here, Deed.MESSAGE_CLAIMED) == [(message_id, "reminder by sms")]


def test_a_claim_that_is_taken_back_leaves_no_row(at, monkeypatch):
    monkeypatch.setattr("ledger.claiming.record", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        at.dispatch()
    assert ("planned", "due") in at.messages()
    monkeypatch.undo()
    assert rows(at.here, Deed.MESSAGE_CLAIMED) == []


def test_a_look_into_the_carriers_list_is_a_read(at, sandbox):
    sandbox.strike(method="POST", kind="drop_after_accept")
    at.dispatch()
    at.settle(wall_clock() + timedelta(minutes=2))
    assert [why for _, why in rows(at.here, Deed.IDENTITY_READ)] == [
        "to look for it in the carrier's list"
    ]


def test_the_call_list_without_names_reads_nobody(at):
    waits(at.here)
    staff_lines(at.here)
    assert rows(at.here, Deed.IDENTITY_READ, Deed.WORDS_READ) == []


def test_each_name_and_each_reply_on_the_call_list_is_a_read(at):
    waits(at.here)
    keep_inbound(at.here, event("running late", at.ana.mobile))
    drain_inbox(at.here, NOW)
    ana, words = own(at.here), at.here.ledger.text_key("SM1")
    assert rows(at.here, Deed.WORDS_READ) == [(words, "to understand a reply")]
    lines = staff_lines(at.here, with_names=True)
    assert {line.names for line in lines} == {"Ana"}
    assert rows(at.here, Deed.IDENTITY_READ) == [
        (ana, "call list: call_patient"),
        (ana, "call list: read_reply"),
    ]
    assert rows(at.here, Deed.WORDS_READ)[1:] == [(words, "call list")]


def test_whom_the_board_names_is_a_read(at):
    waits(at.here)
    day_of(at.here, NOW, 1, with_names=True)
    calls(at.here, NOW, with_names=True)
    explain_visit(at.here, own_visit(at.here), NOW, with_names=True)
    ana = own(at.here)
    whys = ("board: the day", "board: call list", "board: a visit")
    assert rows(at.here, Deed.IDENTITY_READ) == [(ana, why) for why in whys]
    day_of(at.here, NOW, 1, with_names=False)
    assert len(rows(at.here, Deed.IDENTITY_READ)) == len(whys), "without names nobody is read"


def test_a_birth_date_that_a_link_compares_is_a_read(at):
    ana, own_id = own(at.here), own_visit(at.here)
    with at.here.ledger.write() as con:
        told = Told("m1", ana, own_id, 1, NOW + timedelta(days=1))
        token = make_links(at.here.ledger, con, [told], NOW)["m1"]
    links.show(at.here, token, None, NOW)
    assert rows(at.here, Deed.IDENTITY_READ) == [], "who only looks reads nobody"
    links.prove(at.here, token, date(1980, 2, 29), NOW)
    why = "to compare the birth date given on a link"
    assert rows(at.here, Deed.IDENTITY_READ) == [(ana, why)]


def test_a_reply_that_the_board_shows_is_a_read(at):
    keep_inbound(at.here, event("running late", at.ana.mobile))
    drain_inbox(at.here, NOW)
    (line,) = replies(at.here, NOW, with_words=True, with_names=True)
    assert line.words == "running late"
    words = at.here.ledger.text_key("SM1")
    assert rows(at.here, Deed.WORDS_READ)[1:] == [(words, "board: a reply")]
    assert rows(at.here, Deed.IDENTITY_READ) == [(own(at.here), "board: a reply")]
    replies(at.here, NOW, with_words=False, with_names=False)
    assert len(rows(at.here, Deed.WORDS_READ)) == 2


def test_whom_a_payer_is_asked_about_is_a_read(house):
    intake = Intake(house)
    intake.patient("ACTIVE", payer="Harbor Health Plan")
    choose(intake.here, NOW)
    whose, chosen = own(intake.here), "to choose what a payer is asked"
    assert rows(intake.here, Deed.IDENTITY_READ) == [(whose, chosen)]
    taken = take(intake.here.ledger, NOW, wall_clock(), lambda _: True)
    asked = (whose, "to ask a payer about coverage")
    assert rows(intake.here, Deed.IDENTITY_READ)[1:] == [asked] * len(taken)
    choose(intake.here, NOW)
    assert len(rows(intake.here, Deed.IDENTITY_READ)) == 2, "what is not due is not looked at"


def test_a_payer_s_answer_is_read_with_a_row(house):
    intake = Intake(house)
    intake.patient("ACTIVE", payer="Harbor Health Plan")
    intake.verify()
    read = (own(intake.here), "to know the coverage")
    assert rows(intake.here, Deed.COVERAGE_READ) == [read]


def test_what_is_noted_of_a_coverage_is_a_read(house, sandbox):
    intake = Intake(house, note="memo")
    intake.patient("ACTIVE", payer="Harbor Health Plan")
    intake.verify()
    write_notes(intake.here, NOW)
    why = "to note it in the practice system"
    assert rows(intake.here, Deed.COVERAGE_READ)[1:] == [(own(intake.here), why)]
    assert rows(intake.here, Deed.COVERAGE_NOTED) == [(own_visit(intake.here), "by memo")]


def test_whose_coverage_the_board_shows_is_a_read(house):
    intake = Intake(house)
    intake.patient("ACTIVE", payer="Harbor Health Plan")
    intake.verify()
    page = coverage_of(intake.here, own_visit(intake.here), NOW, with_names=True)
    assert page.summary.copay.low == 30
    ana = own(intake.here)
    assert rows(intake.here, Deed.COVERAGE_READ)[1:] == [(ana, "board: coverage")]
    assert rows(intake.here, Deed.IDENTITY_READ)[2:] == [(ana, "board: coverage")]


def test_who_puts_a_claim_together_is_a_reader(enter, tmp_path):
    desk = Desk(enter, tmp_path / "claims")
    desk.insure()
    desk.charge()
    desk.examine()
    desk.file()
    ana = own(desk.here)
    read = rows(desk.here, Deed.IDENTITY_READ)
    assert read == [(ana, "to put a claim together"), (ana, "to file a claim")]


def test_who_asks_a_second_payer_is_a_reader(enter, tmp_path):
    desk = Desk(enter, tmp_path / "claims")
    desk.insure()
    desk.card("ana", source_id="second", rank=2, payer="Summit Choice", member_id="S987654")
    desk.charge()
    desk.submit()
    desk.answer("a.835", payment(desk, "1*120*90*20", SHARED))
    assert coordinate(desk.here, NOW) == {"claimed": 1}
    assert rows(desk.here, Deed.IDENTITY_READ)[2:] == [(own(desk.here), "to ask the second payer")]
    assert rows(desk.here, Deed.CLAIM_ANSWER_READ)[1][1] == "to ask the second payer"
    desk.examine()
    assert rows(desk.here, Deed.IDENTITY_READ)[3:] == [(own(desk.here), "to put a claim together")]


def test_who_signed_a_plan_is_a_read(at):
    here = at.here
    one = Certificate(date(2025, 12, 20), signed_on=date(2025, 12, 23), by="Ada Okafor")
    certify(here, "ana", one, NOW, is_renewal=False)
    recorded(here, "ana", NOW)
    assert rows(here, Deed.PLAN_CERTIFIED) == [(own(here), "initial: signed")]
    assert rows(here, Deed.IDENTITY_READ) == [(own(here), "to list certifications")]


def test_who_wrote_a_report_is_a_read(enter, tmp_path):
    desk = Desk(enter, tmp_path / "claims")
    desk.book("ana")
    report(desk.here, "ana", date(2026, 1, 2), "Caro Lee", NOW)
    assert [one["by"] for one in reported(desk.here, "ana")] == ["Caro Lee"]
    assert rows(desk.here, Deed.PROGRESS_REPORTED) == [(own(desk.here), "through 2026-01-02")]
    assert rows(desk.here, Deed.IDENTITY_READ) == [(own(desk.here), "to list progress reports")]


def test_a_task_that_is_done_says_how_it_ended(at):
    task_id = waits(at.here)
    finish(at.here, task_id, Outcome.REACHED, NOW)
    assert rows(at.here, Deed.TASK_DONE) == [(task_id, "reached")]


def test_who_is_looked_at_after_a_lost_key_is_read(at):
    with at.here.ledger.write() as con:
        forget_unreadable(at.here.ledger, con)
    why = "to see whether their key opens it"
    assert rows(at.here, Deed.IDENTITY_READ) == [(own(at.here), why)]


def test_what_the_practice_system_says_of_consent_is_recorded(at):
    found = rows(at.here, Deed.CONSENT_RECORDED)
    assert sorted(found) == sorted(
        (own(at.here), f"{channel}: practice_system") for channel in ("sms", "voice", "email")
    )


def test_a_consent_on_paper_is_recorded_and_opens_the_number(at, tmp_path):
    keep_inbound(at.here, event("STOP", at.ana.mobile))
    wording, consents = tmp_path / "wording.txt", tmp_path / "consents.csv"
    wording.write_text("I agree to texts.")
    consents.write_text(
        "patient,channel,granted,wording_version,given_on,evidence,source\n"
        "ana,sms,yes,v1,2026-01-06,form 12,form\n"
    )
    done = record_file(at.here, consents, wording, NOW + timedelta(days=2))
    assert done.new == 1, done.problems
    ana = own(at.here)
    said = [why for about, why in rows(at.here, Deed.CONSENT_RECORDED) if about == ana]
    assert {"reminder by sms: form", "new_time by sms: form"} <= set(said)
    assert rows(at.here, Deed.OPT_OUT_LIFTED) == [(ana, "sms")]


@pytest.mark.parametrize("whose", ["known", "unknown"])
def test_a_stop_is_recorded_also_from_a_number_that_nobody_has(at, whose):
    number = at.ana.mobile if whose == "known" else "+13035550199"
    keep_inbound(at.here, event("STOP", number))
    assert rows(at.here, Deed.CONSENT_REVOKED) == (
        [(own(at.here), "sms: text"), (own(at.here), "voice: text")]
        if whose == "known"
        else [(at.here.ledger.index(number)[:32], "phone: text")]
    )
    keep_inbound(at.here, event("STOP", number, "SM2"))
    assert len(rows(at.here, Deed.CONSENT_REVOKED)) == (2 if whose == "known" else 1)


def test_a_revocation_at_the_desk_and_a_click_in_an_email_are_recorded(at):
    revoke(at.here, "ana", ("phone",), "front_desk", "note 3", NOW)
    assert len(rows(at.here, Deed.CONSENT_REVOKED)) == 2
    with at.here.ledger.write() as con:
        index = at.here.ledger.index("ana@example.com")
        con.execute(messages.update().values(channel="email", address_index=index))
        message_id = con.execute(select(messages.c.message_id)).scalars().first()
    assert unsubscribe(at.here, unsubscribe_token(at.here.ledger.keys, message_id), NOW)
    assert rows(at.here, Deed.CONSENT_REVOKED)[2:] == [(own(at.here), "email: one_click")]


def test_an_erasure_says_that_they_were_read_a_last_time(at):
    ana = own(at.here)
    erase(at.here, "ana", "Ana asked for it", NOW, legal_basis="request")
    assert rows(at.here, Deed.IDENTITY_READ) == [(ana, "to find them in quarantined rows")]
    assert rows(at.here, Deed.PATIENT_ERASED) == [(ana, "the identity; evidence is kept")]
    erase(at.here, "ana", "again", NOW)
    assert len(rows(at.here, Deed.PATIENT_ERASED)) == 1


def test_retention_says_how_many(at):
    assert apply_retention(at.here, LONG_AFTER) == 1
    assert rows(at.here, Deed.RETENTION_APPLIED) == [("northside", "1 records are past their date")]
    assert [why for _, why in rows(at.here, Deed.PATIENT_ERASED)] == ["the record and its evidence"]


def test_a_hold_is_set_and_lifted(at):
    set_hold(at.here, "ana", NOW, is_held=True)
    set_hold(at.here, "ana", NOW, is_held=False)
    assert len(rows(at.here, Deed.HOLD_SET)) == len(rows(at.here, Deed.HOLD_LIFTED)) == 1


def test_a_rotation_is_said_before_and_after(at):
    rotate(at.here)
    assert [why for _, why in rows(at.here, Deed.KEYS_ROTATED)] == ["begun", "ended"]


def test_a_backup_and_its_restore_are_said_and_the_chain_is_whole(at, tmp_path):
    done = back_up(at.here, str(tmp_path / "copies"), NOW)
    at.dispatch()
    assert restore_clinic("northside", done.ledger, NOW + timedelta(hours=1)).held == 1
    with room("northside") as here, here.ledger.read() as con:
        begun, ended = rows(here, Deed.BACKUP_BEGUN), rows(here, Deed.BACKED_UP)
        assert (len(begun), len(ended), len(rows(here, Deed.RESTORED))) == (1, 0, 1)
        anchored = read_anchors(here.ledger)
        assert [*anchored.flaws, *flaws(here.ledger, con, anchored.heads)] == []


def test_an_error_s_text_that_is_shown_is_a_read(at):
    keep_failure("0a1b2c3d", "northside", "class and place", "a traceback")
    assert read_failure(at.here, "0a1b2c3d") == "a traceback"
    assert rows(at.here, Deed.ERROR_READ) == [("0a1b2c3d", "asked at the command")]


def test_a_person_is_named_with_the_account_beside_what_they_claim(monkeypatch):
    account, role = acting(Settings())
    assert role is Role.CONSULTANT
    monkeypatch.setenv("PTCLINIC_USER", "maria")
    monkeypatch.setenv("PTCLINIC_ROLE", "front_desk")
    assert acting(Settings()) == (f"maria ({account})", Role.FRONT_DESK)


def test_no_row_holds_a_word_of_a_person(at):
    waits(at.here)
    keep_inbound(at.here, event("running late", at.ana.mobile))
    drain_inbox(at.here, NOW)
    staff_lines(at.here, with_names=True)
    erase(at.here, "ana", "Ana asked for it", NOW, legal_basis="request")
    with at.here.ledger.read() as con:
        said = " ".join(str(row) for row in con.execute(select(audit.c.about, audit.c.why)))
        assert con.execute(select(inbox.c.body)).scalars().all() == [None]
    for secret in ("Ana", "Example", at.ana.mobile, "late", "asked", "ana@"):
        assert secret not in said
