"""A sprint's course: begun, moved on, closed; each act written down with who did it and why."""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from data_contracts.deed import Act, Deed
from data_contracts.errors import GateClosed, UserError
from data_contracts.sprint import (
    Check,
    Lever,
    Phase,
    Sprint,
    StaffSample,
    Step,
    StepKind,
    Verdict,
)
from ledger.audit import record
from ledger.sprints import add_sample, add_sprint, add_steps, add_terms, newest, steps_of
from rules.assignment import treated_share
from rules.playbook import (
    LEVER_OF,
    TIMED,
    next_phase,
    sample_problem,
    to_close,
    to_enter,
    to_leave,
)
from rules.sprint_course import Course, course
from tasks.economy import assumptions_of
from tasks.room import Room
from tasks.sprint_standing import facts_of, today


class SprintUnfit(UserError):
    """There is no sprint to do this with, or one that does not allow it."""


class SprintHeld(GateClosed):
    """A check of the playbook is open; each line says which, and what is missing."""


def begin(
    here: Room,
    now: datetime,
    *,
    has_hold_out: bool = True,
    clinicians: int | None = None,
    reason: str = "",
) -> Sprint:
    """Begin the clinic's next sprint; one runs at a time. Raises SprintUnfit."""
    with _alone(here) as con:
        last = newest(con)
        if last is not None and _course(con, last).closed_on is None:
            raise SprintUnfit(
                f"{here.clinic.slug}: {last.name} runs since {last.started_on}; two at once could"
                f" not be told apart. Close it first: `ptclinic sprint close {here.clinic.slug}`"
            )
        if not has_hold_out and not reason:
            raise SprintUnfit(
                "without a hold-out nobody can say what the sprint caused; say why with --reason"
            )
        number = last.number + 1 if last else 1
        one = Sprint(
            name=f"sprint-{number}",
            number=number,
            started_on=today(here, now),
            started_at=now,
            treated_share=treated_share(number) if has_hold_out else 1.0,
            salt=secrets.token_hex(16),
        )
        _refuse_the_past(con, last, now)
        add_sprint(con, one)
        first = _step(here, now, StepKind.PHASE, Phase.AUDIT.value, reason=reason)
        add_steps(con, one.name, [first, *_told(here, now, clinicians)])
        held = f"{1 - one.treated_share:.0%} held out"
        record(here.ledger, con, [Act(Deed.SPRINT_BEGUN, one.name, held)])
        return one


def move_on(here: Room, now: datetime, *, clinicians: int | None = None, reason: str = "") -> Phase:
    """Enter the next phase and switch its lever on. Raises SprintHeld where a check is open.

    With a reason it goes on all the same; the step is kept as early, and shown as that.
    """
    with _alone(here) as con:
        one, now_is = _running(here, con, now)
        add_steps(con, one.name, _told(here, now, clinicians))
        after = next_phase(now_is.phase)
        if after is None:
            raise SprintUnfit(
                f"{one.name} is in its last phase; end it with `ptclinic sprint close`"
            )
        facts = facts_of(here, con, one, now)
        checks = (*to_leave(now_is.phase, facts), *to_enter(LEVER_OF[after], facts))
        is_early = _pass(f"{one.name} cannot enter {after.value}", checks, reason)
        why = reason if is_early else ""
        steps = [_step(here, now, StepKind.PHASE, after.value, is_early=is_early, reason=why)]
        acts = [Act(Deed.SPRINT_MOVED, one.name, f"{after.value}{_early(is_early)}")]
        lever = LEVER_OF[after]
        if now_is.span(lever) is None:
            steps.append(
                _step(here, now, StepKind.LEVER, lever.value, is_early=is_early, reason=why)
            )
            acts.append(Act(Deed.LEVER_SWITCHED, one.name, f"{lever.value}{_early(is_early)}"))
        add_steps(con, one.name, steps)
        record(here.ledger, con, acts)
        return after


def switch_on(
    here: Room, lever: Lever, now: datetime, *, clinicians: int | None = None, reason: str = ""
) -> bool:
    """Switch a lever on within the phase as it is; whether it was early. Raises SprintHeld."""
    with _alone(here) as con:
        one, now_is = _running(here, con, now)
        if (span := now_is.span(lever)) is not None:
            raise SprintUnfit(f"{one.name}: {lever.value} is on since {span.from_on}")
        add_steps(con, one.name, _told(here, now, clinicians))
        checks = to_enter(lever, facts_of(here, con, one, now))
        is_early = _pass(f"{lever.value} cannot be switched on", checks, reason)
        why = reason if is_early else ""
        step = _step(here, now, StepKind.LEVER, lever.value, is_early=is_early, reason=why)
        add_steps(con, one.name, [step])
        said = f"{lever.value}{_early(is_early)}"
        record(here.ledger, con, [Act(Deed.LEVER_SWITCHED, one.name, said)])
        return is_early


