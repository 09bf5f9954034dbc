"""What the receiver says back to a text, over a real socket and signed."""

import httpx
import pytest
from twilio.request_validator import RequestValidator

from tests.portal.listening import TOKEN, receiving

FORM = {"MessageSid": "SM1", "From": "+13035550101", "To": "+13035550100", "Body": "HELP"}


@pytest.mark.parametrize(
    ("words", "answer"),
    [("Northside: call & ask", "<Message>Northside: call &amp; ask</Message>"), (None, None)],
)
def test_an_answer_is_one_message_and_silence_is_none(words, answer):
    with receiving(record=lambda event: words) as receiver:
        url = f"{receiver.callback_url}/sms"
        signature = RequestValidator(TOKEN).compute_signature(url, FORM)
        said = httpx.post(
            url, data=FORM, headers={"X-Twilio-Signature": signature}, trust_env=False
        )
    assert said.status_code == 200
    assert ("<Message>" in said.text) is (answer is not None)
    assert answer is None or answer in said.text
