"""An inquiry as the X12 that a clearinghouse takes."""

import secrets
from dataclasses import dataclass

from connectors.errors import Rejected
from connectors.x12.errors import X12Error
from connectors.x12.inquiry_270 import build
from connectors.x12.outgoing import Envelope
from data_contracts.inquiry import Inquiry

_NUMBERS = 999_999_999


@dataclass(frozen=True)
class Question:
    """Writes inquiries as 270s from one clinic to one vendor."""

    vendor: str
    sender: str
    receiver: str
    originator: str
    is_test: bool
    sender_qualifier: str = "ZZ"
    receiver_qualifier: str = "ZZ"

    def __call__(self, inquiry: Inquiry) -> bytes:
        """The interchange, under a number of its own. Raises Rejected for what X12 cannot say."""
        envelope = Envelope(
            sender=self.sender,
            receiver=self.receiver,
            # By chance: processes share no counter, and nobody answers by this number alone.
            control=1 + secrets.randbelow(_NUMBERS),
            is_test=self.is_test,
            originator=self.originator,
            sender_qualifier=self.sender_qualifier,
            receiver_qualifier=self.receiver_qualifier,
        )
        try:
            return build(inquiry, envelope)
        except X12Error as error:
            words = f"the question cannot be written: {error.message}. Correct it."
            raise Rejected(self.vendor, words, code=str(error.code)) from None
