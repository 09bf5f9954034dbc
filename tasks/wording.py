"""A claimed message in its words, ready for a carrier."""

from datetime import datetime
from typing import TYPE_CHECKING

from data_contracts.clinic import Clinic
from data_contracts.dialogue import Topic
from data_contracts.message import Channel, Purpose
from data_contracts.outbox import Claimed
from rules.templates import Rendered
from rules.wording import spoken_language, words

if TYPE_CHECKING:
    from connectors.messaging.base import Outgoing

_Times = tuple[datetime, ...]
_Said = tuple[Purpose, Channel, str, _Times, str | None, Topic | None, _Times]


def link_address(clinic: Clinic, token: str) -> str:
    """Where the receiver serves the page of a token."""
    return f"{str(clinic.channels.public_url).rstrip('/')}/visit/{clinic.slug}/{token}"


class Wording:
    """A clinic's words for one run: who comes at one time for one kind of visit hears the same."""

    def __init__(self, clinic: Clinic) -> None:
        self._clinic = clinic
        self._said: dict[_Said, Rendered] = {}

    def outgoing(self, one: Claimed, sending_at: datetime) -> "Outgoing":
        """What the carrier gets: address, words and our opaque reference."""
        from connectors.messaging.base import Outgoing

        language = spoken_language(self._clinic, one.language)
        # An offer of a slot tells of that slot; the visit behind it stays what it is.
        is_offer = one.purpose is Purpose.OFFER
        times = one.options if is_offer else tuple(sorted((one.starts_at, *(one.also_at or ()))))
        about = one.purpose, one.channel, language, times, one.visit_type
        options = (one.starts_at,) if one.topic is Topic.INSTEAD else one.options
        key = *about, one.topic, options
        if one.link is not None:  # nobody else hears the same
            said = words(self._clinic, *key, link=link_address(self._clinic, one.link))
        elif (known := self._said.get(key)) is not None:
            said = known
        else:
            said = self._said[key] = words(self._clinic, *key)
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
