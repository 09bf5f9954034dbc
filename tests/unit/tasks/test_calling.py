"""What a call says next is what will be done: after a key, into silence, in either language."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from sqlalchemy import select

from data_contracts.inbound import InboundEvent, InboundKind
from data_contracts.message import Channel, Reason
from data_contracts.outbox import Named
from data_contracts.spoken import KeyAnswer
from ledger import naming, people, plans
from ledger.schema import messages, staff_tasks, visits
from tasks.calling import after_key, retell
from tasks.inbox import drain_inbox
from tasks.keeping import keep_inbound
from tests.cast import NOW, person, planned, visit

DAY = timedelta(days=1)


class Call:
    """Northside, and a call to Ana that is under way."""

    def __init__(self, house, mobile):
        self.here = house.here
        house.keep([person("ana", mobile=mobile)], [visit("ana")])
        self.mobile = mobile
        with self.here.ledger.write() as con:
            found = con.execute(select(visits)).one()
            one = planned(found.visit_id, found.patient_id, channel=Channel.VOICE)
            plans.add_planned(self.here.ledger, con, [one], NOW)
            index = self.here.ledger.index(mobile)
            self.message_id = con.execute(
                messages.update()
                .values(status="accepted", sent_on=NOW, address_index=index)
                .returning(messages.c.message_id)
            ).scalar_one()
            told = Named(found.visit_id, found.version, found.starts_at)
            naming.write_names(con, {self.message_id: [told]})

    def after(self, digits):
        return after_key(self.here, self.message_id, digits, NOW)

    def press(self, digits):
        """What the inbox makes of the same key; the reasons of the lines it leaves."""
        event = InboundEvent(
            clinic="northside",
            dedupe_key=f"key:{digits}",
            kind=InboundKind.KEY_PRESS,
            message_id=self.message_id,
            from_number=self.mobile,
            digits=digits,
            received_at=NOW,
        )
        keep_inbound(self.here, event)
        done = dict(drain_inbox(self.here, NOW))
        with self.here.ledger.read() as con:
            return done, list(con.execute(select(staff_tasks.c.reason)).scalars())


@pytest.fixture
def call(house, number):
    def make(**changes):
        return Call(house(**changes), number())

    return make


def test_after_1_the_visit_is_confirmed_and_so_it_is(call):
    ana = call()
    assert ana.after("1") is KeyAnswer.CONFIRMED
    assert ana.press("1") == ({"inbox_confirm": 1}, [])


def test_after_1_nothing_is_confirmed_where_the_visit_has_changed_since(call):
    ana = call()
    with ana.here.ledger.write() as con:
        con.execute(visits.update().values(version=2))
    assert ana.after("1") is KeyAnswer.WILL_CALL
    assert ana.press("1") == ({"inbox_ask_person": 1}, [Reason.BOOK_CHANGED])


def test_after_2_a_text_is_promised_where_texts_may_go(call):
    ana = call()
    assert ana.after("2") is KeyAnswer.WILL_TEXT
    assert ana.press("2") == ({"inbox_find_times": 1}, [])


def test_after_2_a_call_is_promised_to_who_gets_no_texts(call):
    ana = call()
    with ana.here.ledger.write() as con:
        index = ana.here.ledger.index(ana.mobile)
        people.opt_out(ana.here.ledger, con, index, "phone", "desk", NOW)
    assert ana.after("2") is KeyAnswer.WILL_CALL


def test_after_2_a_call_is_promised_where_the_book_cannot_be_written(call):
    ana = call(replies={"reschedule": "staff"})
    assert ana.after("2") is KeyAnswer.WILL_CALL
    assert ana.press("2") == ({"inbox_ask_person": 1}, [Reason.WANTS_OTHER_TIME])


def test_who_presses_0_is_called_back(call):
    assert call().press("0") == ({"inbox_ask_person": 1}, [Reason.NOT_UNDERSTOOD])


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_call_repeats_its_choices_once_into_silence_and_then_closes(call, language):
    ana = call(languages=["en", "es"])
    said = ElementTree.fromstring(retell(ana.here, ana.message_id, language))  # noqa: S314
    assert [one.tag for one in said] == ["Gather", "Gather", "Say"]
    first, second, closing = ([line.text for line in one.iter("Say")] for one in said)
    assert first[1:] == second, "the choices alone, not the visit"
    assert "303-555-0140" in closing[0]
    assert {one.get("language") for one in said.iter("Say")} == {f"{language}-US"}
    assert all(one.get("action").endswith(f"?language={language}") for one in said.iter("Gather"))


def test_a_key_without_a_meaning_hears_the_choices_once_more(call):
    ana = call()
    said = ElementTree.fromstring(retell(ana.here, ana.message_id, "en", "Sorry."))  # noqa: S314
    assert [one.tag for one in said] == ["Gather", "Say"]
    assert next(line.text for line in said.iter("Say")) == "Sorry."
    assert said[0].get("action").endswith("?language=en&again=1")
    assert "January" not in "".join(said.itertext())


def test_no_spanish_where_the_clinic_speaks_none(call):
    ana = call(languages=["en"])
    assert retell(ana.here, ana.message_id, "es") is None
