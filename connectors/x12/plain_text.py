"""Bytes to text, or why they are no X12: a web page, a picture, a JSON body, nothing at all."""

import re

from connectors.x12.errors import Fault, X12Error
from connectors.x12.separators import BLANK, unwrapped

LARGEST = 16 * 2**20
"""Of bytes. A message takes some twenty times its size while it is read."""
_SEGMENT = re.compile(r"(?:GS|ST|BHT|BPR|HL|IEA|TA1)[^0-9A-Za-z\s]")
_OTHERS = (
    ("{", Fault.JSON, "JSON"),
    ("[", Fault.JSON, "JSON"),
    ("<!doctype html", Fault.HTML, "a web page"),
    ("<html", Fault.HTML, "a web page"),
    ("<head", Fault.HTML, "a web page"),
    ("<body", Fault.HTML, "a web page"),
    ("<", Fault.XML, "XML"),
)


def text_of(raw: bytes) -> str:
    """The message from its ISA on; X12Error where there is none."""
    if len(raw) > LARGEST:
        raise X12Error(Fault.TOO_LARGE, f"over {LARGEST // 2**20} MiB. Ask for less at once.")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    text = text.lstrip(BLANK)
    if not text.startswith("ISA"):
        raise _no_message(text)
    if "\0" in text.rstrip(BLANK):
        raise X12Error(Fault.BINARY, "binary data, not an X12 message")
    return unwrapped(text)


def _no_message(text: str) -> X12Error:
    if not text:
        return X12Error(Fault.EMPTY, "nothing came: the message is empty")
    start = text[:200].lower()
    for sign, fault, name in _OTHERS:
        if start.startswith(sign):
            return X12Error(fault, f"{name}, not an X12 message: it does not start with ISA")
    if _SEGMENT.match(text):
        return X12Error(
            Fault.NO_ENVELOPE,
            "no ISA segment in front, which alone says what separates elements and segments",
        )
    if not all(mark.isprintable() or mark in BLANK[:6] for mark in start):
        return X12Error(Fault.BINARY, "binary data, not an X12 message")
    return X12Error(Fault.NOT_X12, "not an X12 message: it does not start with ISA")
