"""The 90 days of a sprint: which phase has which weeks, what must be so for it to begin or end."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from data_contracts.sprint import Activity, Check, Lever, Phase, SampleTime, Verdict

SPRINT_WEEKS: Final = 13
ENOUGH_WEEKS: Final = 8
"""Of a baseline: with fewer, before and after say nothing, and the report says so."""
WEEKS_ALONE: Final = 4
"""What two levers do that came closer together cannot be told apart."""

_FIRST_WEEK: Final = {
    Phase.AUDIT: 1,
    Phase.NO_SHOW: 3,
    Phase.INTAKE_INSURANCE: 7,
    Phase.OPTIMISATION: 13,
}
_PHASES: Final = tuple(_FIRST_WEEK)
LEVER_OF: Final = {
    Phase.NO_SHOW: Lever.NO_SHOW,
    Phase.INTAKE_INSURANCE: Lever.INTAKE_INSURANCE,
    Phase.OPTIMISATION: Lever.ENGAGEMENT,
}
PHASE_OF: Final = {lever: phase for phase, lever in LEVER_OF.items()}
TIMED: Final = {
    Lever.NO_SHOW: (Activity.REMINDER_CALL, Activity.REPLY, Activity.REFILL),
    Lever.INTAKE_INSURANCE: (Activity.VERIFICATION, Activity.INTAKE, Activity.CLAIM),
    Lever.ENGAGEMENT: (Activity.EXERCISE_CHECK,),
}
"""What work each lever takes over; the first is what a sample must be there of."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the checks look at. `baseline_weeks` is None until the baseline is frozen."""

    today: date
    started_on: date
    lever_days: tuple[tuple[Lever, date], ...] = ()
    baseline_weeks: int | None = None
    not_ready: tuple[str, ...] = ()
    """Why the extra that risk buys could not be delivered now, in words."""
    is_insurance_connected: bool = False
    clinicians: int | None = None
    therapists: int = 0
    """With visits in the last four weeks."""
    samples: frozenset[tuple[Activity, SampleTime]] = frozenset()
    treated: int = 0
    held_out: int = 0
    has_hold_out: bool = True

    @property
    def week(self) -> int:
        """The sprint's week, counted from 1."""
        return week_of(self.started_on, self.today)

    def weeks_with(self, lever: Lever) -> int | None:
        """For how many whole weeks a lever was on; None where it is off."""
        days = [on for one, on in self.lever_days if one is lever]
        return (self.today - days[0]).days // 7 if days else None


def week_of(started_on: date, today: date) -> int:
    """The week of a sprint in which a day falls, counted from 1; before it, the first."""
    return max(0, (today - started_on).days) // 7 + 1


def phase_by_plan(week: int) -> Phase:
    """The phase that a week belongs to."""
    return [phase for phase in _PHASES if _FIRST_WEEK[phase] <= week][-1]


def next_phase(phase: Phase) -> Phase | None:
    """What follows a phase; None after the last."""
    place = _PHASES.index(phase) + 1
    return _PHASES[place] if place < len(_PHASES) else None


def sample_problem(when: SampleTime, timed_on: date, lever_on: date | None) -> str | None:
    """Why a sample cannot be what it is called; None where it can."""
    is_on = lever_on is not None and timed_on >= lever_on
    if when is SampleTime.BEFORE and is_on:
        return f"the lever is on since {lever_on}; this is `after`"
    if when is SampleTime.AFTER and not is_on:
        return "its lever was not on yet; this is `before`"
    return None


def to_enter(lever: Lever, facts: Facts) -> tuple[Check, ...]:
    """What must be so before a lever is switched on."""
    found = [_in_its_week(lever, facts), _alone(lever, facts), _baseline(facts)]
    if lever is Lever.NO_SHOW:
        found.append(_delivery(facts))
    if lever is Lever.INTAKE_INSURANCE:
        found.append(_connected(facts))
    return (*found, _clinicians(facts), _timed(lever, SampleTime.BEFORE, facts))


def to_leave(phase: Phase, facts: Facts) -> tuple[Check, ...]:
    """What must be so before a phase ends; the last one ends with the sprint."""
    if phase is Phase.AUDIT:
        return (_baseline(facts),)
    lever = LEVER_OF[phase]
    found = [_long_enough(phase, facts), _timed(lever, SampleTime.AFTER, facts)]
    if phase is Phase.NO_SHOW:
        found.append(_both_arms(facts))
    return tuple(found)


