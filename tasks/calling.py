"""What a call that is under way says next: its words in another language, or a short voicemail."""

import logging
from typing import Any

from sqlalchemy import select

from data_contracts.message import Channel, Purpose
from data_contracts.spoken import Spoken
from ledger.naming import names_of
from ledger.schema import messages, patients, visits
from rules.wording import spoken_language, words
from tasks.room import Room

log = logging.getLogger(__name__)


def retell(here: Room, message_id: str, language: str) -> str | None:
    """TwiML of a call's words in a language; None where the clinic does not speak it."""
    from connectors.messaging.twilio_script import call_script
    from tasks.wiring import callback

    row, answer = _about(here, message_id), callback(here.clinic)
    if row is None or answer is None or language not in here.clinic.languages:
        return None
    spoken = _spoken(here, row, language)
    return call_script(spoken, language, f"{answer}/gather/{message_id}") if spoken else None


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
