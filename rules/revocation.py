"""Whether a reply revokes consent: the FCC's words, in any case and punctuation (T5, W1).

47 CFR 64.1200(a)(10): stop, quit, end, revoke, opt out, cancel, unsubscribe are revocations by
themselves; carriers add STOPALL and OPTOUT. Spanish alto, parar, baja are our own policy.
"""

import re

REVOCATIONS = frozenset(
    {
        "stop",
        "stopall",
        "stop all",
        "quit",
        "end",
        "revoke",
        "optout",
        "opt out",
        "cancel",
        "unsubscribe",
        "alto",
        "parar",
        "baja",
    }
)
OPT_OUT_DIGIT = "9"


def revokes(body: str) -> bool:
    """Whether the whole reply is a word that revokes consent."""
    words = re.sub(r"[^\w]+", " ", body.replace("-", " "), flags=re.UNICODE).strip().lower()
    return words in REVOCATIONS


def key_revokes(digits: str | None) -> bool:
    """Whether a pressed key opts out of calls and texts to this number (T11)."""
    return digits == OPT_OUT_DIGIT
