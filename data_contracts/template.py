"""Message templates: what is shipped, and what a clinic file overrides."""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field

from data_contracts.dialogue import Topic
from data_contracts.message import Channel, Purpose

LANGUAGES = ("en", "es")

PARTS: Mapping[Channel, tuple[str, ...]] = {
    Channel.SMS: ("body",),
    Channel.EMAIL: ("subject", "body"),
    Channel.VOICE: ("message", "choices", "closing", "voicemail"),
}


class Template(BaseModel):
    """The parts of one message in one language, as Jinja2 text with the variables of `Values`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    purpose: Purpose
    topic: Topic | None = None
    channel: Channel
    language: str
    parts: dict[str, str] = Field(min_length=1)

    @property
    def key(self) -> str:
        """How files and errors name it: `reminder.sms.en`, `answer.moved.sms.en`."""
        about = f"{self.purpose}.{self.topic}" if self.topic else self.purpose.value
        return f"{about}.{self.channel}.{self.language}"


class Values(BaseModel):
    """Everything a template may say. No patient's name, no visit type, nothing clinical."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    clinic_name: str
    phone: str
    day: str
    time: str
    instead_of: str = Field("", description="the visit that an offered time would replace")
    times: str = Field("", description="what is offered, each with its number")
    picks: str = Field("", description="the numbers to choose from: 1, 2 or 3")
    address: str = ""
    parking: str = ""
    instructions: str = Field("", description="by visit type, from the clinic file")
    link: str = Field("", description="the page to confirm, change or cancel; empty without one")


@cache
def shipped() -> Mapping[str, Template]:
    """Every shipped template by key."""
    found: dict[str, Template] = {}
    folder = resources.files("data_contracts") / "templates"
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        purpose, language, ending = file.name.split(".")
        if ending != "yaml":
            continue
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        topics = _by_topic(content)
        for topic, channels in topics.items():
            for channel, parts in channels.items():
                one = Template(
                    purpose=Purpose(purpose),
                    topic=topic,
                    channel=Channel(channel),
                    language=language,
                    parts=parts,
                )
                found[one.key] = one
    return found


def _by_topic(content: dict[str, Any]) -> dict[str | None, Any]:
    """Words by topic; what stands beside the topics, channel by channel, has none."""
    found: dict[str | None, Any] = {}
    for key, part in content.items():
        if key in list(Topic):
            found[key] = part
        else:
            found.setdefault(None, {})[key] = part
    return found


def override_keys() -> tuple[str, ...]:
    """What a clinic file may override: `reminder.sms.en`, `reminder.email.en.subject` and so on."""
    return tuple(
        f"{one.key}.{part}" if len(one.parts) > 1 else one.key
        for one in shipped().values()
        for part in one.parts
    )


def with_overrides(overrides: Mapping[str, str]) -> Mapping[str, Template]:
    """The shipped templates with a clinic's own words. KeyError names an unknown key."""
    found = dict(shipped())
    for key, words in overrides.items():
        if key not in override_keys():
            raise KeyError(key)
        base, part = (key, "body") if key in found else tuple(key.rsplit(".", 1))
        parts = {**found[base].parts, part: words}
        found[base] = found[base].model_copy(update={"parts": parts})
    return found
