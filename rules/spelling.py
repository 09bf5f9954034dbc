"""The words of the replies' grammar in the spellings that people use for them."""

import re
from functools import cache

from data_contracts.reply import lexicon

_LONG = 5
"""Letters from which on a word can be misspelt and still be told from others."""
_SOUNDS = (
    ("qu", "k"), ("ch", "tx"), ("h", ""), ("v", "b"), ("ll", "y"), ("rr", "r"), ("ce", "se"),
    ("ci", "si"), ("z", "s"), ("x", "s"), ("c", "k"),
)  # fmt: skip
_WORD = re.compile(r"\b[a-z]{3,16}\b")


def spelled(text: str) -> str:
    """The text with each misspelt word as the grammar spells it, if all that is near says one."""
    return _WORD.sub(lambda found: _right(found[0]), text)


def _right(word: str) -> str:
    words = lexicon().words
    if word in words:
        return word
    drawn_out = re.sub(r"(.)\1{2,}", r"\1", word)
    if drawn_out in words:
        return drawn_out
    if len(word) < _LONG:
        return _by_letters().get(_letters(word), word)
    return _by_sound().get(_sound(word)) or _near(word) or word


def _near(word: str) -> str | None:
    """A word that is a letter away: too many, too few, another, or two in turn."""
    found = {known for form in _shortened(word) for known in _by_form().get(form, ())}
    # People misspell beginnings least, and "mother" is no "other".
    near = sorted(one for one in found if one[0] == word[0] and abs(len(one) - len(word)) <= 1)
    return near[0] if len({lexicon().says.get(one, one) for one in near}) == 1 else None


def _shortened(word: str) -> set[str]:
    return {word} | {word[:n] + word[n + 1 :] for n in range(len(word))}


@cache
def _by_form() -> dict[str, tuple[str, ...]]:
    forms: dict[str, tuple[str, ...]] = {}
    for word in sorted(lexicon().words):
        if len(word) >= _LONG:
            for form in _shortened(word):
                forms[form] = (*forms.get(form, ()), word)
    return forms


@cache
def _by_letters() -> dict[str, str]:
    return {_letters(word): word for word in sorted(lexicon().words) if len(word) == _LONG - 1}


def _letters(word: str) -> str:
    """Letters in any order between the first and the last: mkae is make."""
    return word[0] + "".join(sorted(word[1:-1])) + word[-1]


@cache
def _by_sound() -> dict[str, str]:
    return {_sound(word): word for word in sorted(lexicon().words) if len(word) >= _LONG}


def _sound(word: str) -> str:
    """As it is heard, in Spanish: nesesito is necesito, kiero is quiero."""
    for written, heard in _SOUNDS:
        word = word.replace(written, heard)
    return word
