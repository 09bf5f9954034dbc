"""File the claims of what was done, each once, and none that a payer would have to turn back.

Runs once a day after the clinic's hours. Running it twice files nothing twice: what was charged is
one claim, and a claim leaves in one file.
"""

from datetime import UTC, datetime

from tasks.charging import read_charges
from tasks.claim_examining import examine_claims
from tasks.claim_filing import file_claims, send_claim_files
from tasks.coordinating import coordinate_claims
from tasks.guard import guarded_flow


@guarded_flow(name="submit-claims", flow_run_name="claims-{clinic}")
def submit_claims(clinic: str, now: datetime | None = None) -> dict[str, dict[str, int]]:
    """Read what was charged and what first payers left; hold it against all that is known, file
    what is clean, send it."""
    moment = now or datetime.now(UTC)
    charged = read_charges(clinic, moment)
    coordinated = coordinate_claims(clinic, moment)
    examined = examine_claims(clinic, moment)
    filed = file_claims(clinic, moment)
    sent = send_claim_files(clinic, moment)
    return {
        "charged": charged,
        "coordinated": coordinated,
        "examined": examined,
        "filed": filed,
        "sent": sent,
    }
