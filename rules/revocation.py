"""Whether a reply revokes consent: the FCC's words, in any case and punctuation (T5, W1).

47 CFR 64.1200(a)(10): stop, quit, end, revoke, opt out, cancel, unsubscribe are revocations by
themselves; carriers add STOPALL and OPTOUT. Spanish words and whole sentences are our own policy.
"""

import re

from rules.revocation_phrase import plain, says_so

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
        "pare",
        "paren",
        "baja",
        "basta",
        "no mas",
    }
)
CARRIER_WORDS = frozenset(
    {"stop", "stopall", "unsubscribe", "end", "quit", "revoke", "optout", "cancel"}
)
"""What Twilio itself blocks and confirms on a long code unless told not to (W1)."""
_CLEAR = REVOCATIONS - {"cancel", "end", "quit", "revoke", "baja", "no mas"}
"""Words that count as a sentence among others; the rest may be about the visit or the pain."""
OPT_OUT_DIGIT = "9"

_POLITE = re.compile(
    r"\b(?:please|pls|plz|thanks|thank you|thx|now|ok|por favor|porfavor|porfa|xfa|gracias|ya)\b"
)
_QUOTED = re.compile(
    r"(?im)^(?:>.*|-{2,}\s*(?:original message|mensaje original).*|on .{5,200} wrote:"
    r"|el .{5,200} escribió:|(?:from|de): .*@.*)$"
)


def revokes(body: str) -> bool:
    """Whether a reply is a word that revokes consent, or says so in a sentence."""
    sentences = plain(body).split("|")
    alone = any(_word(one) in _CLEAR for one in sentences)
    return alone or _word(body) in REVOCATIONS or says_so(body)


def carrier_confirms(body: str) -> bool:
    """Whether the carrier takes the whole reply for a STOP and confirms it by itself (T7, W1)."""
    return body.strip().lower() in CARRIER_WORDS


def is_for_a_person_too(body: str) -> bool:
    """Whether a revocation may say more than that: CANCEL and END may mean the visit, and a
    sentence may go on."""
    return _word(body) not in REVOCATIONS - {"cancel", "end"} and revokes(body)


def mail_revokes(subject: str, body: str) -> bool:
    """Whether a mail to the clinic revokes; what it quotes of ours below does not count."""
    quoted = _QUOTED.search(body)
    said = body[: quoted.start()] if quoted else body
    # An answer's subject is ours.
    own_subject = "" if subject.strip().lower().startswith(("re:", "aw:", "fwd:")) else subject
    return revokes(said) or revokes(own_subject)


def key_revokes(digits: str | None) -> bool:
    """Whether a pressed key opts out of calls and texts to this number (T11)."""
    return digits == OPT_OUT_DIGIT


def _word(body: str) -> str:
    words = plain(body).replace("|", " ")
    return " ".join(_POLITE.sub(" ", words).split())
