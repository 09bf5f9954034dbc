"""What a reader of a page sees."""

import re


def words(page: str) -> str:
    """On one line, without pictures and styles."""
    without = re.sub(r"<(style|svg).*?</\1>", " ", page, flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", without).split())
