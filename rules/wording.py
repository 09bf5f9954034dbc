"""What a clinic says in a message, from its templates and the facts of one day's visits."""

from collections.abc import Sequence
from datetime import datetime

from data_contracts.clinic import Clinic
from data_contracts.dialogue import Topic
from data_contracts.message import Channel, Purpose
from data_contracts.template import Values, with_overrides
from rules.templates import Rendered, moment_in_words, render, values_for


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
    times: Sequence[datetime],
    visit_type: str | None,
    topic: Topic | None = None,
    options: Sequence[datetime] = (),
    link: str = "",
) -> Rendered:
    """One message as the clinic says it, in the clinic's own zone; `times` are of one day.

    `topic`: of an answer. `options`: the times that it offers; of INSTEAD the visit it replaces.
    `link`: the patient's page.
    """
    about = f"{purpose}.{topic}" if topic else purpose.value
    template = with_overrides(clinic.templates)[f"{about}.{channel}.{language}"]
    values = _values(clinic, channel, language, times, visit_type, options, link)
    if topic is Topic.INSTEAD:
        (own,) = options
        said = moment_in_words(own.astimezone(clinic.zone), language)
        values = values.model_copy(update={"instead_of": said, "times": "", "picks": ""})
    return render(template, values)


def _values(
    clinic: Clinic,
    channel: Channel,
    language: str,
    times: Sequence[datetime],
    visit_type: str | None,
    options: Sequence[datetime],
    link: str,
) -> Values:
    place = clinic.address
    kind = next((kind for kind in clinic.visit_types if kind.name == visit_type), None)
    return values_for(
        channel,
        language,
        clinic_name=clinic.name,
        phone=clinic.phone,
        times=[one.astimezone(clinic.zone) for one in times],
        options=[one.astimezone(clinic.zone) for one in options],
        address=f"{place.street}, {place.city}, {place.state} {place.postal_code}",
        parking=place.parking,
        instructions=kind.instructions if kind else None,
        link=link,
    )
