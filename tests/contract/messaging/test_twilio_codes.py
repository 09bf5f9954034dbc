"""Every code of Twilio's that we know, and what it does to a message."""

from datetime import timedelta

import pytest

from connectors.errors import (
    ConnectorError,
    ContractBroken,
    RateLimited,
    Rejected,
    Unauthorized,
    Unavailable,
    Unconfirmed,
)
from connectors.messaging.twilio_codes import CODES, refusal
from connectors.messaging.twilio_sms import TwilioSms
from data_contracts.remedy import Remedy

R = Remedy
DECISIONS: dict[int, tuple[type[ConnectorError], Remedy]] = {
    10001: (Unauthorized, R.CALL_PERSON),
    20003: (Unauthorized, R.CALL_PERSON),
    20005: (Unauthorized, R.CALL_PERSON),
    20404: (ContractBroken, R.CALL_PERSON),
    20429: (RateLimited, R.WAIT),
    20500: (Unconfirmed, R.RETRY_ONCE),
    21205: (ContractBroken, R.CALL_PERSON),
    21210: (Unauthorized, R.CALL_PERSON),
    21211: (Rejected, R.BAD_NUMBER),
    21212: (Unauthorized, R.CALL_PERSON),
    21214: (Rejected, R.BAD_NUMBER),
    21215: (Unauthorized, R.CALL_PERSON),
    21217: (Rejected, R.BAD_NUMBER),
    21408: (Unauthorized, R.CALL_PERSON),
    21601: (Unauthorized, R.CALL_PERSON),
    21602: (Rejected, R.GIVE_UP),
    21603: (Unauthorized, R.CALL_PERSON),
    21604: (Rejected, R.BAD_NUMBER),
    21606: (Unauthorized, R.CALL_PERSON),
    21608: (Unauthorized, R.CALL_PERSON),
    21609: (ContractBroken, R.CALL_PERSON),
    21610: (Rejected, R.OPT_OUT),
    21611: (Unavailable, R.WAIT),
    21612: (Rejected, R.BAD_NUMBER),
    21614: (Rejected, R.BAD_NUMBER),
    21617: (Rejected, R.REVIEW_CONTENT),
    21635: (Rejected, R.USE_VOICE),
    21659: (Unauthorized, R.CALL_PERSON),
    30001: (Unavailable, R.RETRY_LATER),
    30002: (Unauthorized, R.CALL_PERSON),
    30003: (Unavailable, R.RETRY_LATER),
    30004: (Rejected, R.GIVE_UP),
    30005: (Rejected, R.BAD_NUMBER),
    30006: (Rejected, R.USE_VOICE),
    30007: (Rejected, R.REVIEW_CONTENT),
    30008: (Rejected, R.RETRY_ONCE),
    30034: (Unauthorized, R.CALL_PERSON),
    30036: (Rejected, R.RETRY_LATER),
}


def test_the_table_is_exactly_what_was_decided():
    assert {code: (row.error, row.remedy) for code, row in CODES.items()} == DECISIONS


@pytest.mark.parametrize("code", sorted(CODES))
def test_each_code_refuses_with_its_own_error_and_says_what_to_do(code):
    error = refusal(400, code, is_safe=False)
    assert type(error) is DECISIONS[code][0]
    assert error.code == str(code)
    assert str(error).startswith("twilio: ")
    assert error.retryable is (
        DECISIONS[code][1] in (R.WAIT, R.RETRY_LATER) and issubclass(type(error), Unavailable)
    )


@pytest.mark.parametrize(
    ("status", "code", "creating", "reading"),
    [
        (500, 20500, Unconfirmed, Unavailable),
        (503, None, Unconfirmed, Unavailable),
        (502, 502, Unconfirmed, Unavailable),
        (500, 21211, Unconfirmed, Unavailable),
        (408, None, Unconfirmed, Unavailable),
        (429, None, RateLimited, RateLimited),
        (401, None, Unauthorized, Unauthorized),
        (403, 403, Unauthorized, Unauthorized),
        (400, 99999, Rejected, Rejected),
        (422, None, Rejected, Rejected),
        (404, None, ContractBroken, ContractBroken),
        (302, None, ContractBroken, ContractBroken),
    ],
)
def test_without_a_known_code_the_status_decides(status, code, creating, reading):
    assert type(refusal(status, code, is_safe=False)) is creating
    assert type(refusal(status, code, is_safe=True)) is reading


def test_a_receipt_with_an_unknown_or_missing_code_gives_up_rather_than_repeat():
    carrier = TwilioSms("AC1", "t", "+13035550199", base_url="http://127.0.0.1:9")
    for code in (None, "", "99999", "oops", "\N{SUPERSCRIPT TWO}"):
        assert carrier.remedy(code) is Remedy.GIVE_UP
    assert carrier.remedy("30006") is Remedy.USE_VOICE
    assert carrier.list_lag >= timedelta(minutes=1)
