"""A pattern in a payer's free text, behind a plain look for the words without which it fits none.

Most texts hold no such word, and a look for a dozen of them takes a fifth of the pattern's time.
"""

import re
from typing import NamedTuple


class Spoken(NamedTuple):
    """What a text may speak of."""

    words: tuple[str, ...]
    """One of them at least stands in every text that fits."""
    pattern: re.Pattern[str]

    def is_in(self, text: str) -> bool:
        """Whether a text, in capitals, speaks of it."""
        return any(map(text.__contains__, self.words)) and bool(self.pattern.search(text))


def spoken(words: str, pattern: str) -> Spoken:
    """`words`: with blanks between them."""
    return Spoken(tuple(words.split()), re.compile(pattern))
