"""Twilio's error codes and HTTP statuses, and what each means for us.

Codes and causes: Twilio's error and warning dictionary, https://www.twilio.com/docs/api/errors.
Codes not in the table fall back on the HTTP status, or on GIVE_UP where a receipt brings them.
"""

from typing import NamedTuple

from connectors.errors import (
    ConnectorError,
    ContractBroken,
    RateLimited,
    Rejected,
    Unauthorized,
    Unavailable,
    Unconfirmed,
)
from data_contracts.remedy import Remedy

VENDOR = "twilio"


class Meaning(NamedTuple):
    """A code's error when it refuses a request, what to do, and the words for a person."""

    error: type[ConnectorError]
    remedy: Remedy
    words: str


_KEY = "refuses our key. Check the account and token secrets."
_NUMBER = "says this is no number it can reach. Correct it in the practice system."
_SENDER = "refuses the sender. Check the sender number in the clinic file and its registration."
_ACCOUNT = "account is suspended or empty. Look at Twilio's console."

CODES: dict[int, Meaning] = {
    10001: Meaning(Unauthorized, Remedy.CALL_PERSON, _ACCOUNT),
    20003: Meaning(Unauthorized, Remedy.CALL_PERSON, _KEY),
    20005: Meaning(Unauthorized, Remedy.CALL_PERSON, _ACCOUNT),
    20404: Meaning(ContractBroken, Remedy.CALL_PERSON, "does not know this path. Check base_url."),
    20429: Meaning(RateLimited, Remedy.WAIT, "too many requests. Wait, then try again."),
    20500: Meaning(Unconfirmed, Remedy.RETRY_ONCE, "failed inside. Look before sending again."),
    21205: Meaning(ContractBroken, Remedy.CALL_PERSON, "refuses public_url. Correct it."),
    21210: Meaning(Unauthorized, Remedy.CALL_PERSON, _SENDER),
    21211: Meaning(Rejected, Remedy.BAD_NUMBER, _NUMBER),
    21212: Meaning(Unauthorized, Remedy.CALL_PERSON, _SENDER),
    21214: Meaning(Rejected, Remedy.BAD_NUMBER, _NUMBER),
    21215: Meaning(Unauthorized, Remedy.CALL_PERSON, "may not call this region. Allow it."),
    21217: Meaning(Rejected, Remedy.BAD_NUMBER, _NUMBER),
    21408: Meaning(Unauthorized, Remedy.CALL_PERSON, "may not text this region. Allow it."),
    21601: Meaning(Unauthorized, Remedy.CALL_PERSON, _SENDER),
    21602: Meaning(Rejected, Remedy.GIVE_UP, "refuses an empty message. Check the template."),
    21603: Meaning(Unauthorized, Remedy.CALL_PERSON, _SENDER),
    21604: Meaning(Rejected, Remedy.BAD_NUMBER, _NUMBER),
    21606: Meaning(Unauthorized, Remedy.CALL_PERSON, _SENDER),
    21608: Meaning(Unauthorized, Remedy.CALL_PERSON, "is a trial account. Upgrade it."),
    21609: Meaning(ContractBroken, Remedy.CALL_PERSON, "refuses public_url. Correct it."),
    21610: Meaning(Rejected, Remedy.OPT_OUT, "holds an opt-out of this number. Do not text it."),
    21611: Meaning(Unavailable, Remedy.WAIT, "queue of the sender is full. Wait."),
    21612: Meaning(Rejected, Remedy.BAD_NUMBER, "has no route to this number."),
    21614: Meaning(Rejected, Remedy.BAD_NUMBER, _NUMBER),
    21617: Meaning(Rejected, Remedy.REVIEW_CONTENT, "says it is too long. Shorten the template."),
    21635: Meaning(Rejected, Remedy.USE_VOICE, "says this is a landline. Call instead."),
    21659: Meaning(Unauthorized, Remedy.CALL_PERSON, _SENDER),
    30001: Meaning(Unavailable, Remedy.RETRY_LATER, "queue overflowed. Try again later."),
    30002: Meaning(Unauthorized, Remedy.CALL_PERSON, _ACCOUNT),
    30003: Meaning(Unavailable, Remedy.RETRY_LATER, "could not reach the handset. Try later."),
    30004: Meaning(Rejected, Remedy.GIVE_UP, "says the recipient blocks messages."),
    30005: Meaning(Rejected, Remedy.BAD_NUMBER, "says the number does not exist."),
    30006: Meaning(Rejected, Remedy.USE_VOICE, "says this is a landline. Call instead."),
    30007: Meaning(Rejected, Remedy.REVIEW_CONTENT, "was filtered as spam. Review the template."),
    30008: Meaning(Rejected, Remedy.RETRY_ONCE, "does not know why. One more attempt, later."),
    30034: Meaning(Unauthorized, Remedy.CALL_PERSON, "sender is not registered (10DLC)."),
    30036: Meaning(Rejected, Remedy.RETRY_LATER, "message outlived its time in the queue."),
}

CALL_WORDS = {"busy": Remedy.RETRY_LATER, "no-answer": Remedy.RETRY_LATER}
"""How a call ends that reached nobody; such a receipt has no code (Twilio's call statuses)."""


def meaning_of(code: str | int | None) -> Meaning | None:
    """The table's row for a code, None for a code (or word) that it does not know."""
    text = str(code or "")
    return CODES.get(int(text)) if text.isascii() and text.isdigit() else None


def remedy_of(said: str | None) -> Remedy:
    """What to do about a code, or about the word that ended a call."""
    meaning = meaning_of(said)
    return meaning.remedy if meaning else CALL_WORDS.get(said or "", Remedy.GIVE_UP)


def refusal(status: int, code: int | str | None, *, is_safe: bool) -> ConnectorError:
    """The error for a reply that is not 2xx; `is_safe`: the request changes nothing (GET)."""
    name = str(code or status)
    if status >= 500:
        return no_answer(name, is_safe=is_safe)
    if status == 401:
        return Unauthorized(VENDOR, _KEY, code=name)
    if status < 400:
        return ContractBroken(VENDOR, "answers with a redirect. Check base_url.", code=name)
    if meaning := meaning_of(code):
        return meaning.error(VENDOR, meaning.words, code=name)
    if status == 429:
        return RateLimited(VENDOR, code=name)
    if status == 403:
        return Unauthorized(VENDOR, _KEY, code=name)
    if status == 408:
        return no_answer(name, is_safe=is_safe)
    if status in (404, 405):
        return ContractBroken(VENDOR, "is not at this address. Check base_url.", code=name)
    return Rejected(VENDOR, "refuses the message. Look the code up; do not repeat.", code=name)


def no_answer(code: str, *, is_safe: bool) -> ConnectorError:
    """The error when nothing readable came back: reading again is free, sending again is not."""
    if is_safe:
        return Unavailable(VENDOR, "does not answer. Trying again is safe.", code=code)
    return Unconfirmed(VENDOR, "gave no usable answer. Look before sending again.", code=code)