def to_close(phase: Phase, facts: Facts) -> tuple[Check, ...]:
    """What must be so before a sprint ends."""
    is_last = next_phase(phase) is None
    words = f"in {phase.value}" + ("" if is_last else ", not in the last phase")
    over = f"week {facts.week}; {SPRINT_WEEKS} whole weeks are over in week {SPRINT_WEEKS + 1}"
    return (
        _check("length", is_open=facts.week <= SPRINT_WEEKS, words=over),
        _check("last phase", is_open=not is_last, words=words),
        *(to_leave(phase, facts) if is_last else ()),
    )


def _check(name: str, *, is_open: bool, words: str, said: bool = False) -> Check:
    verdict = Verdict.OPEN if is_open else Verdict.SAID if said else Verdict.PASSED
    return Check(name=name, verdict=verdict, words=words)


def _in_its_week(lever: Lever, facts: Facts) -> Check:
    first = _FIRST_WEEK[PHASE_OF[lever]]
    is_early = facts.week < first
    words = f"week {facts.week}; planned from week {first} on"
    return _check("week", is_open=is_early, words=words)


def _alone(lever: Lever, facts: Facts) -> Check:
    ages = [facts.weeks_with(one) or 0 for one, _ in facts.lever_days if one is not lever]
    newest = min(ages, default=None)
    if newest is None:
        return _check("alone", is_open=False, words="no other lever is on")
    words = f"another lever is on for {newest} weeks; after {WEEKS_ALONE} the next may follow"
    return _check("alone", is_open=newest < WEEKS_ALONE, words=words)


def _baseline(facts: Facts) -> Check:
    weeks = facts.baseline_weeks
    if weeks is None:
        words = "not frozen; run `ptclinic sprint freeze-baseline`"
        return _check("baseline", is_open=True, words=words)
    if weeks >= ENOUGH_WEEKS:
        return _check("baseline", is_open=False, words=f"frozen, {weeks} weeks")
    words = f"frozen, {weeks} of {ENOUGH_WEEKS} weeks: before and after cannot be compared"
    return _check("baseline", is_open=False, said=True, words=words)


def _delivery(facts: Facts) -> Check:
    words = "; ".join(facts.not_ready) or "what risk buys can be delivered"
    return _check("delivery", is_open=bool(facts.not_ready), words=words)


def _connected(facts: Facts) -> Check:
    is_there = facts.is_insurance_connected
    words = "`insurance` is set up" if is_there else "the clinic's file has no `insurance`"
    return _check("insurance", is_open=not is_there, words=words)


def _clinicians(facts: Facts) -> Check:
    needed = max(1, (facts.therapists + 1) // 2)
    told = facts.clinicians or 0
    words = f"{told} involved of {facts.therapists} with visits; {needed} needed"
    more = "" if told >= needed else "; say so with `--clinicians`"
    return _check("clinicians", is_open=told < needed, words=words + more)


def _timed(lever: Lever, when: SampleTime, facts: Facts) -> Check:
    activity = TIMED[lever][0]
    is_there = (activity, when) in facts.samples
    words = f"{activity.value} is timed" if is_there else f"{activity.value} is not timed yet"
    return _check(f"timed {when.value}", is_open=not is_there, words=words)


def _long_enough(phase: Phase, facts: Facts) -> Check:
    after = next_phase(phase)
    needed = (_FIRST_WEEK[after] if after else SPRINT_WEEKS + 1) - _FIRST_WEEK[phase]
    had = facts.weeks_with(LEVER_OF[phase])
    words = "its lever is off" if had is None else f"{had} of {needed} weeks with its lever on"
    return _check("long enough", is_open=(had or 0) < needed, words=words)


def _both_arms(facts: Facts) -> Check:
    if not facts.has_hold_out:
        words = "nobody is held out: what the extra adds cannot be told from what else changed"
        return _check("hold-out", is_open=False, said=True, words=words)
    words = f"{facts.treated} visits treated, {facts.held_out} held out"
    return _check("hold-out", is_open=not (facts.treated and facts.held_out), words=words)
