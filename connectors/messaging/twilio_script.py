"""What Twilio is told to say and ask during a call, or to answer to a text (TwiML)."""

from twilio.twiml.messaging_response import MessagingResponse
from twilio.twiml.voice_response import Gather, VoiceResponse

from data_contracts.spoken import Spoken

SPEECH = {"en": "en-US", "es": "es-US"}
"""Twilio's language codes for our languages."""

WAIT_SECONDS = 5
"""Twilio's own default for a key; long enough to find the keypad."""


def call_script(words: Spoken, language: str, answer_url: str) -> str:
    """Say the message, take one key to `answer_url`; silence falls through to the closing."""
    response = VoiceResponse()
    gather = Gather(
        num_digits=1, action=answer_url, method="POST", timeout=WAIT_SECONDS, input="dtmf"
    )
    gather.say(words.message, language=SPEECH[language])
    gather.say(words.choices, language=SPEECH[language])
    response.append(gather)
    response.say(words.closing, language=SPEECH[language])
    return str(response)


def saying(sentence: str, language: str) -> str:
    """Say one sentence and hang up."""
    response = VoiceResponse()
    response.say(sentence, language=SPEECH[language])
    response.hangup()
    return str(response)


def texting(sentence: str | None) -> str:
    """Answer a text with one sentence, or with nothing."""
    response = MessagingResponse()
    if sentence:
        response.message(sentence)
    return str(response)
