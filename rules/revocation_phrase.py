"""Sentences that revoke consent in people's own words, English and Spanish (T5, our policy).

A revocation may come by any reasonable means (47 CFR 64.1200(a)(10)). What is clear counts at once;
what is not is read by a person. A pattern never reaches over the end of a sentence.
"""

import re
import unicodedata

_TEXTS = (
    r"(?:te?xt(?:s|ing|ings)?|text messages?|messag(?:es?|ing)|msgs?|sms|remind(?:ers?|ing)|calls"
    r"|calling|phoning|e ?mail(?:s|ing)?|contacting|spam(?:ming)?|bothering|notifications?)"
)
_WHICH = r"(?:all|any|more|anymore|the|these|those|this|your|my|such|automated|appointment|of) "
_MENSAJES = r"(?:mensajes?|textos?|recordatorios?|correos?|sms|llamadas?|avisos?)"
_CUALES = r"(?:mas|de|los|las|estos|estas|esos|esas|sus|tus|recibir|que me manden) "
_EVER = r"(?: again| any ?more| ever| please|(?: at| on)? this (?:number|phone)| here)*$"
_NOT = r"(?:do not|dont|never|no longer)"
_OFF_THE_BOOK = r"(?! (?:the |your |of |from |off )*(?:schedule|calendar|books?|appointment|visit))"
_NOBODY_HERE = (
    r"wrong (?:n[umb]{2,4}(?:e?r)?|person|phone)\b"
    r"|\b(?:this is not|this isnt|thats not) [a-z]+s (?:phone|number|cell)\b"
    r"|\bno longer (?:[a-z]+s (?:phone|number)|belongs to)\b"
    r"|\bthere is no [a-z]+ at this (?:phone|number)\b"
    r"|\bnumero (?:ya )?no es de\b|^(?:creo que )?(?:es |esta )?equivocado$"
    r"|\bpersona equivocada\b|\baqui no vive\b"
    r"|\bno conozco a (?:esa|ninguna|nadie)\b|^se equivoc(?:o|aron)$"
    r"|\b(?:nobody|no one|noone) (?:here )?(?:by|with) that name\b"
    r"|\b(?:numero|telefono) (?:equivocado|incorrecto)\b"
    r"|\bequivoc(?:o|a|an|aron|ado|ada) de (?:numero|persona|telefono)\b"
    r"|\besta equivocad[oa] (?:yo )?no soy\b|\bno soy (?:esa|ese|la) persona\b"
    r"|\bno es el (?:numero|telefono|celular) de\b"
)

_PHRASES = (
    rf"(?:stop|quit|cease|end) (?:sending )?(?:me )?(?:with )?(?:{_WHICH})*{_TEXTS}",
    r"(?:stop|quit|cease) sending",
    r"^(?:please )?stop (?:it|this|that)$",
    rf"no (?:more|further|additional) (?:{_WHICH})*{_TEXTS}",
    rf"{_NOT} (?:ever )?(?:te?xt|message|contact|e ?mail|call|phone|bother)(?: me| us)?{_EVER}",
    rf"{_NOT} (?:ever )?send (?:me )?(?:{_WHICH})*{_TEXTS}",
    rf"{_NOT} (?:want|wish) (?:to (?:get|receive|have) )?(?:{_WHICH})*{_TEXTS}",
    rf"(?:remove|unsubscribe|delete) me\b{_OFF_THE_BOOK}",
    # "Off the schedule" is about the visit.
    rf"(?:take|get) me off\b{_OFF_THE_BOOK}",
    r"take my (?:phone )?(?:number|name) off\b",
    rf"cancel (?:{_WHICH})*(?:subscription|{_TEXTS})\b",
    rf"\bcancel(?:ar|e|en|o) (?:{_CUALES})*(?:mi |la )?(?:suscripcion|{_MENSAJES})",
    rf"\bpar(?:ar|e|en) (?:{_CUALES})*{_MENSAJES}",
    r"(?:remove|delete|lose|take off) (?:my|this) (?:phone |cell |mobile )?(?:number|e ?mail)",
    r"\bunsubscribe\b",
    r"\bopt(?:ing)? (?:me )?out\b",
    r"(?:revoke|withdraw|take back) (?:my )?(?:consent|permission)",
    r"leave me alone",
    rf"no me (?:mande[ns]?|envie[ns]?) (?:{_CUALES})*(?:{_MENSAJES}|nada)",
    r"no me (?:mand|envi|escrib|llam|contact|molest)[ea][ns]?(?: mas| nunca| por favor)*$",
    rf"no mas {_MENSAJES}",
    rf"(?:ya )?no (?:quiero|deseo) (?:{_CUALES})*{_MENSAJES}",
    r"(?:deje[ns]?|deja|pare[ns]?) de (?:manda|envia|llama|escribi|contacta|molesta)r",
    r"\b(?:(?:qu|k)ite[ns]?me|quitame|saque[ns]?me|sacame|elimine[ns]?me|borre[ns]?me)\b",
    r"\bd(?:ar|e|en)me de baja\b",
    r"(?:borre|elimine|quite)[ns]? mi (?:numero|correo)",
    _NOBODY_HERE,
)
_PATTERN = re.compile("|".join(f"(?:{one})" for one in _PHRASES))
# "Please don't stop the reminders" asks for the opposite of what it names.
_KEEP = re.compile(
    rf"(?:{_NOT}|not|cannot|cant|wont) (?:want (?:you )?to )?(?:stop|quit|end|unsubscribe|opt"
    r"|remove|delete|take|lose|cease)\b|\bno (?:dejen?|paren?|quiero que dejen) de\b"
)


def plain(text: str) -> str:
    """Lower case, without accents and punctuation; sentences end in a bar."""
    spoken = text.lower().replace("#", " number ")
    letters = unicodedata.normalize("NFKD", spoken).replace("'", "").replace("\u2019", "")
    bare = "".join(one for one in letters if not unicodedata.combining(one))
    ended = re.sub(r"[.!?;:\n\r]+", " | ", bare)
    return re.sub(r"[^\w|]+", " ", ended, flags=re.UNICODE).strip()


def says_wrong_person(text: str) -> bool:
    """Whether it says that the number is somebody else's."""
    return re.search(_NOBODY_HERE, plain(text)) is not None


def says_so(text: str) -> bool:
    """Whether any sentence asks for an end of messages, in so many words."""
    sentences = [sentence.strip() for sentence in plain(text).split("|")]
    return any(_PATTERN.search(one) and not _KEEP.search(one) for one in sentences)
