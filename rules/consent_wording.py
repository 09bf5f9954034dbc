"""What the words by which people agree must hold (C1: CTIA, Messaging Principles; 10DLC)."""

import re
from collections.abc import Iterable

_FREE = (
    r"not (?:a )?(?:condition|required)|(?:do not|don.t) (?:have|need) to (?:agree|consent)"
    r"|no es (?:una )?condici|no (?:tengo|tiene|es obligatorio)"
)
COST = r"(?:message|msg)s? ?(?:and|&) ?data rates may apply|tarifas"
"""How carriers want it said that a text may cost its reader something; no bill of ours."""
_Element = tuple[str, str]
"""A pattern, and what is lacking where nothing matches it."""
_PROGRAM: tuple[_Element, ...] = (
    (
        r"visit|appointment|reminder|cita|consulta|recordatorio",
        "the purpose: say what the messages are about, such as your visits",
    ),
    (
        r"\d+\D{0,30}(?:day|week|month|d[ií]a|semana|mes)|frequency varies|frecuencia var",
        "the frequency: say how many come in a week",
    ),
    (
        COST,
        'the cost: write "message and data rates may apply"',
    ),
    (r"(?-i:\bSTOP\b)", "the way out: write that STOP ends them"),
    (r"(?-i:\b(?:HELP|AYUDA)\b)", "help: write that HELP gets help"),
)
"""What the confirmation of an opt-in says as well (C3)."""
_ELEMENTS = (
    *_PROGRAM,
    (r"https://\S+", "the privacy policy: add its https:// address"),
    (
        _FREE,
        "that care does not depend on it",
    ),
)
_TICKED = re.compile(r"\[\s*[xX✓✔]\s*\]|[☑☒✅]")


def lacks(words: str, clinic_name: str) -> list[str]:
    """What a wording lacks, each with what to do; empty for a complete one."""
    found = _without(words, _ELEMENTS)
    if clinic_name.casefold() not in words.casefold():
        found.insert(0, "the brand: write the clinic's name as in its file")
    if _TICKED.search(words):
        found.append("an empty box: a box that is ticked before is no consent")
    return found


def confirmation_lacks(words: str) -> list[str]:
    """What a text that confirms an opt-in lacks, each with what to do (C3)."""
    return _without(words, _PROGRAM)


def _without(words: str, elements: Iterable[_Element]) -> list[str]:
    return [
        element
        for pattern, element in elements
        if not re.search(pattern, words, re.IGNORECASE | re.UNICODE)
    ]


_SHARED = re.compile(
    r"(?:mobile|phone|text|sms|opt.in)[^.]{0,160}\b(?:not|never)\b[^.]{0,60}"
    r"(?:shared?|sold|sell|disclosed?)[^.]{0,120}(?:marketing|promotional)"
    r"|(?:not|never) (?:be )?(?:share|sell|disclose|shared|sold|disclosed)[^.]{0,120}"
    r"(?:mobile|phone|text|sms)[^.]{0,160}(?:marketing|promotional)",
    re.IGNORECASE,
)


def says_mobile_data_is_not_shared(page: str) -> bool:
    """Whether a privacy policy says that mobile data is not shared for marketing (C2)."""
    text = re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL | re.IGNORECASE)
    return _SHARED.search(" ".join(text.split())) is not None
