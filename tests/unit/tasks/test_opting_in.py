"""Who agreed to texts hears so first, once for a number, and no reminder is lost for it (C3)."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from data_contracts.inbound import InboundEvent, InboundKind
from data_contracts.message import Channel
from ledger.schema import consents, message_visits, messages
from rules.keyword import Keyword
from tasks.consenting import record_file
from tasks.inbox import drain_inbox
from tasks.invariants import check
from tasks.keeping import keep_and_answer, keep_inbound
from tasks.prospect import prospects
from tasks.revoking import revoke
from tests.cast import NOW, person, visit

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
RUN = 15 * MINUTE
WALL = NOW + 400 * DAY
CONFIRMS = "you agreed to visit reminders"
HEAD = "patient,channel,granted,wording_version,given_on,evidence,source,until\n"


@pytest.fixture
def ana(number: Any) -> Any:
    return person("ana", mobile=number())


@pytest.fixture
def northside(house: Any) -> Any:
    """Only recorded consent counts here."""
    return house(consent="ledger")


@pytest.fixture
def agree(northside: Any, tmp_path: Path) -> Any:
    """Records that people agreed to texts as of a moment, to the end of a day or without."""

    def record(*who: str, at: Any = NOW, now: Any = None, until: str = "") -> None:
        (tmp_path / "words.txt").write_text("I agree to texts. STOP ends them.")
        lines = [f"{one},sms,yes,1,{at.isoformat()},form,desk,{until}\n" for one in who]
        (tmp_path / "list.csv").write_text(HEAD + "".join(lines))
        file, words = tmp_path / "list.csv", tmp_path / "words.txt"
        assert record_file(northside.here, file, words, now or at).problems == []

    return record


def run(northside: Any, now: Any = NOW, **more: Any) -> dict[str, int]:
    """One run of a quarter of an hour: the book is read again, then plan and dispatch."""
    northside.keep(northside.people, northside.visits, now)
    northside.plan(now)
    return dict(northside.dispatch(now))


def book(northside: Any, people: list[Any], visits: list[Any]) -> None:
    northside.people, northside.visits = people, visits
    northside.keep(people, visits)


def heard(sandbox: Any, who: Any) -> list[str]:
    """What a number got, in order: `opt_in` for the confirmation."""
    texts = sandbox.texts(who.mobile)
    return ["opt_in" if CONFIRMS in one["body"] else "reminder" for one in texts]


def text(who: Any, body: str, at: Any) -> InboundEvent:
    return InboundEvent(
        clinic="northside",
        dedupe_key=f"text:{body}:{at.isoformat()}",
        kind=InboundKind.TEXT,
        from_number=who.mobile,
        body=body,
        received_at=at,
    )


def rows(northside: Any) -> list[tuple[str, str, str]]:
    with northside.here.ledger.read() as con:
        query = select(messages).order_by(messages.c.planned_at, messages.c.rung)
        return [(row.rung, row.status, row.reason) for row in con.execute(query)]


def test_the_first_message_is_the_confirmation_and_the_reminder_follows_the_same_day(
    northside, ana, agree, sandbox
):
    book(northside, [ana], [visit()])
    agree("ana")
    assert run(northside) == {"accepted": 1, "opt_in_first": 1}
    assert heard(sandbox, ana) == ["opt_in"]
    assert run(northside, NOW + RUN) == {"accepted": 1}
    assert heard(sandbox, ana) == ["opt_in", "reminder"]
    (first, _) = sandbox.texts(ana.mobile)
    for word in ("Northside PT", "3 a week", "Message and data rates may apply", "HELP", "STOP"):
        assert word in first["body"]


def test_it_goes_once_however_often_the_consent_is_recorded_and_the_flow_runs(
    northside, ana, agree, sandbox
):
    book(northside, [ana], [visit(starts_at=NOW + 20 * DAY), visit(source_id="next")])
    agree("ana")
    for n in range(4):
        run(northside, NOW + n * RUN)
        agree("ana", at=NOW + n * MINUTE, now=NOW + n * RUN)
    assert heard(sandbox, ana).count("opt_in") == 1


def test_it_goes_when_the_consent_is_recorded_long_before_any_reminder(
    northside, ana, agree, sandbox
):
    book(northside, [ana], [visit(starts_at=NOW + 20 * DAY)])
    agree("ana")
    assert run(northside) == {"accepted": 1}
    assert heard(sandbox, ana) == ["opt_in"]


def test_who_is_not_booked_is_told_when_they_are(northside, ana, agree, sandbox):
    book(northside, [ana], [])
    agree("ana")
    assert run(northside) == {}
    northside.visits = [visit(starts_at=NOW + 9 * DAY)]
    assert run(northside, NOW + DAY) == {"accepted": 1}
    assert heard(sandbox, ana) == ["opt_in"]


def test_it_relies_on_the_consent_that_it_confirms_and_names_no_visit(northside, ana, agree):
    book(northside, [ana], [visit(starts_at=NOW + 9 * DAY)])
    agree("ana")
    run(northside)
    with northside.here.ledger.read() as con:
        relied = select(consents).join(messages, messages.c.consent_id == consents.c.consent_id)
        (consent,) = con.execute(relied)
        assert (consent.channel, consent.purpose, consent.is_granted) == ("sms", "reminder", True)
        assert list(con.execute(select(message_visits))) == []


def test_nothing_is_told_of_a_move_to_who_has_only_agreed(northside, ana, agree, sandbox):
    book(northside, [ana], [visit(starts_at=NOW + 9 * DAY)])
    agree("ana")
    run(northside)
    northside.visits = [visit(starts_at=NOW + 10 * DAY)]
    assert run(northside, NOW + DAY) == {}
    assert heard(sandbox, ana) == ["opt_in"]


def test_two_who_share_a_number_hear_it_once(northside, ana, agree, sandbox):
    bo = person("bo", first_name="Bo", mobile=ana.mobile)
    later = [visit(starts_at=NOW + 9 * DAY), visit("bo", starts_at=NOW + 8 * DAY)]
    book(northside, [ana, bo], later)
    agree("ana", "bo")
    for n in range(3):
        run(northside, NOW + n * DAY)
    assert heard(sandbox, ana) == ["opt_in"]


def test_two_plans_for_one_number_end_in_one_text(northside, ana, agree, sandbox):
    """Bo's waits already when Ana, who is booked sooner, agrees."""
    bo = person("bo", first_name="Bo", mobile=ana.mobile)
    later = [visit("bo", starts_at=NOW + 8 * DAY), visit(starts_at=NOW + 7 * DAY)]
    book(northside, [ana, bo], later)
    agree("bo")
    northside.plan()
    agree("ana")
    northside.plan()
    assert northside.dispatch() == {"accepted": 1, "daily_cap": 1}
    run(northside, NOW + DAY)
    assert heard(sandbox, ana) == ["opt_in"]
    assert ("opt_in", "superseded", "confirmed") in rows(northside)


