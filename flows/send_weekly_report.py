"""Tell the owner, once a week, that the report is ready, and where.

Running it twice in a week writes the report anew and sends no second letter.
"""

from datetime import UTC, datetime

from tasks.guard import guarded_flow
from tasks.loading import load_facts
from tasks.owner_letter import write_to_owner
from tasks.reporting import report


@guarded_flow(name="send-weekly-report", flow_run_name="weekly-report-{clinic}")
def send_weekly_report(clinic: str, now: datetime | None = None) -> dict[str, str]:
    """Load the facts, write the report, and send its owner the link."""
    moment = now or datetime.now(UTC)
    load_facts(clinic, moment)
    path = report(clinic, moment)
    return {"report": path, "letter": write_to_owner(clinic, moment)}
