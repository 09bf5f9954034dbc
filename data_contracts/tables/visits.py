"""What a whole batch of visits must look like before anyone is reminded from it."""

from datetime import timedelta
from typing import Final

from data_contracts.tables.contract import (
    ASK_US,
    Contract,
    Known,
    NotAfter,
    Unique,
    must_have,
    rejected_share,
)
from data_contracts.visit import VisitStatus

# Clocks of two systems differ by minutes, never by an hour.
_SKEW: Final = timedelta(minutes=15)

VISITS: Final[tuple[Contract, ...]] = (
    *must_have("source_id"),
    *must_have("patient_source_id"),
    *must_have("starts_at"),
    *must_have("booked_at"),
    *must_have("status"),
    *must_have("updated_at"),
    Unique("source_id", "the same visit comes more than once", ASK_US),
    Known(
        "status",
        "more than one visit in a hundred has a status that we do not know",
        "Add the new status words to the clinic file's mapping.",
        tolerates=0.01,
        values=tuple(VisitStatus),
    ),
    NotAfter(
        "booked_at",
        "more than one visit in a hundred was booked in the future",
        "Check the export's date format and time zone: day and month may be swapped.",
        tolerates=0.01,
        margin=_SKEW,
    ),
    NotAfter(
        "starts_at",
        "more than one visit in a hundred starts more than two years ahead",
        "Check the export's date format: a year may be read as a day.",
        tolerates=0.01,
        margin=timedelta(days=731),
    ),
    NotAfter(
        "updated_at",
        "more than one visit in a hundred was changed in the future",
        "Check the clock of this machine, then the export's time zone.",
        tolerates=0.01,
        margin=_SKEW,
    ),
    rejected_share(),
)
