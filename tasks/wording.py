"""A claimed message in its words, ready for a carrier."""

from datetime import datetime
from typing import TYPE_CHECKING

from data_contracts.clinic import Clinic
from data_contracts.message import Channel, Purpose
from data_contracts.outbox import Claimed
from data_contracts.template import Values, with_overrides
from rules.templates import Rendered, render, values_for

if TYPE_CHECKING:
    from connectors.messaging.base import Outgoing


def outgoing(clinic: Clinic, one: Claimed, sending_at: datetime) -> "Outgoing":
    """What the carrier gets: address, words and our opaque reference."""
    from connectors.messaging.base import Outgoing

    language = spoken_language(clinic, one.language)
    said = words(clinic, one.purpose, one.channel, language, one.starts_at, one.visit_type)
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


def spoken_language(clinic: Clinic, wanted: str) -> str:
    """The patient's language where the clinic speaks it, else the clinic's first."""
    return next(
        (language for language in clinic.languages if language == wanted), clinic.languages[0]
    )


def words(
    clinic: Clinic,
    purpose: Purpose,
    channel: Channel,
    language: str,
    starts_at: datetime,
    visit_type: str | None,
) -> Rendered:
    """One message as the clinic says it, in the clinic's own zone."""
    template = with_overrides(clinic.templates)[f"{purpose}.{channel}.{language}"]
    return render(template, _values(clinic, channel, language, starts_at, visit_type))


def _values(
    clinic: Clinic, channel: Channel, language: str, starts_at: datetime, visit_type: str | None
) -> Values:
    place = clinic.address
    kind = next((kind for kind in clinic.visit_types if kind.name == visit_type), None)
    return values_for(
        channel,
        language,
        clinic_name=clinic.name,
        phone=clinic.phone,
        starts_at=starts_at.astimezone(clinic.zone),
        address=f"{place.street}, {place.city}, {place.state} {place.postal_code}",
        parking=place.parking,
        instructions=kind.instructions if kind else None,
    )
