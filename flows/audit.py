"""Look, every night, whether all that was done may be shown to an auditor.

What was sent is checked against the rules anew, and the audit against the notes outside. Running
it twice changes nothing.
"""

from datetime import UTC, datetime

from tasks.auditing import verify_audit
from tasks.guard import guarded_flow
from tasks.invariants import check_invariants


@guarded_flow(name="audit", flow_run_name="audit-{clinic}")
def audit(clinic: str, now: datetime | None = None) -> dict[str, dict[str, int]]:
    """Check the invariants, verify the audit, note its head; a breach fails the run."""
    moment = now or datetime.now(UTC)
    # The pause is set already; the audit is verified all the same, and the run fails at its end.
    checked = check_invariants(clinic, moment, return_state=True)
    verified = verify_audit(clinic)
    return {"invariants": checked.result(), "audit": verified}
