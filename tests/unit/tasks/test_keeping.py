"""What a text is answered with, once; and what opens a number again."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from data_contracts.inbound import InboundEvent, InboundKind
from data_contracts.message import Channel
from ledger.schema import consents, inbox, opt_outs, patients
from tasks.consenting import record_file
from tasks.keeping import keep_and_answer
from tests.cast import NOW, person, visit

HOUR = timedelta(hours=1)
LATER = NOW + timedelta(days=400)
"""A wall clock at which every lease has run out."""


def said(body: str, at: datetime = NOW, number: str = "", **more: Any) -> InboundEvent:
    return InboundEvent(
        clinic="northside",
        dedupe_key=f"text:{body}:{at.isoformat()}",
        kind=InboundKind.TEXT,
        from_number=number,
        body=body,
        received_at=at,
        **more,
    )


@pytest.fixture
def ana(number: Any) -> Any:
    return person("ana", mobile=number())


@pytest.fixture
def northside(house: Any, ana: Any) -> Any:
    made = house()
    made.keep([ana], [visit()])
    return made


def texts(northside: Any, ana: Any, *bodies: str, **more: Any) -> list[str | None]:
    return [
        keep_and_answer(northside.here, said(body, NOW + n * HOUR, ana.mobile, **more)).answer
        for n, body in enumerate(bodies)
    ]


def test_a_second_stop_is_answered_with_nothing(northside, ana):
    first, second, third = texts(northside, ana, "please stop texting me", "no more texts", "STOP")
    assert "opted out" in str(first)
    assert (second, third) == (None, None)


def test_what_the_carrier_confirms_is_not_confirmed_again(northside, ana):
    assert texts(northside, ana, "STOP", "Cancel", "opt out") == [None, None, None]


def test_opt_out_with_a_space_is_ours_to_confirm(northside, ana):
    (only,) = texts(northside, ana, "opt out")
    assert str(only).startswith("Northside PT: you are opted out")


def test_where_the_carrier_keeps_silent_we_confirm_a_stop(house, ana):
    made = house(sms={"stop_confirmed_by": "ptclinic"})
    made.keep([ana], [visit()])
    (only,) = texts(made, ana, "STOP")
    assert only is not None


def test_a_word_that_the_carrier_s_own_list_takes_for_a_stop_is_one(northside, ana):
    assert texts(northside, ana, "no thank you", status="STOP") == [None]
    assert northside.dispatch() == {}
    with northside.here.ledger.read() as con:
        assert con.execute(select(opt_outs.c.kind)).scalars().all() == ["phone"]


def test_help_is_answered_also_after_a_stop(northside, ana):
    _, helped = texts(northside, ana, "opt out", "HELP")
    assert helped is not None
    assert "Northside PT" in helped
    assert "303-555-0140" in helped
    assert northside.settle(LATER) == {"inbox_opted_out": 1, "inbox_helped": 1}


def test_what_was_answered_stands_beside_the_question(northside, ana):
    texts(northside, ana, "opt out", "STOP")
    with northside.here.ledger.read() as con:
        details = list(con.execute(select(inbox.c.detail).order_by(inbox.c.received_at)).scalars())
    assert ['"answered":"stop"' in detail for detail in details] == [True, False]


def test_the_same_callback_again_is_not_answered_again(northside, ana):
    event = said("HELP", NOW, ana.mobile)
    assert keep_and_answer(northside.here, event).answer is not None
    assert keep_and_answer(northside.here, event) == (False, None)


def test_a_stop_that_comes_again_after_a_new_consent_is_no_new_one(northside, ana, tmp_path):
    stop = said("STOP", NOW, ana.mobile)
    keep_and_answer(northside.here, stop)
    listed, wording = consent_list(tmp_path, "2026-01-05T15:00")
    record_file(northside.here, listed, wording, NOW + 12 * HOUR)
    again = stop.model_copy(update={"received_at": NOW + 13 * HOUR})
    assert keep_and_answer(northside.here, again) == (False, None)
    assert opted_out(northside) == []
    new = said("STOP", NOW + 13 * HOUR, ana.mobile)
    assert keep_and_answer(northside.here, new).is_new
    assert opted_out(northside) == ["phone"], "a text of its own is a new one"


def opted_out(northside: Any) -> list[str]:
    with northside.here.ledger.read() as con:
        return list(con.execute(select(opt_outs.c.kind)).scalars())


def test_start_restores_nothing_and_asks_for_consent(northside, ana, sandbox):
    _, started = texts(northside, ana, "STOP", "START")
    assert "consent" in str(started)
    northside.plan()
    assert northside.dispatch() == {}
    assert ("handed_to_staff", "opted_out") in northside.messages()
    assert sandbox.texts(ana.mobile) == []


def test_cancel_revokes_and_asks_a_person_whether_the_visit_was_meant(northside, ana):
    texts(northside, ana, "CANCEL")
    assert northside.settle(LATER) == {"inbox_opted_out": 1}
    assert ("read_reply", "whose_unknown") in northside.staff_tasks()


def test_cancel_my_appointment_revokes_nothing(northside, ana):
    texts(northside, ana, "Please cancel my appointment")
    with northside.here.ledger.read() as con:
        assert con.execute(select(opt_outs)).first() is None


def consent_list(tmp_path: Path, given_on: str) -> tuple[Path, Path]:
    wording = tmp_path / "wording.txt"
    wording.write_text("I agree to texts.", encoding="utf-8")
    found = tmp_path / "consent.csv"
    found.write_text(
        "patient,channel,granted,wording_version,given_on,evidence,source\n"
        f"ana,sms,yes,2026-01,{given_on},form 7,front_desk\n",
        encoding="utf-8",
    )
    return found, wording


@pytest.mark.parametrize(
    ("given_on", "is_open"), [("2026-01-05T15:00", True), ("2026-01-05T08:00", False)]
)
def test_only_a_consent_given_after_the_opt_out_opens_the_number(
    northside, ana, tmp_path, given_on, is_open
):
    texts(northside, ana, "STOP")
    listed, wording = consent_list(tmp_path, given_on)
    assert record_file(northside.here, listed, wording, NOW + 12 * HOUR).new == 1
    with northside.here.ledger.read() as con:
        assert (con.execute(select(opt_outs)).first() is None) is is_open


def test_a_new_consent_opens_a_shared_number_for_its_giver_alone(house, ana, tmp_path):
    made = house()
    bo = ana.model_copy(update={"source_id": "bo", "first_name": "Bo"})
    made.keep([ana, bo], [visit(), visit("bo")])
    texts(made, ana, "STOP")
    listed, wording = consent_list(tmp_path, "2026-01-05T15:00")
    record_file(made.here, listed, wording, NOW + 12 * HOUR)
    query = select(patients.c.source_id, consents.c.channel, consents.c.is_granted)
    query = query.join(consents, consents.c.patient_id == patients.c.patient_id)
    with made.here.ledger.read() as con:
        newest = {
            (row.source_id, row.channel): row.is_granted
            for row in con.execute(query.order_by(consents.c.at))
        }
    assert newest["ana", Channel.SMS] is True
    assert newest["bo", Channel.SMS] is False
