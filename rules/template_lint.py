"""Whether a message may be sent at all: refused when the clinic file is read, not at send time."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from jinja2 import TemplateError, meta, nodes

from data_contracts.message import Channel, Purpose
from data_contracts.template import PARTS, Template, Values
from rules.consent_wording import COST, confirmation_lacks
from rules.private_words import private_words
from rules.segments import SINGLE_GSM7, SINGLE_UCS2, size_of
from rules.templates import ENVIRONMENT, Rendered, render

WORDS_PER_MINUTE = 150
KEY_WAIT_SECONDS = 5
"""How long a call waits for a key."""
CALL_MINUTES = 1.0
"""The most an automated health call may take (47 CFR 64.1200(a)(9)(iv))."""

_OPT_OUT: Mapping[Channel, re.Pattern[str]] = {
    Channel.SMS: re.compile(r"\bSTOP\b"),
    Channel.VOICE: re.compile(r"(?i)\b(?:press|oprima|marque)(?: el)? 9\b"),
    Channel.EMAIL: re.compile(r"(?i)\bunsubscribe\b"),
}
_OPT_OUT_WORDS = {
    Channel.SMS: "STOP to opt out",
    Channel.VOICE: "press 9 (oprima el 9)",
    Channel.EMAIL: "unsubscribe",
}
# Carriers take CANCEL, END and their like for a STOP, and YES for a START, before we hear of it.
_TAKEN_WORDS = re.compile(
    r"\b(?:CANCEL|END|YES|QUIT|REVOKE|OPTOUT|STOPALL|UNSUBSCRIBE|START)\b"
    r"|(?i:\b(?:reply|text|send|responda|envíe)(?:\s+with)?\s+[\"']?(?:cancel|end|yes|quit|start)\b)"
)
_SAFE_ON_A_MACHINE = frozenset({"clinic_name", "phone"})


class LintProblem(NamedTuple):
    """Where, what is wrong, and what to do; ready for a table."""

    where: str
    what: str
    do: str


def lint(template: Template, clinic_name: str, sample_values: Values) -> list[LintProblem]:
    """Everything that keeps a template from being sent; give the longest values that occur."""
    unusable = [*_wrong_parts(template), *_wrong_variables(template)]
    if unusable:
        return unusable
    try:
        said = render(template, sample_values)
    except (TemplateError, ValueError, TypeError) as error:
        what = f"cannot be filled in ({type(error).__name__})"
        return [LintProblem(template.key, what, "Use plain {{ variables }} and {% if %} alone.")]
    return [
        *_private(template),
        *_missing(template, clinic_name, render(_always(template), sample_values)),
        *_confirmation(template),
        *_carrier(template, said),
        *_voice(template, said),
    ]


def lint_words(where: str, text: str) -> list[LintProblem]:
    """The same for words of the clinic file that messages repeat: instructions, parking."""
    problems = [
        LintProblem(where, f'"{found.word}" gives away {found.kind}', "Say it without that.")
        for found in private_words(text)
    ]
    if "http://" in text.lower():
        problems.append(LintProblem(where, "a link is not encrypted", "Write https://."))
    return problems


def _wrong_parts(template: Template) -> Iterator[LintProblem]:
    for name in PARTS[template.channel]:
        if not template.parts.get(name, "").strip():
            yield LintProblem(template.key, f"{name} is empty or missing", f"Write {name}.")


def _wrong_variables(template: Template) -> Iterator[LintProblem]:
    known = set(Values.model_fields)
    for name, text in template.parts.items():
        where = f"{template.key}.{name}"
        try:
            used = meta.find_undeclared_variables(ENVIRONMENT.parse(text))
        except TemplateError as error:
            yield LintProblem(where, f"is not Jinja2 ({type(error).__name__})", "Mend the braces.")
            continue
        for variable in sorted(used - known):
            allowed = ", ".join(sorted(known))
            yield LintProblem(where, f"{variable} is not available", f"Use one of {allowed}.")
        if name == "voicemail" and used & known - _SAFE_ON_A_MACHINE:
            what = "a machine may be heard by others"
            yield LintProblem(where, what, "Use clinic_name and phone alone.")


def _private(template: Template) -> Iterator[LintProblem]:
    for name, text in template.parts.items():
        words = _own_words(text)
        if template.purpose is Purpose.OPT_IN:
            words = re.sub(COST, "", words, flags=re.IGNORECASE)
        yield from lint_words(f"{template.key}.{name}", words)


def _own_words(text: str) -> str:
    """What the template itself says: values such as the clinic's name are not its words."""
    tree = ENVIRONMENT.parse(text)
    data = (one.data for one in tree.find_all(nodes.TemplateData))
    quoted = (str(one.value) for one in tree.find_all(nodes.Const))
    return " | ".join([*data, *quoted])


