"""What a call that is under way says next: its words in another language, or a short voicemail."""

import logging
from datetime import datetime
from typing import Any

from sqlalchemy import select

from data_contracts.message import Channel, Purpose
from data_contracts.spoken import KeyAnswer, Spoken
from ledger.concern import concern_of
from ledger.naming import names_of
from ledger.schema import messages, patients, visits
from rules.acts import Doing, act_on
from rules.pressed_key import reading_of_key
from rules.wording import spoken_language, words
from tasks.acting import abilities
from tasks.room import Room
from tasks.saying import can_say

log = logging.getLogger(__name__)


def retell(here: Room, message_id: str, language: str, sorry: str | None = None) -> str | None:
    """TwiML of a call's words in a language; None where the clinic does not speak it.

    `sorry`: said in place of the message, to who pressed a key that means nothing.
    """
    from connectors.messaging.twilio_script import call_script
    from tasks.wiring import callback

    row, answer = _about(here, message_id), callback(here.clinic)
    if row is None or answer is None or language not in here.clinic.languages:
        return None
    spoken = _spoken(here, row, language)
    if spoken is None:
        return None
    return call_script(spoken, language, f"{answer}/gather/{message_id}", sorry)


def after_key(here: Room, message_id: str, digits: str, now: datetime) -> KeyAnswer:
    """What a call may promise after 1 or 2: what the inbox will do about it, by the same rules.

    A text follows only where texts may go; else a person calls, and has a line to do so.
    """
    with here.ledger.read() as con:
        about = concern_of(con, None, message_id, now)
        found = act_on(reading_of_key(digits), about, abilities(here.clinic), now)
        if found.doing is Doing.CONFIRM:
            return KeyAnswer.CONFIRMED
        follows = found.doing in (Doing.FIND_TIMES, Doing.BOOK_AGAIN)
        may = follows and can_say(here, con, about.patient_id or "", now)
    return KeyAnswer.WILL_TEXT if may else KeyAnswer.WILL_CALL


def leave_voicemail(here: Room, call_id: str, message_id: str) -> None:
    """After the beep: the clinic's name and number, nothing of the visit.

    A carrier that refuses is logged by its code alone: the call itself was made.
    """
    from connectors.errors import ConnectorError
    from connectors.messaging.twilio_voice import TwilioVoice
    from tasks.wiring import carriers

    row = _about(here, message_id)
    carrier = carriers(here.clinic, here.settings).get(Channel.VOICE)
    if row is None or not isinstance(carrier, TwilioVoice):
        return
    language = spoken_language(here.clinic, row.language)
    spoken = _spoken(here, row, language)
    if spoken is None:
        return
    try:
        carrier.leave_voicemail(call_id, spoken.voicemail, language)
    except ConnectorError as error:
        log.warning("clinic %s: no voicemail left (%s)", here.clinic.slug, error.code)


def _about(here: Room, message_id: str) -> Any:
    query = (
        select(
            messages.c.message_id,
            messages.c.purpose,
            visits.c.starts_at,
            visits.c.visit_type,
            patients.c.language,
        )
        .select_from(messages)
        .join(visits, visits.c.visit_id == messages.c.visit_id)
        .join(patients, patients.c.patient_id == messages.c.patient_id)
        .where(messages.c.message_id == message_id)
    )
    with here.ledger.read() as con:
        return con.execute(query).first()


def _spoken(here: Room, row: Any, language: str) -> Spoken | None:
    purpose = Purpose(row.purpose)
    with here.ledger.read() as con:
        told = names_of(con, [row.message_id]).get(row.message_id, {})
    times = sorted(told.values()) or [row.starts_at]
    return words(here.clinic, purpose, Channel.VOICE, language, times, row.visit_type).spoken
