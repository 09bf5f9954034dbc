"""Read what payers answered: whose it is, what it means, and what follows.

An answer is looked at in the transaction that writes what it means, some at a time. One that cannot
be read, or is about somebody else, is kept as it came, and stops no other.
"""

import logging
import secrets
import traceback
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection

from data_contracts.benefit import Answer, Loop, Rejection, Source
from data_contracts.clinic import Clinic
from data_contracts.coverage import CoverageStatus, CoverageSummary
from data_contracts.deed import Act, Deed
from data_contracts.inquiry import Inquiry, Media
from data_contracts.insurance import Payer
from data_contracts.verification import Errand, ErrandKind, InquiryStatus, Outcome, Why
from ledger import inquiries
from ledger.audit import record
from ledger.coverages import answers_of, raw_answer
from ledger.inquiries import About, Question, Taken, of_check, settle
from ledger.people import identity
from ledger.policies import card
from ledger.store import batched
from ledger.together import together
from rules.after_answer import Asked, Verdict, after_summary
from rules.answer_match import Doubt, Match, Matched, match
from rules.coverage import summarize_all
from rules.inquiry_variant import other_form
from tasks.asked_inquiry import carries_trace, inquiry_of, payer_of
from tasks.covering import carry, cover, unchecked_visits, visits_this_year
from tasks.failure import keep_failure
from tasks.insurance_errands import tell_person
from tasks.room import Room

log = logging.getLogger(__name__)

_WRONG_PATIENT = Errand(ErrandKind.WRONG_PATIENT, "other_patient")
_UNSURE = Errand(ErrandKind.WRONG_PATIENT, "whose_answer_unsure")
_UNREADABLE = Errand(ErrandKind.CHECK, "answer_unreadable")
_TOGETHER = 8
"""Answers in one transaction: a commit waits for the disk, and who writes meanwhile for it."""


class _Read(NamedTuple):
    """What an answer turned out to be."""

    verdict: Verdict
    answers: tuple[Answer, ...] = ()
    summary: CoverageSummary | None = None
    codes: str | None = None
    follow_up: str | None = None
    doubts: str = ""


def read_replies(here: Room, now: datetime) -> Counter[str]:
    """Read every answer that nobody read yet; returns counts by outcome."""
    counts: Counter[str] = Counter()
    seen: set[str] = set()
    while True:
        with here.ledger.read() as con:
            ids = inquiries.replied(con)
        new = [one for one in ids if one not in seen]
        if not new:
            return counts
        seen.update(new)
        for group in batched(new, _TOGETHER):
            counts += _handled(here, group, now)


def _handled(here: Room, group: list[str], now: datetime) -> Counter[str]:
    def look(con: Connection, inquiry_id: str) -> str:
        return _looked_at(here, con, inquiry_id, now)

    def keep(inquiry_id: str, error: Exception) -> str:
        return _kept_unread(here, inquiry_id, error, now)

    return together(here.ledger, group, look, keep)


def _kept_unread(here: Room, inquiry_id: str, error: Exception, now: datetime) -> str:
    ref, kind, slug = secrets.token_hex(4), type(error).__name__, here.clinic.slug
    keep_failure(ref, slug, kind, "".join(traceback.format_exception(error)))
    log.error("clinic %s: an answer could not be read (%s) ref=%s", slug, kind, ref)
    with here.ledger.write() as con:
        row = inquiries.reply_of(con, inquiry_id)
        if row is not None:
            _settle(con, row, _Read(_unreadable()), now)
    return Outcome.UNREADABLE.value


def _looked_at(here: Room, con: Connection, inquiry_id: str, now: datetime) -> str:
    row = inquiries.reply_of(con, inquiry_id)
    return "elsewhere" if row is None else _handle(here, con, row, now)


