"""What is tried after a carrier's refusal (W3, W12)."""

import pytest

from data_contracts.message import Channel, Purpose
from data_contracts.remedy import Remedy
from rules.fallback import attempts, bought_by_risk
from tests.cast import clinic
from tests.spec.table import each_row

# The ladder's one_day goes by text and names e-mail as its fallback; voice_high names none.
AFTER = """
    rung       | by    | purpose  | the carrier says | then
    one_day    | sms   | reminder | retry_later      | again by sms, email, voice   # 30003: the phone was off
    one_day    | sms   | reminder | retry_once       | again by sms, email, voice   # 30008: nobody knows why
    one_day+1  | sms   | reminder | retry_later      | email, voice                 # there is no third try
    one_day    | sms   | reminder | use_voice        | voice, email                 # 30006: a landline
    one_day    | sms   | reminder | bad_number       | email, voice                 # the gates refuse the same number
    one_day    | sms   | reminder | opt_out          | email, voice                 # 21610: and here
    one_day    | email | reminder | bad_number       | sms, voice                   # a dead address
    one_day    | email | reminder | retry_later      | again by email, sms, voice   # a full mailbox
    voice_high | voice | reminder | retry_later      | again by voice, sms, email
    new_time   | sms   | new_time | use_voice        | email                        # no call tells a new time
    new_time   | sms   | new_time | retry_later      | again by sms, email
    a1f        | sms   | answer   | retry_later      |                              # what is said back goes by text alone
    s1f        | sms   | offer    | use_voice        |                              # the next group is asked
    one_day    | sms   | reminder | give_up          |                              # 30004: the patient blocks us
    one_day    | sms   | reminder | review_content   |                              # 30007: the words are at fault
    one_day    | sms   | reminder | call_person      |                              # the account is
"""  # noqa: E501

TABLES = {"Fallback: what is tried after a refusal": AFTER}


@each_row(AFTER)
def test_a_refusal_is_followed_by_the_next_best_way(rung, by, purpose, the_carrier_says, then):
    found = attempts(clinic(), Purpose(purpose), rung, Channel(by), Remedy(the_carrier_says))
    said = [f"again by {one.channel}" if one.is_again else str(one.channel) for one in found]
    assert ", ".join(said) == then


@pytest.mark.parametrize("remedy", Remedy)
def test_whatever_is_said_nothing_is_tried_a_third_time(remedy):
    for rung in ("one_day", "one_day+1"):
        found = attempts(clinic(), Purpose.REMINDER, rung, Channel.SMS, remedy)
        assert {one.rung for one in found if one.channel is Channel.SMS} <= {"one_day+1"}
        assert rung == "one_day" or not any(one.is_again for one in found)


def test_a_channel_that_the_clinic_does_not_pay_for_is_not_tried():
    file = clinic().model_dump(mode="json", exclude_none=True)
    del file["channels"]["email"]
    ladder = [{"name": "one_day", "channel": "sms", "before": "P1D"}]
    poor = clinic(channels=file["channels"], ladder=ladder)
    found = attempts(poor, Purpose.REMINDER, "one_day", Channel.SMS, Remedy.BAD_NUMBER)
    assert [one.channel for one in found] == [Channel.VOICE]


def test_what_risk_buys_stays_so_when_it_is_tried_again():
    assert bought_by_risk(clinic()) == {"voice_high", "voice_high+1", "call_list", "call_list+1"}
