"""What a whole batch of patients must look like; only ids and instants are ever looked at."""

from datetime import timedelta
from typing import Final

from data_contracts.tables.contract import (
    ASK_US,
    Contract,
    NotAfter,
    Unique,
    must_have,
    rejected_share,
)

PATIENTS: Final[tuple[Contract, ...]] = (
    *must_have("source_id"),
    *must_have("updated_at"),
    Unique("source_id", "the same patient comes more than once", ASK_US),
    NotAfter(
        "updated_at",
        "more than one patient in a hundred was changed in the future",
        "Check the clock of this machine, then the export's time zone.",
        tolerates=0.01,
        margin=timedelta(minutes=15),
    ),
    rejected_share(),
)
