"""What every clearinghouse does for us."""

from typing import NamedTuple, Protocol

from data_contracts.inquiry import Inquiry, Media, Refused, Reply


class Clearinghouse(Protocol):
    """Carries one question to one payer and brings the answer back unread."""

    vendor: str

    def inquire(self, inquiry: Inquiry) -> Reply:
        """The payer's answer as it came; raises ConnectorError, never for what the payer said."""
        ...

    def check(self) -> list[tuple[str, bool, str]]:
        """What was looked at, whether it is well, what to do; asks nothing about anybody."""
        ...

    def close(self) -> None:
        """Give the connections back."""
        ...


class Carried(NamedTuple):
    """What a transport brought back, out of its wrapping."""

    raw: bytes
    media: Media = Media.X12
    reference: str | None = None
    """The vendor's own, to name the exchange to their support."""
    rejections: tuple[Refused, ...] = ()


class Transport(Protocol):
    """One way to put a question on the wire, and to take the answer out of its wrapping."""

    vendor: str

    def carry(self, inquiry: Inquiry) -> Carried:
        """The payload that came back; raises ConnectorError."""
        ...

    def check(self) -> list[tuple[str, bool, str]]:
        """As the clearinghouse's."""
        ...

    def close(self) -> None:
        """Give the connections back."""
        ...
