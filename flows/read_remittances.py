"""Read what clearinghouse and payers say of claims: taken, turned back, paid, denied.

Runs a few times a day. Running it twice reads nothing twice: each file is known by its content.
"""

from datetime import UTC, datetime

from tasks.claim_answers import take_claim_answers
from tasks.guard import guarded_flow


@guarded_flow(name="read-remittances", flow_run_name="remittances-{clinic}")
def read_remittances(clinic: str, now: datetime | None = None) -> dict[str, int]:
    """Take each new file once; count what was denied, and ask a person for what needs one."""
    return take_claim_answers(clinic, now or datetime.now(UTC))
