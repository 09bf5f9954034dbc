"""Ask the second payer for what the first left: a claim of its own, once the first has paid.

What the first decided is read from its remittance as it came. Nothing goes on where that payer
handed it on itself, denied it, or left nothing; what does not add up is a person's to file.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from connectors.x12.remittance_835 import read_remittances
from data_contracts.claim import Claim
from data_contracts.deed import Act, Deed
from data_contracts.message import Reason
from data_contracts.prior_payer import PriorPayer
from data_contracts.remittance import ClaimPayment
from ledger import second_claims
from ledger.audit import record
from ledger.keys import SealBroken
from ledger.remittances import raw_answer
from ledger.second_claims import Answered
from rules.coordination import Unclaimed, prior_payer
from tasks.charging import ask_to_mend_claim
from tasks.claim_facts import cover_of
from tasks.guard import guarded_task
from tasks.room import Room, room

_MOST = 500
"""Claims of one run: the next goes on."""
_UNREADABLE, _ORDER, _LEFT = "unreadable", "order", "left_before"
"""Of the first payer's file, of whom the first claim went to, of a claim that is gone already."""


@guarded_task(name="coordinate-claims")
def coordinate_claims(slug: str, now: datetime) -> dict[str, int]:
    """Look at what first payers decided since; returns counts by what became of it."""
    with room(slug) as here:
        return coordinate(here, now)


def coordinate(here: Room, now: datetime) -> dict[str, int]:
    """Each payment once: files are read first, then all that follows is one transaction."""
    part = here.clinic.claims
    if part is None or not part.second_payer:
        return {}
    found: Counter[str] = Counter()
    with here.ledger.read() as con:
        every = second_claims.to_coordinate(con, _MOST)
    files = _files(here, every)
    with here.ledger.write() as con:
        read = [Act(Deed.CLAIM_ANSWER_READ, name, "to ask the second payer") for name in files]
        people = sorted({one.claim.patient_id for one in every})
        looked = [Act(Deed.IDENTITY_READ, name, "to ask the second payer") for name in people]
        record(here.ledger, con, [*read, *looked])
        for one in every:
            what = _claimed(here, con, one, files[one.payment.answer_id], now)
            second_claims.set_looked_at(con, one.payment.payment_id, what, now)
            found[what] += 1
    return dict(found)


def _claimed(
    here: Room, con: Connection, one: Answered, payments: Iterable[ClaimPayment], now: datetime
) -> str:
    payer = cover_of(here.ledger, here.clinic, one.policy, None).payer
    if payer == one.claim.payer:
        return _by_hand(con, one, _ORDER, now)
    decided = _decided(here, one, payments)
    if isinstance(decided, PriorPayer):
        if second_claims.keep_second(here.ledger, con, one, payer, decided, now):
            return "claimed"
        return _by_hand(con, one, _LEFT, now)
    if decided is None:
        return _by_hand(con, one, _UNREADABLE, now)
    before = second_claims.second_of(con, one.claim.claim_id)
    if before is not None:
        # The first payer corrected itself: what it said before is nobody's claim any more.
        is_here = second_claims.withdraw(con, before, now)
        return decided.value if is_here else _by_hand(con, one, decided.value, now)
    return _by_hand(con, one, decided.value, now) if decided.needs_person else decided.value


def _decided(
    here: Room, one: Answered, payments: Iterable[ClaimPayment]
) -> PriorPayer | Unclaimed | None:
    """None where the first payer's file cannot be read any more."""
    row = one.payment
    mine = (
        paid
        for paid in payments
        if (paid.control, paid.position, paid.status)
        == (one.claim.control, row.position, row.status)
    )
    found = next(mine, None)
    if found is None:
        return None
    on = date.fromisoformat(row.paid_on) if row.paid_on else None
    return prior_payer(_filed(here, one), found, on)


def _filed(here: Room, one: Answered) -> Claim:
    return second_claims.filed_claim(here.ledger, one.claim)


def _files(here: Room, every: Iterable[Answered]) -> dict[str, list[ClaimPayment]]:
    """By file what it says of claims; nothing where its key was forgotten with somebody's data."""
    found: dict[str, list[ClaimPayment]] = {}
    for one in every:
        row = one.payment
        if row.answer_id in found:
            continue
        found[row.answer_id] = _said(here, row)
    return found


def _said(here: Room, row: Any) -> list[ClaimPayment]:
    if row.raw is None:
        return []
    try:
        raw = raw_answer(here.ledger, row)
    except SealBroken:
        return []
    return [claim for one in read_remittances(raw) for claim in one.claims]


def _by_hand(con: Connection, one: Answered, what: str, now: datetime) -> str:
    """Ask a person to file to the second payer; once a claim and reason."""
    ask_to_mend_claim(con, one.claim, Reason.SECOND_BY_HAND, {"what": [what]}, now)
    return what
