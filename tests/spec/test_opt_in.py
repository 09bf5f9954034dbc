"""Who gets a text that confirms their consent, before any other text (C3)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from data_contracts.message import Channel, MessageStatus, Purpose
from data_contracts.outbox import OptIn
from data_contracts.template import shipped
from rules.consent_wording import confirmation_lacks
from rules.opt_in import confirmation, is_confirmed_here
from rules.templates import render
from tests.cast import NOW, clinic
from tests.spec.table import each_row, utc
from tests.spec.test_templates import values, whats

WHO = """
    came by         | on                   | the book first read  | clinic file | confirmed
    a list          | 2019-03-01 12:00:00Z | 2026-01-05 16:00:00Z | new         | yes       # no text has followed it
    a list          | 2026-01-05 16:00:00Z | 2026-01-05 16:00:00Z | new         | yes
    a list          | 2026-01-05 16:00:00Z |                      | new         | yes
    practice system | 2026-01-05 16:00:00Z | 2026-01-05 16:00:00Z | new         | no        # there before we were
    practice system | 2026-01-06 06:59:59Z | 2026-01-05 16:00:00Z | new         | no        # Denver's midnight is at seven
    practice system | 2026-01-06 07:00:00Z | 2026-01-05 16:00:00Z | new         | yes
    practice system | 2026-01-09 16:00:00Z |                      | new         | no
    practice system | 2026-01-05 16:00:00Z | 2026-01-05 16:00:00Z | all         | yes
    practice system | 2026-01-09 16:00:00Z | 2026-01-05 16:00:00Z | none        | no
    a list          | 2026-01-09 16:00:00Z | 2026-01-05 16:00:00Z | none        | no
"""  # noqa: E501

ELEMENTS = """
    taken out                               | it lacks
    visit reminders                         | the purpose
    up to 3 a week                          | the frequency
    Message and data rates may apply        | the cost
    STOP                                    | the way out
    HELP                                    | help
"""

TABLES = {
    "Confirming an opt-in: who gets the text": WHO,
    "Confirming an opt-in: what the text must hold": ELEMENTS,
}

ANA = OptIn(
    patient_id="ana",
    visit_id="v1",
    visit_version=2,
    starts_at=NOW + timedelta(days=9),
    given_at=NOW,
    is_from_book=False,
)


@each_row(WHO)
def test_a_consent_is_confirmed_where_it_is_new(
    came_by, on, the_book_first_read, clinic_file, confirmed
):
    one = replace(ANA, given_at=utc(on), is_from_book=came_by == "practice system")
    began = utc(the_book_first_read) if the_book_first_read else None
    house = clinic(sms={"confirm_opt_in": clinic_file})
    assert is_confirmed_here(house, one, began) is (confirmed == "yes")


def test_without_a_channel_for_texts_nothing_is_confirmed():
    bare = clinic()
    bare = bare.model_copy(update={"channels": bare.channels.model_copy(update={"sms": None})})
    assert not is_confirmed_here(bare, ANA, NOW)


def test_it_is_due_at_once_and_of_use_until_reminders_are():
    message = confirmation(ANA, NOW)
    assert (message.purpose, message.channel) == (Purpose.OPT_IN, Channel.SMS)
    assert (message.status, message.due_at) == (MessageStatus.PLANNED, NOW)
    assert message.useful_until == ANA.starts_at - timedelta(hours=1)
    assert (message.rung, confirmation(replace(ANA, tried=1), NOW).rung) == ("opt_in", "opt_in_2")


def test_the_text_a_patient_gets():
    said = render(shipped()["opt_in.sms.en"], values())
    assert said.body == (
        "Northside Physical Therapy: you agreed to visit reminders, up to 3 a week. Message and"
        " data rates may apply. HELP for help, STOP to opt out."
    )
    assert said.segments == 1


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_shipped_words_lack_nothing(language):
    body = shipped()[f"opt_in.sms.{language}"].parts["body"]
    assert confirmation_lacks(body) == []
    assert "{{ clinic_name }}" in body


@each_row(ELEMENTS)
def test_a_clinic_s_own_words_without_an_element_are_refused(taken_out, it_lacks):
    template = shipped()["opt_in.sms.en"]
    words = " ".join(template.parts["body"].split())
    assert taken_out in words
    own = template.model_copy(update={"parts": {"body": words.replace(taken_out, "")}})
    assert f"{it_lacks} is missing" in whats(own)


def test_that_a_text_may_cost_something_is_no_bill_and_a_bill_is_refused_as_ever():
    template = shipped()["opt_in.sms.es"]
    assert whats(template) == ""
    body = template.parts["body"] + " Su saldo"
    assert "a bill" in whats(template.model_copy(update={"parts": {"body": body}}))


def test_a_reminder_need_not_say_what_it_costs():
    assert whats(shipped()["reminder.sms.en"]) == ""
