"""Freeze what a sprint is compared with: its weeks, their figures, and what counts as what."""

from datetime import date, datetime, time, timedelta

from sqlalchemy.exc import IntegrityError

from data_contracts.deed import Act, Deed
from data_contracts.sprint import Baseline, FrozenFigure, Lever
from ledger.audit import record
from ledger.sprints import add_baseline, baseline_of, steps_of
from rules.baseline import Span, baseline_span
from rules.definitions import hashed, overall
from rules.sprint_course import course
from tasks.loading import load_warehouse, warehouse
from tasks.measuring import metric_parameters
from tasks.room import Room
from tasks.sprint_standing import definitions, today
from tasks.sprinting import SprintUnfit, running_sprint

_DAYS = """
    SELECT DISTINCT timezone($zone, starts_at)::DATE FROM core_practice__visits
    WHERE status IN ('arrived', 'no_show', 'cancelled') AND starts_at < $now
"""


def freeze_baseline(here: Room, now: datetime) -> Baseline:
    """Freeze it, once a sprint; the weeks end before the lever whose effect is measured.

    Raises SprintUnfit where no sprint runs, or its baseline is frozen.
    """
    with here.ledger.read() as con:
        one = running_sprint(here, con)
        _refuse_again(baseline_of(con, one.name))
        lever = course(steps_of(con, one.name)).span(Lever.NO_SHOW)
    end = min(today(here, now), lever.from_on if lever else date.max) - timedelta(days=1)
    span, figures = _measured(here, now, end)
    hashes = hashed(definitions(here))
    found = Baseline(
        from_on=span.from_on,
        to_on=span.to_on,
        weeks=span.weeks,
        definitions=hashes,
        definitions_hash=overall(hashes),
        figures=figures,
        frozen_at=now,
    )
    try:
        with here.ledger.write() as con:
            add_baseline(con, one.name, found)
            words = f"{span.weeks} weeks, definitions {found.definitions_hash[:12]}"
            record(here.ledger, con, [Act(Deed.BASELINE_FROZEN, one.name, words)])
    except IntegrityError:
        raise SprintUnfit("somebody else froze the baseline at this moment") from None
    return found


def _refuse_again(known: Baseline | None) -> None:
    if known is not None:
        raise SprintUnfit(
            f"the baseline was frozen on {known.frozen_at:%Y-%m-%d}; what is frozen stays. The next"
            " sprint gets its own"
        )


def _measured(here: Room, now: datetime, end: date) -> tuple[Span, tuple[FrozenFigure, ...]]:
    from warehouse.metric_sql import load_metrics, run_metric

    load_warehouse(here, now)
    with warehouse(here) as con:
        told = {"zone": here.clinic.timezone, "now": now}
        span = baseline_span((day for (day,) in con.execute(_DAYS, told).fetchall()), end)
        if span.from_on is None:
            return span, ()
        since, until = _midnight(here, span.from_on), _midnight(here, end + timedelta(days=1))
        parameters = metric_parameters(here.clinic)
        figures = [
            FrozenFigure(
                metric=metric.name,
                numerator=value.numerator,
                denominator=value.denominator,
                value=value.value,
            )
            for metric in load_metrics().values()
            for value in run_metric(con, metric, parameters, until, since=since)
        ]
    return span, tuple(figures)


def _midnight(here: Room, day: date) -> datetime:
    return datetime.combine(day, time(), here.clinic.zone)