def close(here: Room, now: datetime, *, reason: str = "") -> Sprint:
    """End the sprint; a tenth stays held out as a monitor. Raises SprintHeld before its time.

    What its dollars take from the clinic's file is settled with it.
    """
    with _alone(here) as con:
        one, now_is = _running(here, con, now)
        checks = to_close(now_is.phase, facts_of(here, con, one, now))
        is_early = _pass(f"{one.name} cannot be closed", checks, reason)
        why = reason if is_early else ""
        step = _step(here, now, StepKind.CLOSED, "", is_early=is_early, reason=why)
        add_steps(con, one.name, [step])
        add_terms(con, one.name, assumptions_of(here.clinic).terms)
        record(here.ledger, con, [Act(Deed.SPRINT_CLOSED, one.name, f"closed{_early(is_early)}")])
        return one


def keep_sample(here: Room, sample: StaffSample, now: datetime) -> str:
    """Keep what a piece of work took by the watch; its id. Raises SprintUnfit."""
    with here.ledger.write() as con:
        one = running_sprint(here, con)
        lever = next(lever for lever, timed in TIMED.items() if sample.activity in timed)
        span = _course(con, one).span(lever)
        if sample.timed_on > today(here, now):
            raise SprintUnfit(f"{sample.timed_on} is still to come; give the day it was timed on")
        problem = sample_problem(sample.when, sample.timed_on, span.from_on if span else None)
        if problem is not None:
            raise SprintUnfit(f"{sample.activity.value}: {problem}")
        own = add_sample(con, one.name, sample, now)
        said = f"{sample.activity.value}, {sample.when.value}"
        record(here.ledger, con, [Act(Deed.SAMPLE_TIMED, one.name, said)])
        return own


def running_sprint(here: Room, con: Connection) -> Sprint:
    """The sprint that runs. Raises SprintUnfit where none does."""
    one = newest(con)
    if one is None or _course(con, one).closed_on is not None:
        raise SprintUnfit(
            f"{here.clinic.slug}: no sprint runs; begin one with"
            f" `ptclinic sprint start {here.clinic.slug}`"
        )
    return one


def _running(here: Room, con: Connection, now: datetime) -> tuple[Sprint, Course]:
    one = running_sprint(here, con)
    _refuse_the_past(con, one, now)
    return one, _course(con, one)


def _course(con: Connection, one: Sprint) -> Course:
    return course(steps_of(con, one.name))


def _refuse_the_past(con: Connection, one: Sprint | None, now: datetime) -> None:
    steps = steps_of(con, one.name) if one else []
    if steps and now < steps[-1].at:
        raise SprintUnfit(f"the last step was on {steps[-1].on}; nothing is dated back before it")


@contextmanager
def _alone(here: Room) -> Iterator[Connection]:
    """A transaction in which nobody else moves the sprint, or this one is taken back."""
    try:
        with here.ledger.write() as con:
            yield con
    except IntegrityError:
        raise SprintUnfit(
            f"somebody else moved the sprint at this moment; see"
            f" `ptclinic sprint status {here.clinic.slug}`"
        ) from None


def _pass(what: str, checks: Iterable[Check], reason: str) -> bool:
    """Whether it goes on though a check is open. Raises SprintHeld where no reason was given."""
    closed = [one for one in checks if one.verdict is Verdict.OPEN]
    if closed and not reason:
        lines = "\n".join(f"  {one.name}: {one.words}" for one in closed)
        raise SprintHeld(f"{what} yet:\n{lines}\n  To do it all the same give --reason.")
    return bool(closed)


def _early(is_early: bool) -> str:
    return ", early" if is_early else ""


def _told(here: Room, now: datetime, clinicians: int | None) -> list[Step]:
    if clinicians is None:
        return []
    return [_step(here, now, StepKind.CLINICIANS, str(clinicians))]


def _step(
    here: Room,
    now: datetime,
    kind: StepKind,
    what: str,
    *,
    is_early: bool = False,
    reason: str = "",
) -> Step:
    on: date = today(here, now)
    return Step(kind=kind, what=what, on=on, at=now, is_early=is_early, reason=reason.strip())
