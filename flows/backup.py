"""Copy, every night, what cannot be had again, and delete the copies that may not last.

Running it twice for one moment copies the ledger once.
"""

from datetime import UTC, datetime

from tasks.copies import back_up_keys, back_up_ledger, tidy_copies
from tasks.guard import guarded_flow


@guarded_flow(name="backup", flow_run_name="backup-{clinic}")
def backup(clinic: str, now: datetime | None = None) -> dict[str, dict[str, int]]:
    """Back the ledger and its keys up and tidy, each whatever became of the one before."""
    moment = now or datetime.now(UTC)
    # A bucket that does not answer is no reason to keep the keys of who was erased.
    ledger = back_up_ledger(clinic, moment, return_state=True)
    keys = back_up_keys(clinic, moment, return_state=True)
    tidied = tidy_copies(clinic, moment)
    return {"ledger": ledger.result(), "keys": keys.result(), "tidied": tidied}
