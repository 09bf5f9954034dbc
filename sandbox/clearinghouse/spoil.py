"""What can happen to a message on its way: each takes the text and gives the bytes that arrive."""

import re
from collections.abc import Callable

Spoil = Callable[[str], bytes]


def marked(text: str) -> bytes:
    """A byte order mark in front."""
    return b"\xef\xbb\xbf" + text.encode()


def wrong_count(text: str) -> bytes:
    """SE01 is three too many."""
    return re.sub(r"~SE\*(\d+)", lambda found: f"~SE*{int(found[1]) + 3}", text).encode()


def without_group_end(text: str) -> bytes:
    """No GE."""
    return re.sub(r"GE\*\d+\*\d+~", "", text).encode()


def cut_short(text: str) -> bytes:
    """It ends inside the ISA."""
    return text[:60].encode()


def unpadded(text: str) -> bytes:
    """The ids of the ISA as long as they are, so that nothing stands where it should."""
    return (re.sub(r" +\*", "*", text[:105]) + text[105:]).encode()


def headless(text: str) -> bytes:
    """The first forty characters are lost."""
    return text[40:].encode()


def twice(text: str) -> bytes:
    """The same interchange again under another control number."""
    again = text.replace(text[90:99], f"{int(text[90:99]) + 1:09d}")
    return (text + again).encode()


def older_version(text: str) -> bytes:
    """A 4010 answer: no repetition separator, the older guide's name, no ST03."""
    text = text[:82] + "U" + text[83:84] + "00401" + text[89:]
    text = text.replace("*005010X279A1~BHT", "~BHT").replace("005010X279A1", "004010X092A1")
    return text.encode()


def binary(text: str) -> bytes:
    """No text at all."""
    return bytes(range(256)) * 4


def binary_inside(text: str) -> bytes:
    """A name with a zero byte and half a character."""
    return text.encode().replace(b"EXAMPLE", b"EX\x00\xff\xfe\xc3LE")


def emptied(text: str) -> bytes:
    """Nothing."""
    return b""
