"""Handle what patients and carriers said, as soon as it came in.

Started by whoever received it, where `ptclinic attend` does not run. One run drains the inbox until
it is empty; a second one finds another at it, or nothing, and ends.
"""

from datetime import UTC, datetime

from tasks.book_writing import write_book
from tasks.dispatch import dispatch
from tasks.draining import drain
from tasks.guard import guarded_flow


@guarded_flow(name="patient-replies", flow_run_name="replies-{clinic}")
def patient_replies(clinic: str, now: datetime | None = None) -> dict[str, dict[str, int]]:
    """Drain the inbox, write what patients asked of the book, send what that made due."""
    moment = now or datetime.now(UTC)
    return {
        "inbox": drain(clinic, moment),
        "written": write_book(clinic, moment),
        "sent": dispatch(clinic, moment),
    }
