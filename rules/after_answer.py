"""What follows from a payer's word: an answer that counts, a question asked again, or a person.

Nothing is concluded from silence: a payer that was down says nothing of a plan.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from data_contracts.coverage import CoverageStatus, CoverageSummary, NextStep
from data_contracts.verification import Errand, ErrandKind, InquiryStatus, Outcome
from rules.rejection import BACKOFF, HOURLY, leading, repeat_after, variant

DAY = timedelta(hours=24)
PATIENCE = timedelta(hours=24)
"""So long before the visit a person hears that a payer does not answer."""
SOON = timedelta(hours=2)
"""How long a payer may be silent about a visit that is nearer than that."""

CHECK, FIX, ENROL = ErrandKind.CHECK, ErrandKind.FIX, ErrandKind.ENROL
MEND, SILENT = ErrandKind.MEND, ErrandKind.SILENT
ERRANDS: dict[NextStep, Errand] = {
    NextStep.FIX_DATA: Errand(FIX, "member_not_found"),
    NextStep.FIX_PROVIDER: Errand(ENROL, "provider_data_wrong"),
    NextStep.ENROLL: Errand(ENROL, "not_enrolled"),
    NextStep.FIX_CONFIGURATION: Errand(MEND, "payer_settings_wrong"),
    NextStep.MANUAL: Errand(CHECK, "payer_wants_a_call"),
    NextStep.STOP: Errand(CHECK, "payer_wants_a_call"),
    NextStep.RETRY_PLAN_LEVEL: Errand(CHECK, "payer_wants_a_call"),
    NextStep.RETRY_TODAY: Errand(CHECK, "payer_wants_a_call"),
}
"""What a person does about a refusal that asking again does not mend."""
OF_PAYER = frozenset({ENROL, MEND})
"""Errands that one person does once, whoever the patients are."""


class Asked(NamedTuple):
    """How a question was asked, and what else there is to try."""

    attempts: int
    is_other_form: bool
    """It was asked in another form already, which is done once."""
    has_other_form: bool
    """What was refused of it can be said otherwise."""
    may_repeat: bool
    """False: the payer takes a question a day."""
    due_at: datetime
    starts_at: datetime


class Verdict(NamedTuple):
    """Where the question stands now; `retry_at` with PLANNED."""

    status: InquiryStatus
    outcome: Outcome
    retry_at: datetime | None = None
    in_other_form: bool = False
    errand: Errand | None = None


def after_summary(summary: CoverageSummary, asked: Asked, now: datetime) -> Verdict:
    """What follows from an answer about the right patient."""
    if summary.status in (CoverageStatus.ACTIVE, CoverageStatus.INACTIVE):
        return Verdict(InquiryStatus.ANSWERED, Outcome.USABLE)
    if summary.status is CoverageStatus.UNKNOWN:
        errand = Errand(CHECK, "coverage_unclear")
        return Verdict(InquiryStatus.ANSWERED, Outcome.UNCLEAR, errand=errand)
    lead = leading(summary.rejections)
    if lead is None:  # not found, without a code that says so
        errand = ERRANDS[NextStep.FIX_DATA]
        return Verdict(InquiryStatus.ENDED, Outcome.REJECTED, errand=errand)
    wait = repeat_after(summary.rejections, asked.attempts, now - asked.due_at)
    if lead.action is NextStep.RETRY:
        return _later(asked, now, wait or HOURLY, Outcome.REJECTED)
    tried = {lead.action} if asked.is_other_form else set()
    if asked.has_other_form and variant(summary.rejections, tried) is not None:
        at = now if asked.may_repeat else now + DAY
        if at < asked.starts_at:
            return Verdict(InquiryStatus.PLANNED, Outcome.REJECTED, at, in_other_form=True)
    if lead.wait is not None and lead.wait <= DAY and now + lead.wait < asked.starts_at:
        return Verdict(InquiryStatus.PLANNED, Outcome.REJECTED, now + lead.wait)
    return Verdict(InquiryStatus.ENDED, Outcome.REJECTED, errand=_errand(lead.action))


def _errand(action: NextStep) -> Errand:
    return ERRANDS.get(action, Errand(CHECK, "payer_wants_a_call"))


def after_silence(
    asked: Asked, now: datetime, *, may_have_left: bool = True, until: datetime | None = None
) -> Verdict:
    """What follows from no answer; never `inactive`.

    `until`: when the clearinghouse takes more.
    """
    wait = BACKOFF[asked.attempts - 1] if asked.attempts <= len(BACKOFF) else HOURLY
    if may_have_left and not asked.may_repeat:
        wait = DAY
    if until is not None and until > now:
        wait = max(wait, until - now)
    return _later(asked, now, wait, Outcome.SILENT)


def _later(asked: Asked, now: datetime, wait: timedelta, outcome: Outcome) -> Verdict:
    """Asked again while it helps the visit, and a day at most: then it is a new question, which is
    due by itself."""
    wait = wait if asked.may_repeat or outcome is Outcome.SILENT else max(wait, DAY)
    at = now + wait
    is_over = at >= asked.starts_at or (asked.may_repeat and at >= asked.due_at + DAY)
    is_told = is_late(asked, now) or at >= asked.starts_at
    errand = Errand(SILENT, "payer_silent") if is_told else None
    if is_over:
        return Verdict(InquiryStatus.ENDED, outcome, errand=errand)
    return Verdict(InquiryStatus.PLANNED, outcome, at, errand=errand)


def is_late(asked: Asked, now: datetime) -> bool:
    """Whether a person must know now that nothing is known: a day before the visit, or two hours
    after the check was due where the visit is nearer than that."""
    return now >= max(asked.starts_at - PATIENCE, asked.due_at + SOON)
