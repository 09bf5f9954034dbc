"""What a patient's reply to a reminder means: a small grammar, English and Spanish.

Words say something each (`data_contracts/reply_words.yaml`); shapes of what a sentence says make
an act. A machine acts alone only where every word is accounted for and every time that is named is
the visit's, or one offered time's: what is conditional, about somebody else, about pain or money,
or merely not understood is a person's to read. Prompts ask for C and R, never for CANCEL, END or
YES: carriers take those for opt-outs and opt-ins.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from data_contracts.reply import Meaning, Reading, lexicon
from rules.keyword import Keyword, keyword
from rules.own_words import own_words
from rules.revocation import revokes
from rules.revocation_phrase import says_wrong_person
from rules.said_time import (
    Said,
    is_of_visit,
    is_soon_after,
    picked,
    said_times,
    without_counts,
)
from rules.spelling import spelled

_UNKNOWN = "x"
_MOST_WORDS = 80
"""A longer letter is a person's to read, and takes a machine no time."""
_MOST_UNKNOWN = {Meaning.CANNOT_COME: 3, Meaning.RESCHEDULE: 3, Meaning.LATE: 3}
"""Reasons that people add to what they cannot do; a confirmation gives none."""
_MOST_ASKED = 3
"""Words that nobody knows in what asks for something: it may be about something else."""

_IDLE = ("visit", "day", "clock", "few", "any", "minutes", "numeral", "reason", "callback")
"""Words that ask for nothing by themselves."""
_WISH = "(?:(?:will|can|want) )*"
_SOFT = rf"(?:(?:will|can|want|propose|onway|{'|'.join(_IDLE)}) )*"
_NEAR = r"(?:(?:will|can|want|propose|visit|day|clock|minutes) )*"
_ELSE = r"(?:move|other|shift|better) "
_SHAPES: tuple[tuple[Meaning | None, str], ...] = (
    # Not an act: somebody says what is not to happen, or was not asked for.
    (None, r"(?:not|no) (?:can )?(?:will |want |visit |few )*(?:confirm|cancel|move|other|late) "),
    # "I cannot breathe" says nothing of the visit.
    (None, r"not can x "),
    # What is cancelled or changed, or will not be, is not the visit.
    (None, r"(?:cancel|move|other|late) (?:few )*x "),
    (None, r"not will (?:will |few )*(?:x|want|pick|reason|minutes|numeral) "),
    # Who comes early or later comes at another hour than we know of.
    (None, r"(?<!can )(?<!want )come (?:visit |day |few )*shift "),
    (Meaning.CANNOT_COME, rf"(?:not|no) {_NEAR}come (?:{_SOFT}come )?"),
    (Meaning.CANNOT_COME, rf"not (?:can|will) {_SOFT}"),
    (Meaning.LATE, rf"{_SOFT}(?:come {_SOFT})?late {_SOFT}"),
    (Meaning.LATE, rf"{_SOFT}(?:come|onway) (?:few )*minutes {_SOFT}"),
    (Meaning.LATE, rf"minutes (?:visit )*(?:will )*come {_SOFT}"),
    (
        Meaning.RESCHEDULE,
        rf"{_SOFT}(?:come {_SOFT})?{_ELSE}(?:{_SOFT}{_ELSE})*",
    ),
    (
        Meaning.RESCHEDULE,
        r"propose (?:visit |come |want |few |will )*(?:day |clock |numeral |any )+",
    ),
    (Meaning.CANNOT_COME, rf"{_WISH}cancel {_SOFT}"),
    (Meaning.RESCHEDULE, r"(?:can|want) (?:will )*come (?:visit )*(?:day |clock )+asked "),
    # "I can come at four" may be another hour than the one that is booked.
    (None, r"can (?:come )?(?:visit |day )*(?:come )?clock "),
    (Meaning.CONFIRM, rf"(?:yes )*{_SOFT}(?:confirm|come) {_SOFT}"),
)
_COMPILED = tuple((meaning, re.compile(rf"\b{shape}")) for meaning, shape in _SHAPES)
# A child's fever is why somebody cannot come, and no word of somebody else's visit.
_REASON = re.compile(r"\bkin (?:(?:will|want|few|day|propose|x) )*(?:ill|reason) |\bill kin ")
# "Si voy" says yes, "si me llevan" and "le aviso si puedo" say if.
_IF = re.compile(
    r"\bsi (?!(?:pause|si|yes|confirm|come|will|onway|late|not|no|day|visit|$))"
    r"|\b(?!(?:pause|yes|si|will|day|visit|clock|come|confirm)\b)\w+ si (?=\w)"
)
_CAREFUL = frozenset({"alert", "hedge", "ask", "kin", "here", "figures"})
_MORE_CAREFUL: dict[Meaning, frozenset[str]] = {
    Meaning.CONFIRM: frozenset(
        {"no", "not", "but", "reason", "ill", "numeral", "callback", "hours", "delay", "pick"}
        | {"onway", "propose", "shift", "none", "minutes", "any", "better"}
    ),
    # "No, I can't come" says no twice; beside anything else a no is a riddle.
    Meaning.CANNOT_COME: frozenset({"not", "staff"}),
    Meaning.RESCHEDULE: frozenset({"not", "staff"}),
    Meaning.LATE: frozenset({"no", "not", "hours", "ill", "staff"}),
}
_BESIDE_A_CHOICE = frozenset(
    {"yes", "si", "confirm", "come", "will", "can", "want", "visit", "day", "clock", "numeral"}
    | {"pick", "pause", "propose", "few", "better", "any"}
)


