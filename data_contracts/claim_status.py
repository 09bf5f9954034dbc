"""What a clearinghouse or payer says of a claim before it is paid (X12 277CA, 005010X214).

Named tuples; nobody's name is taken out of the file. A claim is found by TRN02, which is the
number we gave it in CLM01.
"""

from datetime import date
from decimal import Decimal
from typing import NamedTuple


class Status(NamedTuple):
    """One composite of an STC segment, such as `A7:562:85`."""

    category: str
    """A0 to A8: how far the claim came."""
    code: str | None
    """A claim status code: why."""
    entity: str | None
    """Whose data it is about: 85 the billing provider, IL the insured, QC the patient."""


class ClaimStatus(NamedTuple):
    """What was said of one claim."""

    control: str
    statuses: tuple[Status, ...]
    charge: Decimal | None
    stated_on: date | None
    payer_control: str | None
    """REF*1K: the payer's number of the claim."""
    line_statuses: tuple[Status, ...]
    position: int
    """Of its first STC, counted from the ST segment, which is 1."""


class StatusReport(NamedTuple):
    """One transaction (ST..SE) of a 277CA: what was said of one batch of ours."""

    version: str
    is_acknowledgement: bool
    """False: a 277 that answers a question about a claim's status."""
    sender: str | None
    batch: str | None
    """TRN02 of the receiver's level: BHT03 of the file that we sent."""
    batch_statuses: tuple[Status, ...]
    """Of the file as a whole and of the billing provider."""
    claims: tuple[ClaimStatus, ...]
    warnings: tuple[str, ...]
