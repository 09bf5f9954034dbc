"""Words of others in Markdown, so that they are read as they stand."""

import re
from typing import Final

_MARKS: Final = re.compile(r"([!-/:-@\[-`{-~])")
"""ASCII punctuation, which CommonMark lets anybody take its meaning from by a backslash."""


def plain(words: str) -> str:
    """One line in which no letter is a mark: no link, picture, heading or cell of a table."""
    return _MARKS.sub(r"\\\1", " ".join(words.split()))
