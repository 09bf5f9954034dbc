"""Looks for planted texts in raw bytes, however a store may have spelled them."""

import base64
import json
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, quote_plus


class Hit(NamedTuple):
    """A planted text that was found: which, spelled how, where."""

    what: str
    spelled: str
    where: str


def spellings(text: str) -> dict[str, bytes]:
    """Every form in which a text may lie in a file; all lower case, as the search is."""
    plain = text.encode()
    in_json = json.dumps(text)[1:-1]
    found = {
        "plain": plain,
        "upper": text.upper().encode(),
        "utf-16": text.encode("utf-16-le"),
        "utf-16 big": text.encode("utf-16-be"),
        "hex": plain.hex().encode(),
        "url": quote(text, safe="").encode(),
        "form": quote_plus(text).encode(),
        "sqlite": text.replace("'", "''").encode(),
        "json": in_json.encode(),
        "json in json": json.dumps(in_json)[1:-1].encode(),
        "python": repr(text)[1:-1].encode(),
        "python bytes": repr(plain)[2:-1].encode(),
        "html": escape(text).encode(),
    }
    for shift in range(3):
        # What stands before it moves the letters of base64; the ends hold its neighbours' bits.
        coded = base64.b64encode(b"\0" * shift + plain)
        found[f"base64+{shift}"] = coded[4 if shift else 0 : len(coded) - 4]
    more = _dates(text) | _phones(text)
    # Most forms of a plain text are the same: each is looked for once.
    own = {form.lower(): name for name, form in reversed((found | more).items())}
    return {name: form for form, name in own.items()}


def _phones(text: str) -> dict[str, bytes]:
    if len(text) != 10 or not text.isdigit():
        return {}
    area, middle, last = text[:3], text[3:6], text[6:]
    joined = [mark.join((area, middle, last)) for mark in "-. "]
    forms = [*joined, f"({area}) {middle}-{last}", f"({area}){middle}-{last}"]
    return {form: form.encode() for one in forms for form in (one, quote(one), quote_plus(one))}


def _dates(text: str) -> dict[str, bytes]:
    parts = text.split("-")
    if len(parts) != 3 or not all(part.isdigit() for part in parts):
        return {}
    year, month, day = parts
    forms = (f"{month}/{day}/{year}", f"{day}/{month}/{year}", f"{day}.{month}.{year}")
    more = (f"{month}-{day}-{year}", f"{day}-{month}-{year}", f"{year}{month}{day}")
    return {form: form.encode() for form in (*forms, *more)}


def hits(content: bytes, where: str, planted: Iterable[str]) -> list[Hit]:
    """What of the planted texts is in the bytes."""
    low = content.lower()
    return [
        Hit(text, name, where)
        for text in planted
        for name, form in spellings(text).items()
        if form in low
    ]


def scan(folders: Iterable[Path], planted: Iterable[str]) -> tuple[list[Hit], int]:
    """Every hit in every file below the folders, and how many files were read."""
    texts, found, count = list(planted), list[Hit](), 0
    for path in files(folders):
        found += hits(path.read_bytes(), str(path), texts)
        count += 1
    return found, count


def files(folders: Iterable[Path]) -> Iterator[Path]:
    """Every file below the folders, hidden ones and journals included."""
    for folder in folders:
        yield from (path for path in sorted(folder.rglob("*")) if path.is_file())
