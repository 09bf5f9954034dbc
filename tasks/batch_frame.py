"""A fetched batch as the frame that its contracts look at: no identity, rows by pseudonym."""

from typing import TYPE_CHECKING

import pandas as pd

from ledger.store import Ledger

if TYPE_CHECKING:
    from connectors.practice.base import Snapshot

_COLUMNS = ("booked_at", "starts_at", "updated_at", "status", "cancelled_at", "visit_type")


def visit_frame(ledger: Ledger, snapshot: "Snapshot") -> pd.DataFrame:
    """One row per visit and per rejected row, with the columns that contracts name."""
    rows = [
        {name: getattr(visit, name) for name in _COLUMNS}
        | {
            "row_id": ledger.pseudonym(visit.source_id)[:12],
            "source_id": visit.source_id,
            "patient_source_id": visit.patient_source_id,
            "practitioner_source_id": visit.practitioner_source_id,
            "status": visit.status.value,
            "reject_reason": None,
        }
        for visit in snapshot.visits
    ]
    frame = pd.DataFrame(rows)
    bad = [row for row in snapshot.rejected if row.resource.startswith(("individual", "appoint"))]
    if bad:
        refused = pd.DataFrame(
            {
                "row_id": [ledger.pseudonym(f"{row.source_id}")[:12] for row in bad],
                "reject_reason": [row.reason_code for row in bad],
            }
        )
        frame = pd.concat([frame, refused], ignore_index=True)
    return frame
