"""What a patient's reply to a reminder means: a small grammar, English and Spanish.

Words say something each (`data_contracts/reply_words.yaml`); shapes of what a sentence says make
an act. A machine acts alone only where every word is accounted for: what is conditional, about
somebody else, about pain or money, or merely not understood is a person's to read. Prompts ask for
C and R, never for CANCEL, END or YES: carriers take those for opt-outs and opt-ins.
"""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache

from data_contracts.reply import Meaning, Reading, lexicon
from rules.keyword import Keyword, keyword
from rules.revocation import revokes
from rules.revocation_phrase import plain, says_wrong_person

_UNKNOWN = "x"
_LONG = 5
_QUOTES = re.compile(
    r"(?im)^\s*>.*$|^\s*(?:re|fwd):\s.*$"
    r"|\b(?:liked|loved|emphasized|disliked|questioned|laughed at|le gusto|me gusto|reacted \S+ to)"
    r"\s*[\"“”«].*[\"”»]?\s*$"
)
_OURS = re.compile(r"(?i)\breply (?:c|r|stop)\b.*|\bresponda (?:c|r|stop)\b.*")
_NAMED = re.compile(r"(?i)\b(?:this is|soy|habla|le habla) [^\W\d]+\b")
_ORDINALS = {
    1: "1 one first 1st uno una primera primero primer 1ro 1ra",
    2: "2 two second 2nd dos segunda segundo 2do 2da",
    3: "3 three third 3rd tres tercera tercero tercer 3ro 3ra",
    -1: "last ultima ultimo",
}
_NUMBERS = {word: number for number, words in _ORDINALS.items() for word in words.split()}
_CLOCK = re.compile(
    r"\b(?:\d{1,2} \d{2}|\d{1,2}|\d{3,4}) ?(?:a m|p m|am|pm)\b|\b(?:at|las|la) \d{1,2}(?: \d{2})?\b"
    r"|\b\d{1,2} (?:y media|y cuarto|oclock)\b|\b\d{1,2} [0-5]\d\b"
)
_NUMBER = re.compile(r"\b\d{1,2}(?:st|nd|rd|th)?\b")

_IDLE = ("visit", "day", "clock", "few", "minutes")
"""Words that ask for nothing by themselves."""
_SOFT = rf"(?:(?:will|can|want|onway|{'|'.join(_IDLE)}) )*"
_SHAPES: tuple[tuple[Meaning | None, str], ...] = (
    # Not an act: somebody says what is not to happen, or was not asked for.
    (None, rf"(?:not|no) {_SOFT}(?:confirm|cancel|move|other|late)"),
    (Meaning.CANNOT_COME, rf"(?:not|no) {_SOFT}come(?: {_SOFT}come)?"),
    (Meaning.CANNOT_COME, rf"not (?:can|will)(?: {_SOFT})?"),
    (Meaning.LATE, rf"{_SOFT}(?:come )?{_SOFT}late {_SOFT}"),
    (Meaning.LATE, rf"{_SOFT}come (?:few )*minutes {_SOFT}"),
    (Meaning.RESCHEDULE, rf"{_SOFT}(?:come )?{_SOFT}(?:move|other) (?:{_SOFT}(?:move|other) )*"),
    (Meaning.CANNOT_COME, rf"(?:(?:will|can|want) )*cancel {_SOFT}"),
    (Meaning.RESCHEDULE, r"(?:can|want) (?:will )*come (?:visit )*(?:day |clock )+asked"),
    # "I can come at four" may be another hour than the one that is booked.
    (None, r"can (?:come )?(?:visit |day )*(?:come )?clock"),
    (Meaning.CONFIRM, rf"(?:yes )*{_SOFT}(?:confirm|come|onway) {_SOFT}"),
)
_COMPILED = tuple((meaning, re.compile(rf"\b{shape}")) for meaning, shape in _SHAPES)
_ACTS = (Meaning.CONFIRM, Meaning.CANNOT_COME, Meaning.RESCHEDULE, Meaning.LATE)
_MOST_UNKNOWN = {Meaning.CANNOT_COME: 8, Meaning.RESCHEDULE: 8, Meaning.LATE: 6}
"""Reasons that people add to what they cannot do; a confirmation gives none."""


def read_reply(body: str, offered: int = 0) -> Reading:
    """What a reply means; `offered`: how many times it may choose from, 0 for none."""
    said = _own_words(body)
    if revokes(said):
        meant = Meaning.WRONG_PERSON if says_wrong_person(said) else Meaning.STOP
        return Reading(meant, is_automatic=True)
    asked = keyword(said)
    if asked is not None:
        return Reading(Meaning.HELP if asked is Keyword.HELP else Meaning.START, is_automatic=True)
    if (choice := _choice(said, offered)) is not None:
        return Reading(Meaning.CHOICE, is_automatic=True, choice=choice)
    return _act(said)


