"""What a payment leaves to a person: a claim that was denied, a share that nobody may be billed."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from data_contracts.message import Reason
from ledger import claims, records
from ledger.remittances import JudgedPayment
from ledger.store import to_json
from rules.cost_share import cost_share, names_beneficiary
from rules.denial import Outcome
from rules.scrub_coverage import NO_COST_SHARE

_APPEAL = timedelta(days=7)
_SOON = timedelta(days=1)


def tell_denied(con: Connection, one: JudgedPayment, now: datetime) -> None:
    """A denied claim is work for a person, and so is one that was not paid without a reason."""
    if one.payment.is_reversal:
        return
    reason = None
    if one.denials:
        reason = Reason.CLAIM_DENIED
    elif one.outcome == Outcome.UNEXPLAINED.value:
        reason = Reason.CLAIM_UNEXPLAINED
    if reason is None:
        return
    codes = sorted({f"{line.group}-{line.reason}" for line in one.denials})
    detail = {
        "claim": one.claim.control,
        "payer": one.payer,
        "codes": codes,
        "class": one.main_class,
        "step": one.main_step,
    }
    records.add_staff_task(
        con,
        kind="denied_claim",
        reason=reason.value,
        detail=to_json(detail),
        due_at=now + _APPEAL,
        now=now,
        dedupe_key=f"denied_claim|{one.claim.claim_id}|{one.paid_on}|{','.join(codes)}"[:160],
        visit_id=one.claim.visit_id,
        patient_id=one.claim.patient_id,
    )


def tell_share(con: Connection, one: JudgedPayment, now: datetime) -> None:
    """What a payer leaves to a beneficiary is a person's to keep off the patient's bill."""
    share = cost_share(one.payment)
    if one.payment.is_reversal or share <= 0:
        return
    known = (
        finding.code == NO_COST_SHARE for finding in claims.findings_of(con, one.claim.claim_id)
    )
    if not (names_beneficiary(one.payment) or any(known)):
        return
    detail = {"claim": one.claim.control, "payer": one.payer, "share_cents": int(share * 100)}
    records.add_staff_task(
        con,
        kind="write_off_share",
        reason=Reason.SHARE_NOT_OWED.value,
        detail=to_json(detail),
        due_at=now + _SOON,
        now=now,
        dedupe_key=f"write_off_share|{one.claim.claim_id}|{share}"[:160],
        visit_id=one.claim.visit_id,
        patient_id=one.claim.patient_id,
    )
