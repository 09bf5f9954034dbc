"""All clinics of the file side by side: how each fares, and what of it moved most."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import groupby
from math import sqrt
from pathlib import Path
from statistics import NormalDist
from typing import Any, Final

from data_contracts.benchmark import ROWS_AT_LEAST
from data_contracts.fleet import Fleet, FleetClinic, Health, Mover, Standing
from warehouse.benchmark.counting import SIZE, compared
from warehouse.benchmark.file import reading

LATE_AFTER: Final = timedelta(hours=36)
"""A clinic is refreshed each morning: half a day after one was missed, somebody should know."""
_LENGTH: Final = timedelta(days=28)
_ORDER: Final = (Health.FAILING, Health.LATE, Health.ATTENTION, Health.UNKNOWN, Health.WELL)
_CLINICS: Final = """
SELECT slug, name, counted_until, refreshed_at, standing, failed_at, failure
FROM out_benchmark__clinics ORDER BY slug
"""
_MOVES: Final = """
SELECT slug, metric,
    sum(numerator) FILTER (WHERE NOT is_before), sum(denominator) FILTER (WHERE NOT is_before),
    sum(numerator) FILTER (WHERE is_before), sum(denominator) FILTER (WHERE is_before)
FROM (
    SELECT slug, metric, numerator, denominator, last_day <= counted_until - $days AS is_before
    FROM out_benchmark__cells JOIN out_benchmark__clinics USING (clinic_no)
    WHERE first_day > counted_until - 2 * $days AND denominator IS NOT NULL
        -- A cell that lies in both belongs to neither.
        AND NOT (first_day <= counted_until - $days AND last_day > counted_until - $days)
)
GROUP BY ALL ORDER BY slug, metric
"""
_Sums = dict[str, tuple[float, int, float, int]]


def fleet(path: Path, now: datetime, names: Mapping[str, str] | None = None) -> Fleet:
    """Every clinic of the file, and those of `names` (slug to name) that are not in it yet.

    Raises BenchmarkUnreadable. No clinic's own store is opened: each told at its last refresh.
    """
    with reading(path) as con:
        rows = con.execute(_CLINICS).fetchall()
        moves = con.execute(_MOVES, {"days": _LENGTH.days}).fetchall()
    sums: dict[str, _Sums] = {
        slug: {metric: (x, n, x0, n0) for _, metric, x, n, x0, n0 in found if n and n0}
        for slug, found in groupby(moves, key=lambda row: row[0])
    }
    visits = {slug: n for slug, metric, _, n, *_ in moves if metric == SIZE and n}
    clinics = [_clinic(row, now, sums.get(row[0], {}), visits.get(row[0])) for row in rows]
    there = {one.slug for one in clinics}
    clinics += [
        FleetClinic(slug=slug, name=name, health=Health.UNKNOWN)
        for slug, name in (names or {}).items()
        if slug not in there
    ]
    clinics.sort(key=lambda one: (_ORDER.index(one.health), one.slug))
    return Fleet(as_of=now, clinics=tuple(clinics))


def _clinic(row: Any, now: datetime, sums: _Sums, visits: int | None) -> FleetClinic:
    slug, name, counted_until, refreshed_at, said, failed_at, failure = row
    standing = Standing.model_validate_json(said) if said else Standing()
    began = standing.sprint_began_on
    today = counted_until + timedelta(days=1) if counted_until else None
    problems = (failure, *standing.problems) if failed_at else standing.problems
    return FleetClinic(
        slug=slug,
        name=name,
        phase=standing.phase,
        sprint=standing.sprint,
        sprint_day=(today - began).days + 1 if began and today else None,
        health=_health(now, refreshed_at, failed_at, standing),
        problems=problems,
        last_success=refreshed_at,
        last_day=counted_until,
        delivery=standing.delivery,
        visits=visits,
        mover=_mover(sums),
    )


def _health(
    now: datetime, refreshed_at: datetime | None, failed_at: datetime | None, standing: Standing
) -> Health:
    if failed_at is not None:
        return Health.FAILING
    if refreshed_at is None:
        return Health.UNKNOWN
    if now - refreshed_at > LATE_AFTER:
        return Health.LATE
    return Health.ATTENTION if standing.problems else Health.WELL


def _mover(sums: _Sums) -> Mover | None:
    """The rate furthest from where it was, measured by what chance alone would move it."""
    moves = {name: _distance(*both) for name, both in sums.items() if name in compared()}
    if not moves:
        return None
    name = max(moves, key=lambda one: abs(moves[one]))
    x, n, x0, n0 = sums[name]
    # Of many rates one always moved most: each is held to its share of the 5 % (Bonferroni).
    enough = NormalDist().inv_cdf(1 - 0.025 / len(moves))
    metric = compared()[name]
    rose = x / n > x0 / n0
    return Mover(
        metric=name,
        title=metric.title,
        before=x0 / n0,
        after=x / n,
        n_before=n0,
        n_after=n,
        is_better=None if metric.better == "neither" else rose is (metric.better == "higher"),
        is_beyond_chance=abs(moves[name]) >= enough,
    )


def _distance(x: float, n: int, x0: float, n0: int) -> float:
    """In standard errors of the difference, both times taken as one population (score test)."""
    if min(n, n0) < ROWS_AT_LEAST:
        return 0.0
    share = (x + x0) / (n + n0)
    error = sqrt(share * (1 - share) * (1 / n + 1 / n0))
    return (x / n - x0 / n0) / error if error > 0 else 0.0
