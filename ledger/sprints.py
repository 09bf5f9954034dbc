"""Sprints as the ledger keeps them: begun once, then step by step; nothing is ever changed."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select

from data_contracts.sprint import Baseline, Sprint, StaffSample, Step, StepKind
from ledger.schema_sprint import baselines, sprint_steps, sprint_terms, sprints, staff_samples
from ledger.store import new_id, pairs, to_json


def all_sprints(con: Connection) -> list[Sprint]:
    """Every sprint there was, the oldest first."""
    return [_sprint(row) for row in con.execute(select(sprints).order_by(sprints.c.number))]


def newest(con: Connection) -> Sprint | None:
    """The sprint that runs, or the last that ran."""
    row = con.execute(select(sprints).order_by(sprints.c.number.desc()).limit(1)).first()
    return None if row is None else _sprint(row)


def _sprint(row: Any) -> Sprint:
    return Sprint(
        name=row.sprint,
        number=row.number,
        started_on=date.fromisoformat(row.started_on),
        started_at=row.started_at,
        treated_share=row.treated_share,
        salt=row.salt,
    )


def add_sprint(con: Connection, one: Sprint) -> None:
    """Begin a sprint; raises IntegrityError where another began under that number at the moment."""
    con.execute(
        sprints.insert().values(
            sprint=one.name,
            number=one.number,
            started_on=one.started_on.isoformat(),
            started_at=one.started_at,
            treated_share=one.treated_share,
            salt=one.salt,
        )
    )


def steps_of(con: Connection, sprint: str) -> list[Step]:
    """A sprint's course, in order."""
    query = select(sprint_steps).where(sprint_steps.c.sprint == sprint)
    return [
        Step(
            kind=StepKind(row.kind),
            what=row.what,
            on=date.fromisoformat(row.on_day),
            at=row.at,
            is_early=row.is_early,
            reason=row.reason,
        )
        for row in con.execute(query.order_by(sprint_steps.c.number))
    ]


def add_steps(con: Connection, sprint: str, steps: Iterable[Step]) -> None:
    """Write what happened; raises IntegrityError where somebody else wrote at the moment."""
    query = select(func.count()).select_from(sprint_steps).where(sprint_steps.c.sprint == sprint)
    known: int = con.execute(query).scalar_one()
    rows = [
        {
            "sprint": sprint,
            "number": known + place,
            "kind": one.kind.value,
            "what": one.what,
            "is_early": one.is_early,
            "reason": one.reason,
            "on_day": one.on.isoformat(),
            "at": one.at,
        }
        for place, one in enumerate(steps, start=1)
    ]
    if rows:
        con.execute(sprint_steps.insert(), rows)


def baseline_of(con: Connection, sprint: str) -> Baseline | None:
    """What the sprint is compared with; None before it was frozen."""
    row = con.execute(select(baselines).where(baselines.c.sprint == sprint)).first()
    if row is None:
        return None
    return Baseline(
        from_on=date.fromisoformat(row.from_on) if row.from_on else None,
        to_on=date.fromisoformat(row.to_on) if row.to_on else None,
        weeks=row.weeks,
        definitions=json.loads(row.definitions),
        definitions_hash=row.definitions_hash,
        figures=json.loads(row.figures),
        frozen_at=row.frozen_at,
    )


def add_baseline(con: Connection, sprint: str, one: Baseline) -> None:
    """Freeze it; raises IntegrityError where it was frozen before."""
    con.execute(
        baselines.insert().values(
            sprint=sprint,
            from_on=one.from_on.isoformat() if one.from_on else None,
            to_on=one.to_on.isoformat() if one.to_on else None,
            weeks=one.weeks,
            definitions=to_json(one.definitions),
            definitions_hash=one.definitions_hash,
            figures=to_json([figure.model_dump() for figure in one.figures]),
            frozen_at=one.frozen_at,
        )
    )


def add_terms(con: Connection, sprint: str, terms: Mapping[str, float | None]) -> None:
    """Settle what its dollars rest on; raises IntegrityError where that was done before."""
    rows = [{"sprint": sprint, "term": name, "value": value} for name, value in terms.items()]
    con.execute(sprint_terms.insert(), rows)


def terms_of(con: Connection, sprint: str) -> dict[str, float | None]:
    """What its dollars rest on, as it was at the close; empty before."""
    query = select(sprint_terms.c.term, sprint_terms.c.value)
    return pairs(con.execute(query.where(sprint_terms.c.sprint == sprint)))


def add_sample(con: Connection, sprint: str, one: StaffSample, now: datetime) -> str:
    """Keep what a piece of work took; returns its id."""
    own = new_id()
    con.execute(
        staff_samples.insert().values(
            sample_id=own,
            sprint=sprint,
            activity=one.activity.value,
            when_phase=one.when.value,
            minutes=one.minutes,
            role=one.role,
            timed_on=one.timed_on.isoformat(),
            recorded_at=now,
        )
    )
    return own
