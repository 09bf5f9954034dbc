"""What we answer by text to STOP, HELP and START: at most one text, and never marketing (T7, C4).

CTIA, Messaging Principles: an opt-out is acknowledged once, HELP names the program and a contact,
also to those who opted out. START asks the carrier to let us through again; consent it is not (C6).
"""

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


_HELP = {"help": "en", "info": "en", "ayuda": "es"}
_START = {"start": "en", "unstop": "en", "subscribe": "en", "resume": "en", "comenzar": "es"}
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
    word = plain(body).replace("|", " ").strip()
    if word in _HELP:
        return Keyword.HELP
    return Keyword.START if word in _START else None


def language_of(body: str) -> str:
    """The language to answer in; English where nothing says otherwise."""
    words = plain(body).replace("|", " ").split()
    known = {**_HELP, **_START}
    return "es" if any(one in _SPANISH or known.get(one) == "es" for one in words) else "en"


def answer(said: Keyword, language: str, *, clinic_name: str, phone: str) -> str:
    """One text of at most one segment."""
    words = _SAID[said, language].format(name=clinic_name, phone=shown_phone(phone))
    return to_gsm7(words)