def test_it_keeps_to_the_patient_s_hours_and_nothing_goes_before_it(northside, ana, agree, sandbox):
    book(northside, [ana], [visit(starts_at=NOW + 30 * HOUR)])
    late = NOW + 12 * HOUR  # 21:00 in Denver
    agree("ana", at=late)
    assert run(northside, late) == {"quiet_hours": 2}
    assert run(northside, NOW + DAY) == {"accepted": 1, "opt_in_first": 1}
    assert run(northside, NOW + DAY + RUN) == {"accepted": 1}
    assert heard(sandbox, ana) == ["opt_in", "reminder"]


def test_a_reminder_that_could_not_wait_goes_and_the_confirmation_waits_for_the_next_day(
    northside, ana, agree, sandbox
):
    soon, then = visit(starts_at=NOW + HOUR + 10 * MINUTE), NOW + 9 * DAY
    book(northside, [ana], [soon, visit(source_id="next", starts_at=then)])
    agree("ana")
    assert run(northside) == {"accepted": 1, "daily_cap": 1}
    run(northside, NOW + DAY)
    assert heard(sandbox, ana) == ["reminder"], "texts have begun: there is no first one any more"


@pytest.mark.parametrize("how", ["text", "desk"])
def test_who_opted_out_before_it_left_never_gets_it(northside, ana, agree, sandbox, how):
    book(northside, [ana], [visit(starts_at=NOW + 9 * DAY)])
    agree("ana")
    northside.plan()
    if how == "text":
        keep_inbound(northside.here, text(ana, "STOP", NOW + MINUTE))
    else:
        revoke(northside.here, "ana", ("phone",), "desk", "at the desk", NOW + MINUTE)
    assert northside.dispatch(NOW + MINUTE) == {"opted_out": 1}
    run(northside, NOW + DAY)
    assert heard(sandbox, ana) == []
    assert northside.staff_tasks() == [], "nobody is called to hear that they agreed"