def _handle(here: Room, con: Connection, row: Any, now: datetime) -> str:
    record(here.ledger, con, [Act(Deed.COVERAGE_READ, row.patient_id, "to know the coverage")])
    payer = payer_of(here.clinic, row.payer_id)
    asked = _asked_as(here, row, payer, now)
    found = _read(here, con, row, payer, asked, now)
    _settle(con, row, found, now)
    if found.verdict.status is InquiryStatus.ANSWERED and found.summary is not None:
        asked_more = _ask_about_therapy(con, row, payer, found.summary, now)
        is_whole = not asked_more and not _is_open(con, row)
        cover(here, con, row, found.summary, now, is_whole=is_whole)
        if is_whole:
            _carry(here, con, row, found, now)
    elif asked is not None and not _is_open(con, row):
        _cover_by_the_others(here, con, row, asked, now)
    return found.verdict.outcome.value


def _asked_as(here: Room, row: Any, payer: Payer | None, now: datetime) -> Inquiry | None:
    """The question as it went out; None where the clinic's file no longer tells."""
    insurance = here.clinic.insurance
    if payer is None or insurance is None:
        return None
    who = identity(here.ledger, row.patient_id, row.identity)
    taken = Taken(row, row.fence, who, card(here.ledger, row), now)
    return inquiry_of(taken, payer, insurance, row.asked_at, _today(here, now))


def _today(here: Room, now: datetime) -> date:
    return now.astimezone(here.clinic.zone).date()


def _read(
    here: Room, con: Connection, row: Any, payer: Payer | None, asked: Inquiry | None, now: datetime
) -> _Read:
    found = answers_in(row, raw_answer(here.ledger, row))
    if not found:
        return _Read(_unreadable())
    if asked is None:
        return _not_theirs((), is_sure=False)
    theirs = _theirs(here.clinic, found, asked)
    if theirs.match is not Match.OURS:
        return _not_theirs(theirs.doubts, is_sure=theirs.match is Match.ANOTHERS)
    answers = [theirs.answer, *([] if theirs.answer.rejections else _others(here, con, row, asked))]
    summary = summary_of(here.clinic, con, row, answers)
    codes = tuple(dict.fromkeys(one.code for one in summary.rejections))
    may = Asked(
        attempts=row.attempts,
        is_other_form=row.is_other_form,
        has_other_form=other_form(asked, codes, _today(here, now)) is not None,
        may_repeat=asked.may_repeat,
        due_at=row.due_at,
        starts_at=row.starts_at,
    )
    follow_up = summary.rejections[0].follow_up if summary.rejections else None
    # A payer's day begins when it was asked, which in a long run is later than the run's time.
    verdict = after_summary(summary, may, max(now, row.asked_at))
    return _Read(verdict, tuple(answers), summary, ",".join(codes)[:32] or None, follow_up)


def _not_theirs(doubts: tuple[Doubt, ...], *, is_sure: bool) -> _Read:
    """Never taken for the patient's own; why stands in the task, in words without a person."""
    errand = _WRONG_PATIENT if is_sure else _UNSURE
    verdict = Verdict(InquiryStatus.ENDED, Outcome.OTHER_PATIENT, errand=errand)
    return _Read(verdict, doubts=", ".join(doubts))


def answers_in(row: Any, raw: bytes) -> tuple[Answer, ...]:
    """What an answer says, by its media; empty where it is none."""
    from connectors.x12.benefit_271 import read_answers
    from connectors.x12.errors import X12Error

    if row.refused:
        return (_refused(row.refused),)
    if row.media != Media.X12:
        return ()
    try:
        return read_answers(raw)
    except X12Error as error:
        log.warning("an answer cannot be read: %s", error.code)
        return ()


def _refused(text: str) -> Answer:
    """A refusal that came outside of X12, as an answer that says nothing else."""
    found = []
    for one in text.split(","):
        code, follow_up, loop = one.split(":")
        where = Source(0, f"{code}*{follow_up}")
        found.append(Rejection(code, follow_up, Loop(loop), where))
    return Answer("", None, None, None, (), tuple(found), ())


