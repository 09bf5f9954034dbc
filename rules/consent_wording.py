"""What the words by which people agree must hold (C1: CTIA, Messaging Principles; 10DLC)."""

import re

_FREE = (
    r"not (?:a )?(?:condition|required)|(?:do not|don.t) (?:have|need) to (?:agree|consent)"
    r"|no es (?:una )?condici|no (?:tengo|tiene|es obligatorio)"
)
_ELEMENTS: tuple[tuple[str, str], ...] = (
    (
        r"visit|appointment|reminder|cita|consulta|recordatorio",
        "the purpose: say what the messages are about, such as your visits",
    ),
    (
        r"\d+\D{0,30}(?:day|week|month|d[ií]a|semana|mes)|frequency varies|frecuencia var",
        "the frequency: say how many come in a week",
    ),
    (
        r"(?:message|msg)s? ?(?:and|&) ?data rates may apply|tarifas",
        'the cost: write "message and data rates may apply"',
    ),
    (r"(?-i:\bSTOP\b)", "the way out: write that STOP ends them"),
    (r"(?-i:\b(?:HELP|AYUDA)\b)", "help: write that HELP gets help"),
    (r"https://\S+", "the privacy policy: add its https:// address"),
    (
        _FREE,
        "that care does not depend on it",
    ),
)
_TICKED = re.compile(r"\[\s*[xX✓✔]\s*\]|[☑☒✅]")


def lacks(words: str, clinic_name: str) -> list[str]:
    """What a wording lacks, each with what to do; empty for a complete one."""
    found = [
        element
        for pattern, element in _ELEMENTS
        if not re.search(pattern, words, re.IGNORECASE | re.UNICODE)
    ]
    if clinic_name.casefold() not in words.casefold():
        found.insert(0, "the brand: write the clinic's name as in its file")
    if _TICKED.search(words):
        found.append("an empty box: a box that is ticked before is no consent")
    return found


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
