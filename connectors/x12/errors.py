"""Why a message cannot be read or written; never any of what it holds."""

from enum import StrEnum


class Fault(StrEnum):
    """What is wrong, as a code that callers and tests decide by."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    HTML = "html"
    XML = "xml"
    JSON = "json"
    BINARY = "binary"
    NO_ENVELOPE = "no_envelope"
    """X12 segments, but no ISA in front of them: nothing says which separators are meant."""
    NOT_X12 = "not_x12"
    TRUNCATED = "truncated"
    """The message ends before its envelope or its transaction does."""
    MALFORMED_ISA = "malformed_isa"
    NO_TRANSACTION = "no_transaction"
    WRONG_KIND = "wrong_kind"
    MISSING = "missing"
    """Outbound: what the message cannot do without is not there."""
    UNENCODABLE = "unencodable"
    """Outbound: a value holds a separator, or what X12 has no character for."""
    TOO_LONG = "too_long"
    """Outbound: a value is longer, or shorter, than its element may be."""


class X12Error(Exception):
    """A message that cannot be read or written; `code` is a `Fault` or a reader's own code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return f"{self.message} [{self.code}]"