def _theirs(clinic: Clinic, answers: tuple[Answer, ...], asked: Inquiry) -> Matched:
    """The answer about the patient that was asked about, else the one that comes nearest."""
    carries = clinic.insurance is not None and carries_trace(clinic.insurance)
    found = [match(one, asked, carries_trace=carries) for one in answers]
    order = (Match.OURS, Match.UNSURE, Match.ANOTHERS)
    return min(found, key=lambda one: order.index(one.match))


def _others(here: Room, con: Connection, row: Any, asked: Inquiry) -> list[Answer]:
    """What the payer answered to the other questions of the same check."""
    found = []
    for other in answers_of(con, row.check_id):
        if other.inquiry_id == row.inquiry_id or other.outcome != Outcome.USABLE.value:
            continue
        its = asked.model_copy(update={"trace": other.inquiry_id})
        theirs = _theirs(here.clinic, answers_in(other, raw_answer(here.ledger, other)), its)
        if theirs.match is Match.OURS:
            found.append(theirs.answer)
    return found


def summary_of(
    clinic: Clinic, con: Connection, row: Any, answers: Sequence[Answer], on: date | None = None
) -> CoverageSummary:
    """What the answers of one check say together about the day of the visit, or another."""
    day = on or date.fromisoformat(row.service_on)
    own = visits_this_year(con, row.patient_id, day, clinic.zone)
    return summarize_all(answers, day, own_visits=own)


def _settle(con: Connection, row: Any, found: _Read, now: datetime) -> None:
    verdict = found.verdict
    more = {"code": found.codes or row.code, "follow_up": found.follow_up}
    if verdict.in_other_form:
        more["is_other_form"] = True
    settle(
        con,
        row.inquiry_id,
        row.fence,
        verdict.status,
        now,
        verdict.outcome,
        retry_at=verdict.retry_at,
        **more,
    )
    if verdict.errand is not None:
        detail = {"codes": found.codes, "because": found.doubts}
        tell_person(con, verdict.errand, row, now, {k: v for k, v in detail.items() if v})


def _unreadable() -> Verdict:
    return Verdict(InquiryStatus.ENDED, Outcome.UNREADABLE, errand=_UNREADABLE)


def _is_open(con: Connection, row: Any) -> bool:
    return any(InquiryStatus(one.status).is_open for one in of_check(con, row.check_id))


def _ask_about_therapy(
    con: Connection, row: Any, payer: Payer | None, summary: CoverageSummary, now: datetime
) -> bool:
    """Ask by the service types for silence, where all were asked and none spoke of therapy."""
    is_silent = summary.status is CoverageStatus.ACTIVE and summary.pt_covered is None
    if payer is None or payer.is_medicare or not is_silent or _is_open(con, row):
        return False
    about = About(
        row.check_id, row.patient_id, row.policy_id, row.visit_id, Why.THERAPY, row.due_at
    )
    asked = {one.service_type for one in of_check(con, row.check_id)}
    new = 0
    for one in payer.if_silent:
        if one not in asked:
            on = date.fromisoformat(row.service_on)
            question = Question(row.payer_id, row.member_hash, row.person_hash, one, on)
            new += inquiries.add_question(con, question, about, now)
    return new > 0


def _cover_by_the_others(
    here: Room, con: Connection, row: Any, asked: Inquiry, now: datetime
) -> None:
    """The last question of a check was refused: what the others said is now all there is."""
    others = _others(here, con, row, asked)
    if others:
        summary = summary_of(here.clinic, con, row, others)
        cover(here, con, row, summary, now, is_whole=True)


def _carry(here: Room, con: Connection, row: Any, found: _Read, now: datetime) -> None:
    """What the answer says of the patient's next visits, where it is active on their day, too."""
    for visit_id, day in unchecked_visits(con, row, here.clinic.zone, now):
        summary = summary_of(here.clinic, con, row, found.answers, day)
        if summary.status is CoverageStatus.ACTIVE:
            carry(here, con, row, visit_id, summary, now)
