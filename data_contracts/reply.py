"""What a patient's reply means, whether a machine may act on it alone, and the words for it."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from data_contracts.shipped_file import read_shipped


class Meaning(StrEnum):
    """What a reply asks for."""

    CONFIRM = "confirm"
    CANNOT_COME = "cannot_come"
    RESCHEDULE = "reschedule"
    LATE = "late"
    QUESTION = "question"
    WRONG_PERSON = "wrong_person"
    STOP = "stop"
    START = "start"
    HELP = "help"
    CHOICE = "choice"
    UNCLEAR = "unclear"


MEANING_WORDS: dict[Meaning, str] = {
    Meaning.CONFIRM: "confirms",
    Meaning.CANNOT_COME: "cannot come",
    Meaning.RESCHEDULE: "wants another time",
    Meaning.LATE: "comes late",
    Meaning.QUESTION: "asks something",
    Meaning.WRONG_PERSON: "is somebody else",
    Meaning.STOP: "wants no more messages",
    Meaning.START: "wants messages again",
    Meaning.HELP: "asks who we are",
    Meaning.CHOICE: "picks a time",
}
"""How the desk reads a meaning; UNCLEAR has no words, the reply's own are needed."""


@dataclass(frozen=True)
class Reading:
    """One reply, understood; `choice` counts from 1 and is set for CHOICE only.

    Where it is not automatic, a person reads the reply, and `meaning` is a hint for her. `is_bare`:
    a mere yes, thanks or thumb, which confirms what was asked and nothing where nothing was.
    """

    meaning: Meaning
    is_automatic: bool
    choice: int | None = None
    is_bare: bool = False


@dataclass(frozen=True)
class Lexicon:
    """Phrases by what they say in words of the grammar; an empty text for what says nothing.

    `longest`: words in the longest phrase. `words`: each word of any phrase. `pictures`: each as a
    word.
    """

    says: dict[str, str]
    longest: int
    words: frozenset[str]
    pictures: dict[str, str]


@cache
def lexicon() -> Lexicon:
    """The words as they are shipped."""
    content = read_shipped("reply_words.yaml")
    says = dict.fromkeys(_phrases(content["nothing"]), "")
    for group, text in content["says"].items():
        says |= dict.fromkeys(_phrases(text), str(group))
    pictures = {one: word for word, several in content["pictures"].items() for one in several}
    longest = max(len(phrase.split()) for phrase in says)
    words = frozenset(word for phrase in says for word in phrase.split())
    return Lexicon(says, longest, words, pictures)


def _phrases(text: str) -> list[str]:
    return [" ".join(one.split()) for one in text.split(",") if one.strip()]