def test_start_twice_confirms_nothing(northside, ana, agree, sandbox):
    book(northside, [ana], [visit(starts_at=NOW + 9 * DAY)])
    agree("ana")
    run(northside)
    for n, word in enumerate(("STOP", Keyword.START, Keyword.START)):
        keep_and_answer(northside.here, text(ana, word, NOW + (n + 1) * MINUTE))
    for n in range(1, 4):
        run(northside, NOW + n * DAY)
    assert heard(sandbox, ana) == ["opt_in"]


def test_who_opted_out_and_agrees_anew_hears_it_anew(northside, ana, agree, sandbox):
    book(northside, [ana], [visit(starts_at=NOW + 9 * DAY)])
    agree("ana")
    run(northside)
    keep_inbound(northside.here, text(ana, "STOP", NOW + HOUR))
    agree("ana", at=NOW + DAY, now=NOW + DAY)
    for n in range(1, 4):
        run(northside, NOW + n * DAY)
    assert heard(sandbox, ana) == ["opt_in", "opt_in"]
    assert {"opt_in", "opt_in_2"} == {one[0] for one in rows(northside)}


def test_a_new_number_of_who_agreed_hears_it(northside, ana, agree, sandbox, number):
    book(northside, [ana], [visit(starts_at=NOW + 9 * DAY)])
    agree("ana")
    run(northside)
    moved = ana.model_copy(update={"mobile": number(), "updated_at": NOW})
    northside.people = [moved]
    run(northside, NOW + DAY)
    assert heard(sandbox, ana) == heard(sandbox, moved) == ["opt_in"]


def test_a_visit_that_is_cancelled_hands_it_to_the_next(northside, ana, agree, sandbox):
    first = visit(starts_at=NOW + 8 * DAY)
    book(northside, [ana], [first, visit(source_id="next", starts_at=NOW + 9 * DAY)])
    agree("ana")
    northside.plan()
    northside.visits = northside.visits[1:]
    assert run(northside, NOW + RUN) == {"accepted": 1, "visit_gone": 1}
    assert heard(sandbox, ana) == ["opt_in"]


def test_what_the_practice_system_knew_on_the_first_day_is_not_confirmed(house, ana, sandbox):
    northside = house()
    book(northside, [ana], [visit(starts_at=NOW + 9 * DAY)])
    for n in range(3):
        assert run(northside, NOW + n * DAY) == {}
    assert heard(sandbox, ana) == []


def test_who_agrees_there_later_is_confirmed(house, ana, sandbox, number):
    northside = house()
    book(northside, [ana], [visit(starts_at=NOW + 9 * DAY)])
    bo = person("bo", first_name="Bo", mobile=number())
    northside.people = [ana, bo]
    northside.visits = [*northside.visits, visit("bo", starts_at=NOW + 9 * DAY)]
    assert run(northside, NOW + DAY) == {"accepted": 1}
    assert (heard(sandbox, ana), heard(sandbox, bo)) == ([], ["opt_in"])


@pytest.mark.parametrize(("which", "count"), [("all", 1), ("none", 0)])
def test_the_clinic_file_says_whose_consent_is_confirmed(house, ana, sandbox, which, count):
    northside = house(sms={"base_url": sandbox.twilio, "confirm_opt_in": which})
    book(northside, [ana], [visit(starts_at=NOW + 9 * DAY)])
    run(northside)
    run(northside, NOW + DAY)
    assert heard(sandbox, ana) == ["opt_in"] * count


def test_who_was_texted_since_they_agreed_is_not_confirmed(house, ana, sandbox):
    """A clinic that switches it on does not write to everyone it has reminded for a year."""
    northside = house(sms={"base_url": sandbox.twilio, "confirm_opt_in": "none"})
    book(northside, [ana], [visit(), visit(source_id="next", starts_at=NOW + 9 * DAY)])
    run(northside)
    late = house(sms={"base_url": sandbox.twilio, "confirm_opt_in": "all"})
    late.people, late.visits = northside.people, northside.visits
    run(late, NOW + DAY)
    assert heard(sandbox, ana) == ["reminder"]


