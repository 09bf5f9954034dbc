"""Whether what is sent resembles what was registered for 10DLC (C5)."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

ALIKE = 0.6
"""Of 1.0: registered samples fill in or leave out days, times and names."""


def resembles(text: str, samples: Iterable[str]) -> bool:
    """Whether a text is near enough to any registered sample, word by word."""
    return any(_alike(text, sample) >= ALIKE for sample in samples)


def _alike(text: str, sample: str) -> float:
    return SequenceMatcher(None, _words(text), _words(sample), autojunk=False).ratio()


def _words(text: str) -> list[str]:
    # A placeholder in brackets stands for a word, as a number does for another.
    plain = re.sub(r"\[[^\]]*\]|\{+[^}]*\}+|\d[\d:/-]*", " 0 ", text.casefold())
    return re.findall(r"[^\W_]+", plain)
