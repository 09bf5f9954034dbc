"""What a short text narrows a row's figure to: a place, a kind of therapy, a network, a part of it.

Only a text that is made of nothing but such words counts, so that no sentence about something else
that holds one of them takes a figure away.
"""

import re

from data_contracts.benefit import Benefit

_WORD = re.compile(r"[A-Z]+(?:-[A-Z]+)*")
_FILLING = frozenset(
    {
        *("A", "ALL", "AMOUNT", "AMOUNTS", "AND", "AT", "BASED", "BENEFIT", "BENEFITS"),
        *("CALENDAR", "CARE", "CENTER", "DEPARTMENT"),
        *("COINSURANCE", "COPAY", "DEDUCTIBLE", "FAMILY", "FAR", "FOR", "HEALTH", "IN"),
        *("INDIVIDUAL", "IS", "LIMIT", "MAXIMUM", "NUMBER", "OCCUPATIONAL", "OF", "ONLY", "OR"),
        *("OUT-OF-POCKET", "PHYSICAL", "PLACE", "PLAN", "PROVIDER", "PROVIDERS", "PT", "SERVICE"),
        *("SERVICES", "SETTING", "SO", "SPEECH", "THE", "THERAPIES", "THERAPY", "TO", "TOTAL"),
        *("VISIT", "VISITS", "YEAR"),
    }
)
_AT_OFFICE = frozenset({"CLINIC", "FREE-STANDING", "FREESTANDING", "OFFICE", "OUTPATIENT"})
_IN_HOSPITAL = frozenset({"HOSPITAL"})
_STAY = frozenset({"INPATIENT", "IN-PATIENT", "HOME", "SKILLED", "NURSING", "ADMISSION"})
_REHABILITATION = frozenset({"REHAB", "REHABILITATION", "REHABILITATIVE", "FACILITY"})
_HABILITATION = frozenset({"HABILITATION", "HABILITATIVE"})
_BY_VIDEO = frozenset(
    {"ONLINE", "TELEHEALTH", "TELEMEDICINE", "TELEREHAB", "VIDEO", "VIRTUAL", "VIRTUALLY"}
)
_SOME = frozenset(
    {
        *("ABA", "ACUPUNCTURE", "AQUATIC", "ASD", "AUTISM", "CARDIAC", "CHIROPRACTIC", "DELAY"),
        *("DELAYS", "DEVELOPMENTAL", "DISORDER", "DISORDERS", "LYMPHEDEMA", "MAINTENANCE"),
        *("MASSAGE", "PULMONARY", "SPECTRUM"),
    }
)
_FIRST = frozenset({"EVAL", "EVALUATION", "EVALUATIONS", "INITIAL"})
_OTHERS = frozenset(
    {
        *("ACUPUNCTURE", "CARDIAC", "CHIROPRACTIC", "MASSAGE", "OCCUPATIONAL", "PULMONARY"),
        *("OT", "SPEECH", "ST"),
    }
)
_OURS = frozenset({"PHYSICAL", "PT"})
_PART = frozenset(
    {
        *("ACCUMULATED", "APPLIED", "DATE", "LEFT", "MET", "PAID", "REMAINING", "SATISFIED"),
        "USED",
    }
)
_WHOLE = frozenset({"BEEN", "FAMILY", "HAS", "NOT"})
_KNOWN = (
    _FILLING
    | _BY_VIDEO
    | _SOME
    | _OTHERS
    | _FIRST
    | _AT_OFFICE
    | _IN_HOSPITAL
    | _STAY
    | _REHABILITATION
    | _HABILITATION
    | _PART
    | _WHOLE
)
_SUMS = frozenset({None, "21", "22", "23", "25", "26", "32"})
_OUT = re.compile(
    r"\W*(?:FOR\W+)?(?:OUT[- ]?(?:OF[- ])?NETWORK|NON[- ]?(?:PARTICIPATING|PAR|NETWORK)|OON)"
    r"(?:\W+(?:PROVIDERS?|BENEFITS?|SERVICES?|ONLY|DEDUCTIBLE|COPAY|LIMIT|CARE))*\W*"
)
_IN = re.compile(
    r"\W*(?:FOR\W+)?(?:IN[- ]?NETWORK|PARTICIPATING|PAR|INN)"
    r"(?:\W+(?:PROVIDERS?|BENEFITS?|SERVICES?|ONLY|DEDUCTIBLE|COPAY|LIMIT|CARE))*\W*"
)


FIRST_VISIT = "for an evaluation only"
"""A doubt that takes no row away from others: the first visit is a visit, too."""
_SHORT = 60
"""A longer text is a sentence."""


def doubt_in_words(row: Benefit) -> str | None:
    """Why a row's text says that its figure is not the one of a visit to a clinic; None if not."""
    for message in row.messages:
        if len(message) > _SHORT:
            continue
        words = _known_words(message.upper())
        if not words:
            continue
        if words & _PART and not words & _WHOLE and row.period in _SUMS and not row.allowances:
            return "with a text that it is used or left"
        if _is_elsewhere(words):
            return "for another place of service only"
        if words & (_SOME - _OTHERS) or (words & _OTHERS and not words & _OURS):
            return "for some kinds of therapy only"
        if words & _FIRST:
            return FIRST_VISIT
        if words & _HABILITATION and not words & _REHABILITATION:
            return "for habilitative services only"
    return None


def _known_words(text: str) -> frozenset[str]:
    """A text's words; none where one of them is another than those."""
    found = set()
    for one in _WORD.finditer(text):
        if one[0] not in _KNOWN:
            return frozenset()
        found.add(one[0])
    return frozenset(found)


def _is_elsewhere(words: frozenset[str]) -> bool:
    if words & _BY_VIDEO:
        return not words & _AT_OFFICE
    if words & _STAY:
        return not words & _AT_OFFICE
    return bool(words & _IN_HOSPITAL) and not words & (_AT_OFFICE - {"OUTPATIENT"})


def network_of_row(messages: tuple[str, ...], text: str) -> str | None:
    """EB12 as a row's own text says it of its figure; None where it does not, or says both.

    `text`: all of them in capitals.
    """
    if not ("NETWORK" in text or "PAR" in text or "OON" in text or "INN" in text):
        return None
    found = set()
    for text in map(str.upper, messages):
        if _OUT.fullmatch(text):
            found.add("N")
        elif _IN.fullmatch(text):
            found.add("Y")
    return found.pop() if len(found) == 1 else None
