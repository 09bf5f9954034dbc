"""Let every visit know its coverage: at booking, and two days ahead.

Runs every quarter of an hour of the clinic's waking hours, and whenever a visit was booked. Running
it twice asks nothing twice: a question is a row, and the same one is new only a day later.
"""

from datetime import UTC, datetime, timedelta
from time import monotonic

from tasks.choosing import choose_inquiries
from tasks.coverage_notes import note_coverage
from tasks.coverage_watch import count_down
from tasks.guard import guarded_flow
from tasks.inquiring import ask_payers
from tasks.policies import read_policies


@guarded_flow(name="verify-eligibility", flow_run_name="eligibility-{clinic}")
def verify_eligibility(clinic: str, now: datetime | None = None) -> dict[str, dict[str, int]]:
    """Read cards, choose and ask what is due, count down, note what is known."""
    moment, began = now or datetime.now(UTC), monotonic()
    # A practice system that cannot be read now is no reason not to ask about the cards we have.
    read = read_policies(clinic, moment, return_state=True)
    chosen = choose_inquiries(clinic, moment)
    # Reading cards may take long, and a day of Medicare's begins when it is asked.
    later = moment + timedelta(seconds=monotonic() - began)
    asked = ask_payers(clinic, later, return_state=True)
    watched = count_down(clinic, moment)
    noted = note_coverage(clinic, moment)
    return {
        "policies": read.result(),
        "chosen": chosen,
        "asked": asked.result(),
        "watched": watched,
        "noted": noted,
    }
