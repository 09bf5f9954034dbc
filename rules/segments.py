"""How many segments a text costs, and how to write it so that it costs fewer.

Alphabet and sizes: 3GPP TS 23.038 (GSM 7-bit default alphabet and its extension table).
"""

import unicodedata
from typing import NamedTuple

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€\f")
"""Each costs two septets: an escape and itself."""

_GSM7 = BASIC | EXTENDED

SINGLE_GSM7, PART_GSM7 = 160, 153
SINGLE_UCS2, PART_UCS2 = 70, 67

_PLAIN = {
    "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201b": "'", "\u2032": "'", "`": "'",
    "\u00b4": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u2033": '"', "\u00ab": '"',
    "\u00bb": '"', "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-",
    "\u2212": "-", "\u2026": "...", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2022": "-",
    "\u00b7": "-", "\t": " ", "\u200b": "", "\ufeff": "", "\u00ad": "",
    "\u00aa": "a", "\u00ba": "o",
}  # fmt: skip


class Size(NamedTuple):
    """A text's encoding, its length in that encoding's units, and the segments it is billed as."""

    encoding: str
    units: int
    segments: int

    @property
    def fits_one(self) -> bool:
        """Whether it is a single message of at most 160 (GSM-7) or 70 (UCS-2) units."""
        return self.segments <= 1


def size_of(text: str) -> Size:
    """Encoding, units and segments, as a carrier counts them; no character is split in two."""
    if BASIC.issuperset(text):
        return Size("GSM-7", len(text), _parts(len(text)))
    if _GSM7.issuperset(text):
        costs = [2 if character in EXTENDED else 1 for character in text]
        return Size("GSM-7", sum(costs), _segments(costs, SINGLE_GSM7, PART_GSM7))
    costs = [2 if ord(character) > 0xFFFF else 1 for character in text]
    return Size("UCS-2", sum(costs), _segments(costs, SINGLE_UCS2, PART_UCS2))


def to_gsm7(text: str) -> str:
    """The same text with quotes, dashes and accents that GSM-7 lacks written plainly.

    What has no plain form (emoji, other scripts) stays, and the whole text becomes UCS-2.
    """
    if _GSM7.issuperset(text):
        return text
    composed = unicodedata.normalize("NFC", text)
    return "".join(_plain(character) for character in composed)


def _plain(character: str) -> str:
    if character in BASIC or character in EXTENDED:
        return character
    if character in _PLAIN:
        return _PLAIN[character]
    base = unicodedata.normalize("NFD", character)[0]
    return base if base in BASIC else character


def _parts(units: int) -> int:
    return 1 if units <= SINGLE_GSM7 else -(-units // PART_GSM7)


def _segments(costs: list[int], single: int, part: int) -> int:
    if sum(costs) <= single:
        return 1
    count, room = 1, part
    for cost in costs:
        if cost > room:
            count, room = count + 1, part
        room -= cost
    return count