def _always(template: Template) -> Template:
    """What it says whatever the values are: a condition may leave the rest out."""
    parts = {name: _unconditional(text) for name, text in template.parts.items()}
    return template.model_copy(update={"parts": parts})


def _unconditional(text: str) -> str:
    tree, said = ENVIRONMENT.parse(text), ""
    for one in tree.body:
        for part in one.nodes if isinstance(one, nodes.Output) else ():
            if isinstance(part, nodes.TemplateData):
                said += part.data
            elif isinstance(part, nodes.Name):
                said += f"{{{{ {part.name} }}}}"
    return said


def _missing(template: Template, clinic_name: str, said: Rendered) -> Iterator[LintProblem]:
    spoken = said.spoken
    heard = [said.body] if spoken is None else [spoken.message, spoken.voicemail]
    if not all(_plain(clinic_name) in _plain(text) for text in heard):
        do = "Name the clinic with {{ clinic_name }}."
        yield LintProblem(template.key, "the clinic's name is missing", do)
    asked = said.body if spoken is None else spoken.choices
    if not _OPT_OUT[template.channel].search(asked):
        do = f"Add: {_OPT_OUT_WORDS[template.channel]}."
        yield LintProblem(template.key, "the words to opt out are missing", do)


def _confirmation(template: Template) -> Iterator[LintProblem]:
    # The template's own words: a clinic's name may hold any of them.
    if template.purpose is Purpose.OPT_IN:
        for lacking in confirmation_lacks(_own_words(template.parts["body"])):
            name, _, do = lacking.partition(": ")
            yield LintProblem(template.key, f"{name} is missing", f"{do.capitalize()}.")


def _carrier(template: Template, said: Rendered) -> Iterator[LintProblem]:
    if template.channel is not Channel.SMS:
        return
    size = size_of(said.body)
    if not size.fits_one:
        limit = SINGLE_GSM7 if size.encoding == "GSM-7" else SINGLE_UCS2
        what = f"{size.units} of {limit} characters ({size.encoding}, {size.segments} segments)"
        yield LintProblem(template.key, what, "Shorten it; leave out emoji and rare letters.")
    if found := _TAKEN_WORDS.search(_own_words(template.parts["body"])):
        what = f"carriers take {found.group()} for an opt-out or an opt-in"
        yield LintProblem(template.key, what, "Ask for C, R and STOP.")


def _voice(template: Template, said: Rendered) -> Iterator[LintProblem]:
    if said.spoken is None:
        return
    # Who presses no key hears it all: the choices twice, and the waits for a key after each.
    heard = f"{said.body} {said.spoken.choices}"
    minutes = len(heard.split()) / WORDS_PER_MINUTE + 2 * KEY_WAIT_SECONDS / 60
    if minutes > CALL_MINUTES:
        yield LintProblem(template.key, f"the call takes {minutes:.1f} minutes", "Keep below one.")
    phone = re.compile(r"{{-?\s*phone\s*-?}}")
    for name in ("closing", "voicemail"):
        if not phone.search(template.parts[name]):
            where = f"{template.key}.{name}"
            yield LintProblem(where, "no number to opt out by", "Add {{ phone }}.")


def _plain(text: str) -> str:
    """Letters and digits alone: a name's quotes and accents may have been written plainly."""
    return "".join(c for c in text.lower() if c.isascii() and c.isalnum())
