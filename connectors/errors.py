"""One family of errors for everything outside, so that callers decide by kind and never by vendor.

ConnectorError           the world outside did not do what we asked
├── Unavailable          nothing happened; try again
│   └── RateLimited      nothing happened; try again after `until`
├── Unconfirmed          it may have happened; look before doing it again
├── Rejected             understood and refused; never send the same again
├── Unauthorized         our key is refused; stop, call a person
├── ContractBroken       the answer is not what the vendor's documents promise; stop, call a person
└── NotSupported         this system cannot do that; becomes a front-desk task

No message, code or field holds patient data: they end in logs, events and tickets. Raise them
`from None`, because a cause may carry the request.
"""

from datetime import UTC, datetime
from typing import ClassVar


class ConnectorError(Exception):
    """The world outside did not do what we asked; `code` is a code, never free text."""

    retryable: ClassVar[bool] = False

    def __init__(self, vendor: str, message: str, *, code: str | None = None) -> None:
        super().__init__(vendor, message)
        self.vendor = vendor
        self.message = message
        self.code = code

    def __str__(self) -> str:
        suffix = f" [{self.code}]" if self.code else ""
        return f"{self.vendor}: {self.message}{suffix}"


class Unavailable(ConnectorError):
    """Nothing happened, as far as the request goes; the same request may be tried again."""

    retryable = True


class RateLimited(Unavailable):
    """Too many requests; `seconds` until the vendor takes more, `until` the same in UTC."""

    def __init__(
        self,
        vendor: str,
        message: str = "too many requests. Wait, then try again; lower requests_per_minute.",
        *,
        code: str | None = "429",
        until: datetime | None = None,
        seconds: float = 60.0,
    ) -> None:
        super().__init__(vendor, message, code=code)
        self.until = until.astimezone(UTC) if until else None
        self.seconds = seconds


class Unconfirmed(ConnectorError):
    """The request left and no answer came: it may have happened. Look first."""


class Rejected(ConnectorError):
    """The vendor understood and refused; sending the same again is pointless."""


class Unauthorized(ConnectorError):
    """The key is wrong, expired or has too few rights; a person has to mend it."""


class ContractBroken(ConnectorError):
    """The answer is not what the vendor documents; a person has to look before we go on."""


class NotSupported(ConnectorError):
    """This system has no such function; the caller makes it a front-desk task."""
