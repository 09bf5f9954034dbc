"""Keep the practice system open to us while the clinic sleeps.

Jane's refresh tokens end when they lie unused for half an hour, and with them the clinic's
consent. Running it twice costs one refresh more and changes nothing else.
"""

from datetime import UTC, datetime

from tasks.connecting import keep_connected as renew
from tasks.guard import guarded_flow


@guarded_flow(name="keep-connected", flow_run_name="connect-{clinic}")
def keep_connected(clinic: str, now: datetime | None = None) -> dict[str, int]:
    """Renew the tokens of a practice system that has some."""
    return renew(clinic, now or datetime.now(UTC))
