"""What Twilio is told to say and ask during a call, or to answer to a text (TwiML)."""

from twilio.twiml.messaging_response import MessagingResponse
from twilio.twiml.voice_response import Gather, VoiceResponse

from data_contracts.spoken import Spoken

SPEECH = {"en": "en-US", "es": "es-US"}
"""Twilio's language codes for our languages."""

WAIT_SECONDS = 5
"""Twilio's own default for a key; long enough to find the keypad."""


def call_script(words: Spoken, language: str, answer_url: str, sorry: str | None = None) -> str:
    """Say the message and take one key to `answer_url`; into silence the choices once more, then
    the closing.

    `sorry`: what is said to a key without a meaning, in place of the message, once.
    """
    response = VoiceResponse()
    again = f"{answer_url}?language={language}"
    answer = again if sorry is None else f"{again}&again=1"
    response.append(_asking([sorry or words.message, words.choices], language, answer))
    if sorry is None:
        response.append(_asking([words.choices], language, answer))
    response.say(words.closing, language=SPEECH[language])
    return str(response)


def _asking(sentences: list[str], language: str, answer_url: str) -> Gather:
    gather = Gather(
        num_digits=1, action=answer_url, method="POST", timeout=WAIT_SECONDS, input="dtmf"
    )
    for sentence in sentences:
        gather.say(sentence, language=SPEECH[language])
    return gather


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