@dataclass(frozen=True)
class _Heard:
    """A reply in words of the grammar, and the times it names."""

    sentences: tuple[str, ...]
    times: tuple[Said, ...]

    @property
    def words(self) -> frozenset[str]:
        return frozenset(word for one in self.sentences for word in one.split())


def read_reply(
    body: str,
    offered: int = 0,
    times: Sequence[datetime] = (),
    visit: datetime | None = None,
    today: date | None = None,
) -> Reading:
    """What a reply means; alone a machine acts only on what these facts leave no doubt about.

    `offered`: how many times it may choose from, 0 for none; `times`: these, `visit`: the start of
    the visit that was reminded of, `today`: the day of the reply, all on the clinic's clock. What
    names a day or an hour is a person's to read where they are not known.
    """
    if times and len(times) != offered:
        raise ValueError(f"{len(times)} times are given, and {offered} were offered")
    said = own_words(body)
    if revokes(said):
        meant = Meaning.WRONG_PERSON if says_wrong_person(said) else Meaning.STOP
        return Reading(meant, is_automatic=True)
    asked = keyword(said)
    if asked is not None:
        return Reading(Meaning.HELP if asked is Keyword.HELP else Meaning.START, is_automatic=True)
    if len(said.split()) > _MOST_WORDS:
        return Reading(Meaning.UNCLEAR, is_automatic=False)
    heard = _heard(said)
    if offered and (choice := _choice(heard, offered, times)) is not None:
        return choice
    act = _act(heard, offered, visit, today)
    is_safe = not offered or _is_safe_beside_an_offer(act.meaning, heard)
    return replace(act, is_automatic=act.is_automatic and is_safe)


def _choice(heard: _Heard, offered: int, times: Sequence[datetime]) -> Reading | None:
    """Which of the offered times; None where a reply says more than that."""
    asks = "asked" in heard.words and not heard.words & {"can", "want", "propose"}
    if not heard.times or asks or heard.words - _BESIDE_A_CHOICE - {"asked"}:
        return None
    found = picked(heard.times, offered, times)
    if len(found) == 1:
        return Reading(Meaning.CHOICE, is_automatic=True, choice=found[0])
    if "propose" in heard.words and not found:
        return None
    return Reading(Meaning.UNCLEAR if times else Meaning.CHOICE, is_automatic=False)


def _is_safe_beside_an_offer(meaning: Meaning, heard: _Heard) -> bool:
    """A yes says yes to which? And who cannot come at an offered time may come at another."""
    if meaning is Meaning.CANNOT_COME:
        return "cancel" in heard.words and not heard.times
    return meaning is Meaning.RESCHEDULE and not heard.words & {"numeral", "but"}


