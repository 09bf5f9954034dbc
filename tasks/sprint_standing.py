"""How a sprint stands: what its checks look at, what they come to, and what is told of it."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from data_contracts.sprint import (
    HELD_OUT,
    TREATED,
    Activity,
    ArmCount,
    Baseline,
    Check,
    DefinitionChange,
    Phase,
    SampleTime,
    Sprint,
    SprintStatus,
)
from data_contracts.visit import VisitStatus
from ledger.arms import governing
from ledger.halt import halted
from ledger.schema import visits
from ledger.schema_sprint import staff_samples
from ledger.sprints import all_sprints, baseline_of, newest, steps_of
from rules.assignment import Draw, draw_of, monitor_of
from rules.definitions import changes, hashed
from rules.playbook import LEVER_OF, Facts, next_phase, phase_by_plan, to_enter, to_leave
from rules.readiness import not_ready
from rules.sprint_course import Course, course
from tasks.room import Room

_RECENT = timedelta(days=28)
_SAW = [VisitStatus.ARRIVED.value, VisitStatus.NO_SHOW.value, VisitStatus.BOOKED.value]


def draw_now(con: Connection) -> Draw:
    """By what arms are drawn in this transaction."""
    return draw_of([(one, course(steps_of(con, one.name))) for one in all_sprints(con)])


def today(here: Room, now: datetime) -> date:
    """The clinic's own day."""
    return now.astimezone(here.clinic.zone).date()


def sprint_status(here: Room, now: datetime) -> SprintStatus | None:
    """The sprint that runs, or the last that ran; None before the first."""
    with here.ledger.read() as con:
        one = newest(con)
        return None if one is None else _status(here, con, one, now)


def definition_changes(baseline: Baseline | None, here: Room) -> tuple[DefinitionChange, ...]:
    """What counts as what now and did not when the baseline was frozen."""
    return changes(baseline.definitions, hashed(definitions(here))) if baseline else ()


def definitions(here: Room) -> dict[str, object]:
    """What the clinic counts as what: its own words for it, its days, what a visit is taken to
    collect, what each metric is made of, and the rules that metrics, arms and dollars share."""
    from warehouse.counting import counting_rules
    from warehouse.metric_sql import load_metrics

    parts = ("unit", "source", "where", "numerator", "denominator", "when")
    found: dict[str, object] = {
        "`definitions`": here.clinic.definitions.model_dump(mode="json"),
        "`timezone`": here.clinic.timezone,
        "`visit_value_cents`": here.clinic.visit_value_cents,
    }
    found |= {f"rule {name}": sql for name, sql in counting_rules().items()}
    for name, metric in load_metrics().items():
        found[f"metric {name}"] = metric.model_dump(mode="json", include=set(parts))
    return found


def facts_of(here: Room, con: Connection, one: Sprint, now: datetime) -> Facts:
    """What the checks of the playbook look at."""
    now_is, baseline = course(steps_of(con, one.name)), baseline_of(con, one.name)
    arms: Counter[str] = Counter()
    for count in _arms(con, [one.name]):
        arms[count.arm] += count.visits
    on = today(here, now)
    return Facts(
        today=on,
        started_on=one.started_on,
        lever_days=tuple((span.lever, span.from_on) for span in now_is.levers),
        baseline_weeks=baseline.weeks if baseline else None,
        not_ready=not_ready(here.clinic, on, is_halted=halted(con) is not None),
        is_insurance_connected=here.clinic.insurance is not None,
        clinicians=now_is.clinicians,
        therapists=_therapists(con, now),
        samples=frozenset(_samples(con, one.name)),
        treated=arms[TREATED],
        held_out=arms[HELD_OUT],
        has_hold_out=one.treated_share < 1,
    )


def entering(phase: Phase, facts: Facts) -> tuple[Check, ...]:
    """What must be so before the phase after this one begins; nothing after the last."""
    after = next_phase(phase)
    return to_enter(LEVER_OF[after], facts) if after else ()


def _status(here: Room, con: Connection, one: Sprint, now: datetime) -> SprintStatus:
    steps, baseline = steps_of(con, one.name), baseline_of(con, one.name)
    now_is, facts = course(steps), facts_of(here, con, one, now)
    return SprintStatus(
        name=one.name,
        number=one.number,
        started_on=one.started_on,
        closed_on=now_is.closed_on,
        week=facts.week,
        phase=now_is.phase,
        phase_by_plan=phase_by_plan(facts.week),
        treated_share=one.treated_share,
        is_measured=now_is.is_measured,
        levers=now_is.levers,
        steps=tuple(steps),
        baseline=baseline,
        definition_changes=definition_changes(baseline, here),
        leaving=_checks(now_is, to_leave(now_is.phase, facts)),
        entering=_checks(now_is, entering(now_is.phase, facts)),
        arms=tuple(_arms(con, [one.name, monitor_of(one)])),
        samples={f"{what}, {when}": n for (what, when), n in _samples(con, one.name).items()},
    )


def _checks(now_is: Course, found: tuple[Check, ...]) -> tuple[Check, ...]:
    return () if now_is.closed_on is not None else found


def _arms(con: Connection, names: list[str]) -> list[ArmCount]:
    one = governing()
    columns = (one.c.sprint, one.c.arm, one.c.stratum)
    query = select(*columns, func.count()).where(one.c.sprint.in_(names)).group_by(*columns)
    return [
        ArmCount(sprint=sprint, arm=arm, stratum=stratum, visits=visits)
        for sprint, arm, stratum, visits in con.execute(query.order_by(*columns))
    ]


def _samples(con: Connection, sprint: str) -> dict[tuple[Activity, SampleTime], int]:
    columns = (staff_samples.c.activity, staff_samples.c.when_phase)
    query = select(*columns, func.count()).where(staff_samples.c.sprint == sprint)
    found: Any = con.execute(query.group_by(*columns).order_by(*columns))
    return {(Activity(what), SampleTime(when)): count for what, when, count in found}


def _therapists(con: Connection, now: datetime) -> int:
    query = select(func.count(visits.c.practitioner_id.distinct())).where(
        visits.c.starts_at > now - _RECENT,
        visits.c.starts_at <= now,
        visits.c.status.in_(_SAW),
    )
    found: int = con.execute(query).scalar_one()
    return found
