"""Puts what a patient means into words, as thumbs on a phone do."""

from dataclasses import dataclass

from sandbox.chance import draws
from sandbox.clinic.ask import Ask
from sandbox.clinic.intent import Intent
from sandbox.clinic.manners import Manners
from sandbox.clinic.phrase import (
    ENGLISH,
    ORDINALS,
    PICKS,
    PICKS_IN_WORDS,
    SMILES,
    SPANISH,
    TAPBACKS,
)

QUOTED = 60


@dataclass(frozen=True)
class Wording:
    """A text, which time it picks (1 for the first), and what went awry in writing it."""

    text: str
    choice: int | None = None
    marks: tuple[str, ...] = ()


def put(
    intent: Intent, spanish: bool, ours: str, ask: Ask, manners: Manners, *key: object
) -> Wording:
    """The words for an intent as an answer to `ours`; the same for the same key."""
    luck, phrases = draws(*key), SPANISH if spanish else ENGLISH
    if intent is Intent.CHOICE and not ask.options:
        plain = Wording("1", None, ("beyond",))
    elif intent is Intent.CHOICE and ask.numbered:
        plain = _picked(len(ask.options), spanish, manners, luck)
    elif intent is Intent.CHOICE:
        plain = Wording(_one_of(phrases[Intent.CONFIRM], luck[0]), 1)
    else:
        plain = Wording(_one_of(phrases[intent], luck[0]))
    return _spoilt(plain, intent, ours, manners, draws(*key, "thumbs"))


def _one_of(phrases: tuple[str, ...], share: float) -> str:
    return phrases[int(share * len(phrases))]


def _picked(offered: int, spanish: bool, manners: Manners, luck: tuple[float, ...]) -> Wording:
    """A number that was offered, early ones rather; seldom one that was not."""
    if luck[1] < manners.picks_beyond:
        return Wording(str(offered + 1 + int(3 * luck[2])), None, ("beyond",))
    number = 1 + int(offered * luck[2] ** 1.5)
    if luck[1] > 1.0 - manners.picks_in_words and number <= len(ORDINALS[spanish]):
        words = _one_of(PICKS_IN_WORDS[spanish], luck[3])
        return Wording(words.format(o=ORDINALS[spanish][number - 1]), number, ("in_words",))
    return Wording(_one_of(PICKS[spanish], luck[3]).format(n=number), number)


def _spoilt(
    plain: Wording, intent: Intent, ours: str, manners: Manners, luck: tuple[float, ...]
) -> Wording:
    text, marks = plain.text, list(plain.marks)
    if luck[0] < manners.quote:
        return Wording(_quoting(text, intent, ours, luck[1]), plain.choice, (*marks, "quote"))
    if luck[2] < manners.typo and (mistyped := _mistyped(text, luck[3], luck[4])) != text:
        text, marks = mistyped, [*marks, "typo"]
    if luck[5] < manners.emoji:
        text, marks = f"{text} {_one_of(SMILES, luck[6])}", [*marks, "emoji"]
    return Wording(text, plain.choice, tuple(marks))


def _quoting(text: str, intent: Intent, ours: str, share: float) -> str:
    """The phone's own "Liked ..." where one fits, else our words above or below the answer."""
    if intent in TAPBACKS and share < 0.4:
        return f"{TAPBACKS[intent]} “{ours}”"
    cut = ours[:QUOTED] + ("…" if len(ours) > QUOTED else "")
    return f"> {cut}\n{text}" if share < 0.8 else f'{text}\n\n"{cut}"'


def _mistyped(text: str, which: float, how: float) -> str:
    """One long word with two letters swapped, one lost or one doubled."""
    words = text.split(" ")
    long = [i for i, word in enumerate(words) if len(word) > 4 and word.isalpha()]
    if not long:
        return text
    place = long[int(which * len(long))]
    word = words[place]
    at = 1 + int(how * 997) % (len(word) - 2)
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    lost, doubled = word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:]
    words[place] = (swapped, lost, doubled)[int(how * 3)]
    return " ".join(words)
