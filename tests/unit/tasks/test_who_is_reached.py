"""Whose phone rings: minors, shared numbers, refused channels, caps by number, and money."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from data_contracts.inbound import InboundEvent, InboundKind
from data_contracts.message import Channel, Purpose
from ledger import people
from ledger.schema import consents, messages, patients
from tasks.keeping import keep_inbound
from tests.cast import NOW, person, visit

DAY = timedelta(days=1)
TOMORROW = NOW + DAY  # 2026-01-06
CHILD = {"birth_date": datetime(2015, 3, 1, tzinfo=UTC)}


def stop(number: str) -> InboundEvent:
    return InboundEvent(
        clinic="northside",
        dedupe_key=f"stop:{number}",
        kind=InboundKind.TEXT,
        from_number=number,
        body="STOP",
        received_at=NOW,
    )


@pytest.fixture
def numbers(number: Any) -> tuple[str, str]:
    """A child's own number and a parent's."""
    return number(), number()


def run(northside: Any) -> dict[str, int]:
    northside.plan()
    return dict(northside.dispatch())


def test_a_minor_is_reached_by_the_responsible_party_s_number(house, numbers, sandbox):
    own, parents = numbers
    northside = house()
    northside.keep([person(mobile=own, responsible_mobile=parents, **CHILD)], [visit()])
    assert run(northside) == {"accepted": 1}
    assert len(sandbox.texts(parents)) == 1
    assert sandbox.texts(own) == []


def test_a_minor_without_a_responsible_party_is_a_person_s_to_call(house, numbers, sandbox):
    own, _ = numbers
    northside = house()
    northside.keep([person(mobile=own, **CHILD)], [visit()])
    assert run(northside) == {}
    assert ("handed_to_staff", "minor_alone") in northside.messages()
    assert northside.staff_tasks() == [("call_patient", "minor_alone")]
    assert sandbox.texts(own) == []


def test_where_the_record_holds_the_parents_number_the_clinic_file_says_so(house, numbers, sandbox):
    own, _ = numbers
    northside = house(minors="record")
    northside.keep([person(mobile=own, **CHILD)], [visit()])
    assert run(northside) == {"accepted": 1}
    assert len(sandbox.texts(own)) == 1


@pytest.mark.parametrize(("birthday", "is_child"), [("2008-01-06", False), ("2008-01-07", True)])
def test_who_comes_of_age_by_the_day_of_the_visit_is_reached_directly(
    house, numbers, sandbox, birthday, is_child
):
    own, parents = numbers
    born = datetime.fromisoformat(birthday).replace(tzinfo=UTC)
    northside = house()
    northside.keep([person(mobile=own, responsible_mobile=parents, birth_date=born)], [visit()])
    assert run(northside) == {"accepted": 1}
    assert len(sandbox.texts(parents if is_child else own)) == 1


def test_of_an_adult_no_day_of_birth_stands_outside_the_vault(house, numbers):
    own, _ = numbers
    northside = house()
    old = datetime(1980, 5, 5, tzinfo=UTC)
    northside.keep([person(mobile=own, birth_date=old)], [visit()])
    with northside.here.ledger.read() as con:
        assert con.execute(select(patients.c.adult_from)).scalar() is None


def test_a_stop_from_the_parents_number_ends_the_child_s_reminders(house, numbers, sandbox):
    own, parents = numbers
    northside = house()
    northside.keep([person(mobile=own, responsible_mobile=parents, **CHILD)], [visit()])
    northside.plan()
    keep_inbound(northside.here, stop(parents))
    assert northside.dispatch() == {"opted_out": 1}
    assert sandbox.texts(parents) == []


def test_a_number_that_two_share_gets_one_message_a_day(house, number, sandbox):
    shared = number()
    northside = house()
    ana, bo = person(mobile=shared), person("bo", first_name="Bo", mobile=shared)
    northside.keep([ana, bo], [visit(), visit("bo")])
    assert run(northside) == {"accepted": 1, "daily_cap": 1}
    (only,) = sandbox.texts(shared)
    assert "Ana" not in only["body"]
    assert "Bo" not in only["body"]


def test_a_stop_counts_for_everyone_who_shares_the_number(house, number, sandbox):
    shared = number()
    northside = house()
    ana, bo = person(mobile=shared), person("bo", first_name="Bo", mobile=shared)
    northside.keep([ana, bo], [visit(), visit("bo")])
    northside.plan()
    keep_inbound(northside.here, stop(shared))
    assert northside.dispatch() == {"opted_out": 2}
    assert sandbox.texts(shared) == []


def test_do_not_call_home_blocks_the_voice_leg_alone(house, number, sandbox):
    northside = house(ladder=[{"name": "by_call", "channel": "voice", "before": "P1D"}])
    northside.keep([person(mobile=number())], [visit()])
    with northside.here.ledger.write() as con:
        who = con.execute(select(patients.c.patient_id)).scalar_one()
        people.add_consent(
            northside.here.ledger,
            con,
            who,
            Channel.VOICE,
            Purpose.REMINDER,
            is_granted=False,
            wording_version="request",
            wording_hash="0" * 64,
            source="front_desk",
            evidence="do not call home",
            at=NOW + timedelta(minutes=1),
        )
    run(northside)
    assert northside.messages() == [("handed_to_staff", "no_consent")]


def test_consent_to_reminders_is_none_to_a_recall(house, number):
    northside = house()
    northside.keep([person(mobile=number())], [visit()])
    with northside.here.ledger.read() as con:
        granted = set(con.execute(select(consents.c.purpose)).scalars())
    assert granted == {"reminder", "new_time"}


def test_nothing_leaves_beyond_the_month_s_cap(house, number, sandbox):
    northside = house(sms={"spend_cap_cents_month": 2, "base_url": sandbox.twilio})
    everyone = [person(f"p{n}", mobile=number()) for n in range(3)]
    northside.keep(everyone, [visit(one.source_id) for one in everyone])
    assert run(northside) == {"accepted": 1, "spend_cap": 2}
    assert northside.dispatch() == {}
    with northside.here.ledger.read() as con:
        assert con.execute(select(messages.c.cost_cents)).scalars().all().count(1.1) == 1


def test_without_an_address_a_number_of_elsewhere_wakes_nobody_at_the_clinic(house, sandbox):
    """At seven in Denver it is nine in New York."""
    number = "+12125550119"
    northside = house()
    ana = person(mobile=number, timezone=None, state=None)
    seven = NOW - timedelta(hours=2)
    northside.keep([ana], [visit(starts_at=TOMORROW - timedelta(hours=3))], seven)
    northside.plan(seven)
    assert northside.dispatch(seven) == {"quiet_hours": 1}
    northside.keep([ana], [visit(starts_at=TOMORROW - timedelta(hours=3))], NOW)
    assert northside.dispatch(NOW) == {"accepted": 1}
    assert len(sandbox.texts(number)) == 1