def _act(heard: _Heard, offered: int, visit: datetime | None, today: date | None) -> Reading:
    found: set[Meaning | None] = set()
    left: list[str] = []
    for sentence in heard.sentences:
        meanings, rest = _shapes(sentence)
        found |= meanings
        left += rest
    meaning = _one_of(found)
    is_asked = "asked" in heard.words
    is_bare = not found and "yes" in left
    if offered and "none" in left and found <= {Meaning.CONFIRM}:
        meaning = Meaning.RESCHEDULE
    elif "delay" in left and found <= {Meaning.CONFIRM}:
        meaning = Meaning.LATE
    elif is_bare:
        meaning = Meaning.CONFIRM
    if "ask" in left or (is_asked and meaning is Meaning.UNCLEAR):
        meaning = Meaning.QUESTION
    most_unknown = min(_MOST_UNKNOWN.get(meaning, 0), _MOST_ASKED if is_asked else _MOST_WORDS)
    is_clear = (
        meaning in _MORE_CAREFUL
        and None not in found
        and left.count(_UNKNOWN) <= most_unknown
        and not set(left) & (_CAREFUL | _MORE_CAREFUL[meaning])
        and not (is_asked and not _may_ask(meaning, heard.words))
        # "Yes, but" takes back something, whatever it is.
        and not {"yes", "but"} <= heard.words
        and not {"cancel", "shift"} <= heard.words
        and _is_in_time(meaning, heard.times, visit, today)
    )
    return Reading(meaning, is_clear, is_bare=is_bare and meaning is Meaning.CONFIRM)


def _may_ask(meaning: Meaning, words: frozenset[str]) -> bool:
    """Whether a question mark may be politeness; another one wants an answer of a person."""
    is_wish = bool(words & {"want", "can", "propose"})
    return meaning is Meaning.RESCHEDULE or (meaning is Meaning.CANNOT_COME and is_wish)


def _is_in_time(
    meaning: Meaning, said: Sequence[Said], visit: datetime | None, today: date | None
) -> bool:
    if meaning is Meaning.CONFIRM:
        return is_of_visit(said, visit, today)
    if meaning is Meaning.CANNOT_COME:
        return visit is None or is_of_visit(without_counts(said), visit, today)
    return meaning is not Meaning.LATE or is_soon_after(said, visit)


def _one_of(found: set[Meaning | None]) -> Meaning:
    acts = {one for one in found if one is not None}
    # Who asks for another time says as well that this one does not do.
    if acts == {Meaning.RESCHEDULE, Meaning.CANNOT_COME}:
        return Meaning.RESCHEDULE
    if acts == {Meaning.LATE, Meaning.CONFIRM}:
        return Meaning.LATE
    return acts.pop() if len(acts) == 1 else Meaning.UNCLEAR


def _heard(said: str) -> _Heard:
    sentences: list[str] = []
    times: list[Said] = []
    for text, is_asked in _sentences(said):
        plain, named = said_times(spelled(text))
        times += named
        words = _IF.sub("hedge ", f"{' '.join(_says(plain.split()))} ")
        words = _REASON.sub("reason ", re.sub(r"\bsi\b", "yes", words))
        sentences.append(words + ("asked " if is_asked else ""))
    return _Heard(tuple(sentences), tuple(times))


_MERIDIEM = re.compile(r"(?<=\d)( ?)([ap])\. ?m\b\.?")
_POINT = re.compile(r"(?<=\d)[.h](?=[0-5]\d\b)")
_PUNCTUATION = ((r"(?<!\d):|:(?!\d)|[^\w:/,]|_", " "), (r"/(?!\d)|(?<!\d)/", " "), (",", " comma "))


def _sentences(said: str) -> Iterator[tuple[str, bool]]:
    """Each sentence in plain words, and whether it is a question."""
    text = said.lower().replace("'", "").replace("#", " number ").replace("@", " at ")
    text = _POINT.sub(":", _MERIDIEM.sub(r"\1\2m", text))
    for part in re.split(r"(?<=[?])|(?<=[.!;\n])", text):
        plain = part
        for pattern, instead in _PUNCTUATION:
            plain = re.sub(pattern, instead, plain)
        if plain.strip():
            # A lone Y says yes; in Spanish it says and.
            yield re.sub(r"^y\b", "yes", " ".join(plain.split())), "?" in part


def _says(words: list[str]) -> Iterator[str]:
    known = lexicon()
    while words:
        for length in range(min(known.longest, len(words)), 0, -1):
            phrase = " ".join(words[:length])
            if phrase in known.says:
                break
        yield from known.says.get(phrase, _UNKNOWN).split()
        words = words[length:]


def _shapes(sentence: str) -> tuple[set[Meaning | None], list[str]]:
    """The acts of a sentence, and what no act used."""
    found: set[Meaning | None] = set()
    rest = sentence
    for meaning, shape in _COMPILED:
        # Only what is not to happen ends at a comma.
        rest = rest if meaning is None else rest.replace("pause ", "")
        rest, count = shape.subn(" ", rest)
        if count:
            found.add(meaning)
    return found, [word for word in rest.split() if word not in _IDLE]
