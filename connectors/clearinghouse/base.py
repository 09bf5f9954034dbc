"""What every clearinghouse does for us."""

from typing import Protocol

from data_contracts.inquiry import Inquiry, Reply


class Clearinghouse(Protocol):
    """Carries one question to one payer and brings the answer back unread."""

    vendor: str

    def inquire(self, inquiry: Inquiry) -> Reply:
        """The payer's answer as it came; raises ConnectorError, never for what the payer said."""
        ...
