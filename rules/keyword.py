"""What we answer by text to STOP, HELP and START: at most one text, and never marketing (T7, C4).

CTIA, Messaging Principles: an opt-out is acknowledged once, HELP names the program and a contact,
also to those who opted out. START asks the carrier to let us through again; consent it is not (C6).
"""

import re
from enum import StrEnum

from rules.day_words import shown_phone
from rules.revocation import revokes
from rules.revocation_phrase import plain
from rules.segments import to_gsm7


class Keyword(StrEnum):
    """What a text asks for beyond any visit."""

    STOP = "stop"
    HELP = "help"
    START = "start"


_HELP = {"help": "en", "info": "en", "ayuda": "es", "informacion": "es"}
_START = {"start": "en", "unstop": "en", "subscribe": "en", "resume": "en", "comenzar": "es"}
_COURTESY = re.compile(r"\b(?:please|pls|plz|thanks|thank you|por favor|porfa(?:vor)?|gracias)\b")
_AGAIN = re.compile(
    r"(?:you (?:can|may) |can you |i want you to |(?:i )?want to )?"
    r"(?:start|resume|restart|begin|get|receive)(?: texting| sending| getting| receiving)?"
    r"(?: me| my| the)*(?: texts?| messages| reminders)*(?: again)?"
    r"|turn (?:my |the )?(?:texts|messages|reminders) (?:back )?on"
    r"|(?:text|message) me again|opt (?:me )?(?:back )?in|(?:i want )?my reminders back"
    r"|(?:yo )?(?:quiero|quisiera|me gustaria) (?:volver a )?recibir (?:otra vez )?(?:los |sus )?"
    r"(?:mensajes|textos|recordatorios)(?: otra vez| de nuevo)?"
    r"|(?:vuelvan?|empiecen?|comiencen?) a (?:mandar|enviar)me (?:los )?(?:mensajes|recordatorios)"
)
_SPANISH = frozenset(
    {"alto", "parar", "pare", "paren", "baja", "basta", "mas", "mensajes", "favor", "numero"}
    | {"quiero", "escribirme", "llamarme", "mandarme", "quitenme", "eliminenme", "borrenme"}
)
_SAID = {
    (Keyword.STOP, "en"): (
        "{name}: you are opted out and will get no more automated messages. Call {phone}"
    ),
    (Keyword.STOP, "es"): ("{name}: ya no recibirá mensajes automáticos. Llame al {phone}"),
    (Keyword.HELP, "en"): (
        "{name}: appointment messages, up to 3 a week. Msg&data rates may apply. STOP to opt out."
        " Call {phone}"
    ),
    (Keyword.HELP, "es"): (
        "{name}: mensajes de citas, hasta 3 por semana. Pueden aplicar tarifas. STOP para no"
        " recibir más. Llame al {phone}"
    ),
    (Keyword.START, "en"): (
        "{name}: to text you again we need your new consent. Please call {phone} or ask our staff."
    ),
    (Keyword.START, "es"): (
        "{name}: para escribirle de nuevo necesitamos su consentimiento. Llame al {phone}"
    ),
}


def keyword(body: str) -> Keyword | None:
    """STOP in any of its forms; HELP and START only as the whole text. YES is no START."""
    if revokes(body):
        return Keyword.STOP
    word = " ".join(_COURTESY.sub(" ", plain(body).replace("|", " ")).split())
    if word in _HELP:
        return Keyword.HELP
    return Keyword.START if word in _START or _AGAIN.fullmatch(word) else None


def language_of(body: str) -> str:
    """The language to answer in; English where nothing says otherwise."""
    words = plain(body).replace("|", " ").split()
    known = {**_HELP, **_START}
    return "es" if any(one in _SPANISH or known.get(one) == "es" for one in words) else "en"


def answer(said: Keyword, language: str, *, clinic_name: str, phone: str) -> str:
    """One text of at most one segment."""
    words = _SAID[said, language].format(name=clinic_name, phone=shown_phone(phone))
    return to_gsm7(words)
