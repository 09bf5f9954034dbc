"""A claimed message in its words, ready for a carrier."""

from datetime import datetime
from typing import TYPE_CHECKING

from data_contracts.clinic import Clinic
from data_contracts.outbox import Claimed
from rules.wording import spoken_language, words

if TYPE_CHECKING:
    from connectors.messaging.base import Outgoing


def outgoing(clinic: Clinic, one: Claimed, sending_at: datetime) -> "Outgoing":
    """What the carrier gets: address, words and our opaque reference."""
    from connectors.messaging.base import Outgoing

    language = spoken_language(clinic, one.language)
    times = sorted((one.starts_at, *(one.also_at or ())))
    said = words(clinic, one.purpose, one.channel, language, times, one.visit_type)
    return Outgoing(
        message_id=one.message_id,
        to=one.address,
        body=said.body,
        language=language,
        sending_at=sending_at,
        subject=said.subject,
        html=said.html,
        spoken=said.spoken,
    )