def test_one_that_did_not_arrive_is_followed_by_no_call_and_by_no_second(
    northside, ana, agree, sandbox
):
    book(northside, [ana], [visit(starts_at=NOW + 9 * DAY)])
    agree("ana")
    run(northside)
    with northside.here.ledger.read() as con:
        row = con.execute(select(messages)).one()
    event = InboundEvent(
        clinic="northside",
        dedupe_key="undelivered",
        kind=InboundKind.RECEIPT,
        message_id=row.message_id,
        status="undelivered",
        error_code="30003",
        received_at=NOW,
    )
    assert keep_inbound(northside.here, event)
    drain_inbox(northside.here, NOW)
    run(northside, NOW + DAY)
    assert (len(rows(northside)), northside.staff_tasks()) == (1, [])


def test_plan_and_explain_show_it_before_it_is_written(northside, ana, agree):
    book(northside, [ana], [visit()])
    agree("ana")

    def shown() -> dict[str, tuple[str, str]]:
        with northside.here.ledger.read() as con:
            found = prospects(northside.here, con, NOW, NOW + 3 * DAY)
        return {one.rung: (one.status.value, one.reason.value) for one in found}

    before = shown()
    assert before["opt_in"] == ("claimed", "due")
    assert before["one_day"] == ("held", "opt_in_first")
    northside.plan()
    assert shown() == before


def test_the_nightly_check_finds_nothing_wrong_and_sees_a_second_one(
    northside, ana, agree, sandbox
):
    book(northside, [ana], [visit(), visit(source_id="next", starts_at=NOW + 9 * DAY)])
    agree("ana")
    run(northside)
    run(northside, NOW + RUN)
    assert heard(sandbox, ana) == ["opt_in", "reminder"]
    assert check(northside.here, NOW + 14 * HOUR, WALL) == []
    with northside.here.ledger.write() as con:
        (sent,) = con.execute(select(messages).where(messages.c.rung == "opt_in"))
        again = dict(sent._mapping) | {"message_id": "again", "rung": "opt_in_2"}
        con.execute(messages.insert().values(**again | {"sent_on": NOW + 15 * HOUR}))
    found = check(northside.here, NOW + 16 * HOUR, WALL)
    assert {one.message_id for one in found if one.invariant.value == "once"} >= {"again"}


def test_a_lost_answer_is_looked_up_and_it_goes_once(northside, ana, agree, sandbox):
    book(northside, [ana], [visit(starts_at=NOW + 9 * DAY)])
    agree("ana")
    northside.plan()
    sandbox.strike(method="POST", kind="drop_after_accept")
    assert northside.dispatch() == {"carrier_silent": 1}
    northside.settle(WALL)
    run(northside, NOW + DAY)
    assert heard(sandbox, ana) == ["opt_in"]


def test_it_goes_by_text_alone(northside, ana, agree):
    book(northside, [ana], [visit(starts_at=NOW + 9 * DAY)])
    agree("ana")
    northside.plan()
    with northside.here.ledger.read() as con:
        assert set(con.execute(select(messages.c.channel)).scalars()) == {Channel.SMS}


def test_a_consent_counts_to_the_end_of_its_last_day(northside, ana, agree, sandbox):
    later = visit(source_id="later", starts_at=NOW + 2 * DAY)
    book(northside, [ana], [visit(), later])
    agree("ana", until="2026-01-05")
    run(northside)
    run(northside, NOW + 10 * HOUR)  # 19:00 in Denver, still that day
    assert heard(sandbox, ana) == ["opt_in", "reminder"]
    assert "accepted" not in run(northside, NOW + DAY)
    assert ("one_day", "handed_to_staff", "no_consent") in rows(northside)
    assert ("call_patient", "no_consent") in northside.staff_tasks()


def test_a_consent_that_runs_out_between_plan_and_send_sends_nothing(
    northside, ana, agree, sandbox
):
    book(northside, [ana], [visit(starts_at=NOW + 9 * DAY)])
    agree("ana", until="2026-01-05")
    northside.plan()
    northside.keep(northside.people, northside.visits, NOW + DAY)
    assert northside.dispatch(NOW + DAY) == {"no_consent": 1}
    assert heard(sandbox, ana) == []
