"""What payers say in free text of leave that must be asked for, where a code (EB11) was wanted.

A pattern only ever makes `not required` or silence into `possibly`.
"""

import re

_AUTHORIZATION = re.compile(
    r"PRE-?\s?CERT|PRIOR[\s-]*AUTH|PRE-?\s?AUTH|REFERRAL"
    r"|AUTH(?:ORI[SZ]ATION)?S?\s+(?:(?:IS|ARE|MAY|WILL|NOT|BE)\s+){0,3}(?:REQ|NEED|MUST)"
    r"|\b(?:REQUIR\w*|NEEDS?|SUBJECT TO|OBTAIN\w*)\s+(?:AN?\s+)?AUTH"
    r"|\b(?:CALL|CONTACT)\b.{0,40}\bFOR\s+(?:AN?\s+)?AUTH|\bPA\s+(?:IS\s+)?REQ"
    r"|MUST BE (?:PRE-?\s?)?(?:AUTHORI|APPROV|CERTIF)"
    r"|UTILI[SZ]ATION (?:REVIEW|MANAGEMENT)|PRIOR APPROVAL|PRE-?\s?APPROV"
    r"|NOTIFICATION\b.{0,30}\b(?:REQ|NEED)"
    r"|(?:MEDICAL|NECESSITY|CLINICAL|PRE-?\s?SERVICE|\bUM) (?:REVIEW|SUBMISSION)"
    r"|\bREVIEW (?:(?:IS|MAY|BE)\s+){0,2}REQ|VISITS? (?:REQUIRE|NEED)S? (?:\w+ )?REVIEW"
)
_STEMS = ("AUTH", "CERT", "REFERRAL", "REVIEW", "APPROV", "NOTIFI", "UTILI", "PA ", "CLINICAL S")
"""One of them is in every text of a pattern, and in few others."""
_LEAVE = r"(?:PRE-?\s?CERT|(?:PRIOR|PRE)?[\s-]?AUTH|REFERRAL|PRIOR APPROVAL|NOTIFICATION|REVIEW)"
_FREE = r"(?:(?!WITHOUT|UNLESS|IF\b|UNTIL)\w+[\s/-]+){0,3}"
_NO_AUTHORIZATION = re.compile(
    rf"\b(?:NO|NEVER|NOT\s+(?:REQUIR|NEED)\w*|NOT SUBJECT TO)\s+{_FREE}{_LEAVE}"
    rf"|{_LEAVE}\w*[:\s]+(?:(?:IS|ARE|MAY|WAS|REQUIREMENT)\s+)?"
    r"(?:(?:NOT|NO LONGER|NEVER)\s+(?:BE\s+)?(?:REQ|NEED|NECESS|APPL)|WAIVED|N/A|ISN'T)"
    rf"|{_LEAVE}\w*(?:\s+REQ\w*)?\s*:\s*NO?\b"
)
_WITHOUT = re.compile(rf"\bWITHOUT\s+(?:\w+\s+){{0,2}}{_LEAVE}")
_REFUSES = re.compile(r"\b(?:NO|NOT|DEN\w*|PENAL\w*|REDUC\w*)\b")
_IN_PART = re.compile(r"\b(?:FIRST|UNTIL|UP TO|EXCEPT|UNLESS|AFTER|EVAL\w*|INITIAL|THEN|BUT)\b")
_CLAUSE = re.compile(r"[.;]")
_PLAN_WIDE = re.compile(r"^\s*(?:THIS\s+)?PLAN\s+REQUIRES")


def wants_authorization(messages: tuple[str, ...]) -> bool:
    """Whether a row's texts speak of leave that must be asked for."""
    for message in messages:
        text = message.upper()
        if not any(map(text.__contains__, _STEMS)):
            continue
        if _AUTHORIZATION.search(text) and any(map(_wants, _CLAUSE.split(text))):
            return True
    return False


def _wants(clause: str) -> bool:
    """One clause; leave that is not needed for a part of the visits is needed for the others."""
    if not _AUTHORIZATION.search(clause):
        return bool(_NO_AUTHORIZATION.search(clause) and _IN_PART.search(clause))
    if _WITHOUT.search(clause) and not _REFUSES.search(clause):
        return False
    return not _NO_AUTHORIZATION.search(clause) or bool(_IN_PART.search(clause))


def is_plan_wide(messages: tuple[str, ...]) -> bool:
    """Whether a text is said of the plan, whatever service type it stands under."""
    for message in messages:
        text = message.upper()
        if "REQUIRES" in text and _PLAN_WIDE.search(text):
            return True
    return False