def _own_words(body: str) -> str:
    """Without what quotes us, and with pictures as words."""
    said = _NAMED.sub(" ", _OURS.sub(" ", _QUOTES.sub(" ", body)))
    for picture, word in lexicon().pictures.items():
        said = said.replace(picture, f" {word} ")
    return said


def _choice(said: str, offered: int) -> int | None:
    """Which of the offered times; None where it is none, or more than one."""
    words = plain(said).replace("|", " ").split()
    found = {_NUMBERS[word] for word in words if word in _NUMBERS}
    rest = [word for word in words if word not in _NUMBERS and word not in lexicon().choosing]
    if "one" in words and len(found) > 1:
        found -= {1}
    if not offered or len(found) != 1 or any(lexicon().says.get(word) != "" for word in rest):
        return None
    number = found.pop()
    number = offered if number == -1 else number
    return number if number <= offered and not {"no", "not"} & set(words) else None


def _act(said: str) -> Reading:
    found: set[Meaning | None] = set()
    unknown, words = 0, set[str]()
    for sentence in _sentences(said):
        meanings, left = _shapes(sentence)
        found |= meanings
        unknown += left.count(_UNKNOWN)
        words |= set(left)
    meaning = _one_of(found)
    careful = {"alert", "hedge", "not", "ask"}
    # "No, I can't come" says no twice; beside anything else a no is a riddle.
    if meaning not in (Meaning.CANNOT_COME, Meaning.RESCHEDULE):
        careful.add("no")
    few = unknown <= _MOST_UNKNOWN.get(meaning, 0)
    is_clear = few and None not in found and not words & careful
    if not found and "yes" in words and not unknown and is_clear:
        meaning = Meaning.CONFIRM
    if (meaning is Meaning.UNCLEAR and "asked" in words) or "ask" in words:
        meaning = Meaning.QUESTION
    # A question beside a confirmation wants an answer that no machine has.
    is_asked = meaning is Meaning.CONFIRM and "asked" in words
    return Reading(meaning, is_automatic=is_clear and meaning in _ACTS and not is_asked)


def _one_of(found: set[Meaning | None]) -> Meaning:
    acts = {one for one in found if one is not None}
    # Who asks for another time says as well that this one does not do.
    if acts == {Meaning.RESCHEDULE, Meaning.CANNOT_COME}:
        return Meaning.RESCHEDULE
    if acts == {Meaning.LATE, Meaning.CONFIRM}:
        return Meaning.LATE
    return acts.pop() if len(acts) == 1 else Meaning.UNCLEAR


def _sentences(said: str) -> Iterator[str]:
    """Each sentence in words of the grammar; `asked` at the end of a question."""
    for part in re.split(r"(?<=[?])|(?<=[.!;\n])", said):
        words = _says(plain(part).replace("|", " "))
        if words:
            yield " ".join([*words, *(["asked"] if "?" in part else [])])


def _says(text: str) -> list[str]:
    words = _NUMBER.sub("few", _CLOCK.sub("sharp", text)).split()
    found: list[str] = []
    while words:
        taken, says = _longest(words)
        found += says.split()
        words = words[taken:]
    return found


def _longest(words: list[str]) -> tuple[int, str]:
    known = lexicon()
    for length in range(min(known.longest, len(words)), 0, -1):
        phrase = " ".join(words[:length])
        if phrase in known.says:
            return length, known.says[phrase]
    return 1, _near(words[0])


def _near(word: str) -> str:
    """What a misspelt word says; unknown where nothing is near."""
    says = lexicon().says
    drawn_out = re.sub(r"(.)\1{2,}", r"\1", word)
    if drawn_out in says:
        return says[drawn_out]
    if len(word) < _LONG:
        return _UNKNOWN
    close = get_close_matches(word, _long_words(), n=1, cutoff=0.85)
    return says[close[0]] if close else _UNKNOWN


@cache
def _long_words() -> tuple[str, ...]:
    """Words that can be misspelt and still be told from others."""
    return tuple(one for one in lexicon().says if " " not in one and len(one) >= _LONG)


def _shapes(sentence: str) -> tuple[set[Meaning | None], list[str]]:
    """The acts of a sentence, and what no act used."""
    found: set[Meaning | None] = set()
    rest = f"{sentence} "
    for meaning, shape in _COMPILED:
        rest, count = shape.subn(" ", rest)
        if count:
            found.add(meaning)
    return found, [word for word in rest.split() if word not in _IDLE]
