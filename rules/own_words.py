"""What a patient wrote herself: without what quotes us, without names, pictures as words."""

import re
import unicodedata

from data_contracts.reply import lexicon

_ASKS_FOR_C = re.compile(r"(?i)\bc (?:to|para) confirm")
_PROMPT = re.compile(
    r"(?im)^.*\b(?:(?:reply|responda|text|envie) (?:c|r|stop|1)\b|c (?:to|para) confirm).*$"
)
_BELOW = re.compile(
    r"(?is)(?:^|\s)(?:on|el) [^\n]{5,80} (?:wrote|escribi[oó]):.*$|-{2,} ?original message.*$"
)
_QUOTED = re.compile(r"(?im)^\s*>.*$|^\s*(?:re|fwd|fw|rv):\s.*$")
_TAPBACK = re.compile(
    r"(?is)^\s*(?P<how>\S+ to|reacted \S+ to|liked|loved|emphasized|disliked|questioned|laughed at"
    r"|(?:le|me|te) (?:gusto|encanto)|(?:no|ya no) le gusto|removed .{3,20} from) ?"
    r"[\"“«](?P<what>.*)$"
)
_PLEASED = re.compile(
    r"(?i)^(?:liked|loved|(?:le|me|te) (?:gusto|encanto)|.*(?:👍|❤|💯|✅|👌).* to)$"
)
_TOLD_BY_ACCENT = (
    (re.compile(r"(?i)\bsí\b"), "yes"),
    (re.compile(r"(?i)\bél\b"), "he"),
    (re.compile(r"(?i)\b(?:cancel|cambi|reprogram|reagend|avis|llam|confirm)é\b"), "past"),
    (re.compile(r"(?i)\b(?:lleg|cancel|confirm|cambi)ó\b"), "past"),
)
_MODIFIERS = re.compile("[\ufe0f\ufe0e\u200d\u20e3\U0001f3fb-\U0001f3ff]")

_NAME = r"[A-Z][a-z]+(?:[ '-][A-Z][a-z]*\.?){0,2}"
_SIGNED = re.compile(rf"(?:[-–—~.,!?\n]|\b[Tt]hanks|\b[Tt]hank you|\b[Gg]racias)\s*({_NAME})\W*$")
_SIGNED_PLAINLY = re.compile(
    r"(?i)(?:\s[-–—~]{1,2}\s*|(?:thanks|thank you|thx|gracias|saludos|sincerely|atte),? )"
    r"([^\W\d_]+(?: [^\W\d_]+)?)\W*$"
)
_NAMED = re.compile(
    rf"\b(?i:this is|its|it's|it is|soy|habla|le habla|my name is|me llamo|i'm|im|i am) ({_NAME})"
)
_GREETED = re.compile(
    rf"\b(?i:hi|hello|hey|hola|thanks|thank you|gracias|dr|mrs?|ms|miss)\.?,? ({_NAME})"
)
_OF_ANOTHER = re.compile(
    r"\b([A-Z][a-z]{2,})(?: [A-Z][a-z]+)? "
    r"(?=(?:can|is|will|was|won'?t|cant|wants|needs|has|no puede|va|quiere|esta)\b)"
)


_OWNED = re.compile(
    r"\b([A-Za-z]+)'s (?=(?:[A-Za-z]+ )?(?:appointment|appt|apt|visit|session|slot|therapy)\b)"
)


def own_words(body: str) -> str:
    """The reply without quotes of our text, names of people and letters' accents."""
    said = _MODIFIERS.sub("", _unaccented(body))
    if tapped := _TAPBACK.match(said):
        is_yes = _PLEASED.match(tapped["how"]) and _ASKS_FOR_C.search(tapped["what"])
        return "C" if is_yes else ""
    for ours in (_BELOW, _QUOTED, _PROMPT):
        said = ours.sub(" ", said)
    for picture, word in lexicon().pictures.items():
        said = said.replace(picture, f" {word} ")
    return _without_names(said.strip())


def _unaccented(text: str) -> str:
    """Without accents, but for what they tell: "sí" is no if, "cancelé" is done already."""
    affirmed = unicodedata.normalize("NFC", text)
    for said, word in _TOLD_BY_ACCENT:
        affirmed = said.sub(word, affirmed)
    letters = unicodedata.normalize("NFKD", affirmed.replace("\u2019", "'"))
    return "".join(one for one in letters if not unicodedata.combining(one) or one == "\u20e3")


def _without_names(said: str) -> str:
    said = _OWNED.sub(lambda found: "he " if _is_name(found[1]) else found[0], said)
    for pattern in (_NAMED, _GREETED, _SIGNED, _SIGNED_PLAINLY):
        said = pattern.sub(_unnamed, said)
    return _OF_ANOTHER.sub(lambda found: "he " if _is_name(found[1]) else found[0], said)


def _unnamed(found: re.Match[str]) -> str:
    whole = found[0]
    return whole.replace(found[1], " ") if _is_name(found[1]) else whole


def _is_name(words: str) -> bool:
    """No word of ours, and none beside it that says anything; a family name may be any other."""
    first, *others = re.findall(r"[a-z]+", words.lower())
    known = lexicon()
    return first not in known.words and all(
        known.says.get(one) in (None, "", "day") for one in others
    )
