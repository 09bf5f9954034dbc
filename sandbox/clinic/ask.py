"""What a text from the clinic asks of the person who reads it."""

import re
from dataclasses import dataclass
from enum import StrEnum

_OPTION = re.compile(
    r"(?<![\w:/.-])\(?([1-9])(?:[).=](?![\d])|:(?!\d)|\s[-–=]\s|\s(?=(?:for|para|si)\b))", re.I
)
_ONE = re.compile(
    r"\b(?:reply|respond|text|send|responda|conteste|env[ií]e)\W+(?:with\s+)?1\b", re.I
)
_ASKED = re.compile(r"\b(?:or|o)?\s*(?:reply|respond|responda|call|llame)\b", re.I)
_TAKEN = re.compile(
    r"\b(?:taken|no longer (?:open|free|available)|already (?:gone|filled)"
    r"|ya no (?:est[aá]|queda)|ya (?:fue|se) (?:tomad|ocup)|ocupad[oa])",
    re.I,
)
_OPENED = re.compile(
    r"\b(?:opened|opening|earlier (?:time|visit)|waiting ?list|wait ?list"
    r"|se (?:abri[oó]|liber[oó])|lista de espera|antes de su cita)\b",
    re.I,
)
_INVITES = re.compile(
    r"\?|\b(?:reply|respond|text (?:us|back)|responda|conteste|env[ií]e)\b|\bC (?:to|para)\b", re.I
)
_BY_THE_WAY = re.compile(
    r"\b(?:to change|for another|para cambiar|para otra|otra hora)\b[^.]*"
    r"|[^.?!¿]*\?\s*(?:please )?(?:call|llame)\b[^.]*"
    r"|\b(?:reply|text|responda|env[ií]e)\W+(?:stop|help|alto|ayuda)\b",
    re.I,
)
_ANOTHER = re.compile(r"\b(?:for another|para otra|otra hora)\b", re.I)
_SPANISH = re.compile(
    r"\b(?:cita|responda|conteste|para|su|hora|gracias|lunes|martes|mi[eé]rcoles|jueves|viernes)\b",
    re.I,
)


class Kind(StrEnum):
    """What sort of text it is."""

    REMINDER = "reminder"
    OFFER = "offer"
    TAKEN = "taken"
    QUESTION = "question"
    NOTICE = "notice"


@dataclass(frozen=True)
class Ask:
    """A read text: its kind, the times it offers (by number or not), its language, and
    whether it says how to get `another` time.
    """

    kind: Kind
    options: tuple[str, ...] = ()
    spanish: bool = False
    numbered: bool = True
    another: bool = False


def read(text: str, about_a_visit: bool) -> Ask:
    """As a person would take it: numbered times first, then whether it wants an answer at all."""
    spanish = len(_SPANISH.findall(text)) >= 2
    options = _options(text)
    if options:
        return Ask(Kind.OFFER, options, spanish)
    another = _ANOTHER.search(text) is not None
    if _TAKEN.search(text):
        return Ask(Kind.TAKEN, (), spanish, another=another)
    if not _INVITES.search(_BY_THE_WAY.sub("", text)):
        return Ask(Kind.NOTICE, (), spanish, another=another)
    if _OPENED.search(text):
        return Ask(Kind.OFFER, (text,), spanish, numbered=False)
    return Ask(Kind.REMINDER if about_a_visit else Kind.QUESTION, (), spanish)


def _options(text: str) -> tuple[str, ...]:
    """The texts behind 1, 2, 3 ...; a lone 1 counts when it is to be replied."""
    starts: list[re.Match[str]] = []
    for found in _OPTION.finditer(text):
        if int(found[1]) == len(starts) + 1:
            starts.append(found)
    if len(starts) >= 2:
        ends = [one.start() for one in starts[1:]] + [len(text)]
        parts = (text[a.end() : b] for a, b in zip(starts, ends, strict=True))
        return tuple(_ASKED.split(part)[0].strip(" ,;.") for part in parts)
    return (text,) if _ONE.search(text) else ()
