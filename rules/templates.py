"""A message in words: from a template and the facts of one visit."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from html import escape

from jinja2 import StrictUndefined
from jinja2 import Template as CompiledTemplate
from jinja2.sandbox import ImmutableSandboxedEnvironment

from data_contracts.message import Channel
from data_contracts.spoken import Spoken
from data_contracts.template import Template, Values
from rules.day_words import (
    clock,
    listed,
    long_day,
    numbered,
    picked,
    short_day,
    shown_phone,
    spoken_clock,
)
from rules.segments import size_of, to_gsm7

ENVIRONMENT = ImmutableSandboxedEnvironment(
    undefined=StrictUndefined, autoescape=False, keep_trailing_newline=False
)


_ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message ready to go. `body` is the text of every channel; of a call, all that is spoken."""

    body: str = field(repr=False)
    subject: str | None = field(default=None, repr=False)
    html: str | None = field(default=None, repr=False)
    spoken: Spoken | None = field(default=None, repr=False)
    segments: int = 1


def values_for(
    channel: Channel,
    language: str,
    *,
    clinic_name: str,
    phone: str,
    times: Sequence[datetime],
    options: Sequence[datetime] = (),
    address: str = "",
    parking: str = "",
    instructions: Mapping[str, str] | None = None,
    link: str = "",
) -> Values:
    """The facts as one channel says them; `times`: of one day's visits, in order,
    in the clinic's own zone, as are `options`, the times that are offered."""
    is_text = channel is Channel.SMS
    tell_time = spoken_clock if channel is Channel.VOICE else clock
    return Values(
        clinic_name=clinic_name,
        phone=shown_phone(phone),
        day=(short_day if is_text else long_day)(times[0].date(), language),
        time=listed([tell_time(one, language) for one in times], language),
        times=numbered([moment_in_words(one, language) for one in options]),
        picks=picked(len(options), language),
        address=address,
        parking=parking,
        instructions=(instructions or {}).get(language, ""),
        link=link,
    )


def moment_in_words(at: datetime, language: str) -> str:
    """Day and hour, short enough for a text."""
    return f"{short_day(at.date(), language)} {clock(at, language)}"


def render(template: Template, values: Values) -> Rendered:
    """The message. Raises jinja2.TemplateError for what `rules.template_lint` refuses."""
    said = {name: fill(text, values) for name, text in template.parts.items()}
    if template.channel is Channel.SMS:
        body = to_gsm7(said["body"])
        return Rendered(body, segments=size_of(body).segments)
    if template.channel is Channel.EMAIL:
        # A line break in a subject would end the header.
        subject = " ".join(said["subject"].split())
        return Rendered(said["body"], subject, _html(said["body"], template.language))
    spoken = Spoken(**said)
    return Rendered(f"{spoken.message} {spoken.choices} {spoken.closing}", spoken=spoken)


def fill(text: str, values: Values) -> str:
    """One part with its variables filled in; an unknown variable raises UndefinedError."""
    return _compiled(text).render(values.model_dump()).strip()


@lru_cache(maxsize=512)
def _compiled(text: str) -> CompiledTemplate:
    return ENVIRONMENT.from_string(text)


def _html(text: str, language: str) -> str:
    """The plain text as paragraphs, so that both versions always say the same."""
    blocks = (_clickable(escape(block.strip())) for block in text.split("\n\n") if block.strip())
    paragraphs = "".join(f"<p>{block.replace(chr(10), '<br>')}</p>" for block in blocks)
    return f'<!doctype html><html lang="{language}"><body>{paragraphs}</body></html>'


def _clickable(words: str) -> str:
    """Addresses as links: not every mail program makes them so."""
    return _ADDRESS.sub(r'<a href="\g<0>">\g<0></a>', words)
