"""A clinic's morning with years behind it, and the benchmark of a fleet made from nothing."""

from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

from bench.history import DAILY, LAST, write_day, write_history
from bench.measure import Sample, stopwatch
from bench.place import SLUG, make_clinic

_NOON = timedelta(hours=12)
_KEY = "ab" * 32
_VISITS = """
INSERT INTO core_practice__visits (visit_key, patient_key, practitioner_key, location_key,
    visit_type, booked_at, starts_at, ends_at, status, cancelled_at, clinic_tz, updated_at)
SELECT 'v' || n, 'p' || n * 31 % 1700, 't' || n % 6, 'l1', 'Follow-up',
    moment - to_days((1 + n % 21)::INT), moment, moment + INTERVAL 45 MINUTE,
    CASE WHEN n * 7 % 10 = $clinic % 10 THEN 'no_show' WHEN n % 10 = 3 THEN 'cancelled'
        ELSE 'arrived' END,
    CASE WHEN n % 10 = 3 THEN moment - to_hours((n % 60)::INT) END, 'America/Denver', moment
FROM (
    SELECT n, $last - to_days((1 + n * $days // $visits)::INT)
        + to_minutes((900 + n % 26 * 20)::INT) AS moment
    FROM range($visits) AS r(n)
)
"""


def mornings(folder: Path, days: int, rounds: int) -> Sample:
    """The daily refresh after so many days of history: the median of some mornings in a row.

    `facts`: CPU of all, of the report, and of the rest; each morning has a day's new rows.
    """
    from tasks.benchmarking import refresh_benchmark
    from tasks.loading import load_warehouse, publish_warehouse
    from tasks.measuring import metric_table
    from tasks.reporting import write_report
    from tasks.room import room

    make_clinic(folder)
    steps: list[float] = []
    reports: list[float] = []
    with room(SLUG) as here:
        write_history(here.ledger, days)
        for morning in range(rounds + 1):
            now = LAST + timedelta(days=morning) + _NOON
            with stopwatch() as first:
                counts = load_warehouse(here, now)
                publish_warehouse(here)
                metric_table(here, now)
                refresh_benchmark(here, now)
            with stopwatch() as second:
                write_report(here, now)
            # The first morning loads all there is.
            if morning:
                steps.append(first.cpu)
                reports.append(second.cpu)
                if counts["messages"] > 8 * DAILY:
                    raise RuntimeError(f"a morning loaded more than its days: {counts}")
            with here.ledger.write() as con:
                write_day(con, LAST + timedelta(days=morning))
    whole = [one + other for one, other in zip(steps, reports, strict=True)]
    return Sample(
        wall=0.0, cpu=median(whole), facts={"steps": median(steps), "report": median(reports)}
    )


def make_fleet(folder: Path, fleet: str, clinics: int, visits: int, days: int) -> Sample:
    """Encrypted warehouses of a fleet, one file a clinic; the folder outlives this process."""
    from warehouse.store import open_warehouse

    with stopwatch() as watch:
        for clinic in range(clinics):
            with open_warehouse(_file(Path(fleet), clinic), _KEY) as con:
                said = {"visits": visits, "days": days, "clinic": clinic, "last": LAST}
                con.execute(_VISITS, said)
    return Sample(wall=watch.wall, cpu=watch.cpu)


def rebuilt(folder: Path, fleet: str, clinics: int) -> Sample:
    """The benchmark made anew from every clinic's visits, in one draft and one rename."""
    from data_contracts.fleet import Standing
    from warehouse.benchmark.file import reading, replacing
    from warehouse.benchmark.refresh import Member, refresh
    from warehouse.store import opened

    path = folder / "benchmark.duckdb"
    with stopwatch() as watch, replacing(path) as draft:
        for clinic in range(clinics):
            slug = f"clinic-{clinic}"
            member = Member(slug, slug, slug, "America/Denver", Standing())
            with opened(_file(Path(fleet), clinic), _KEY, read_only=True) as con:
                refresh(draft, con, member, LAST + _NOON)
    with reading(path) as con:
        [(cells,)] = con.execute("SELECT count(*) FROM out_benchmark__cells").fetchall()
    size = path.stat().st_size / 2**20
    return Sample(wall=watch.wall, cpu=watch.cpu, facts={"cells": cells, "mib": size})


def bare(folder: Path, fleet: str, clinics: int) -> Sample:
    """DuckDB alone: the same files opened, the same sums by day written to a table."""
    import duckdb
    from duckdb_extensions import import_extension

    from warehouse.benchmark.counting import compared

    queries = [_bare_query(one) for one in compared().values()]
    cells = 0
    with stopwatch() as watch, duckdb.connect(str(folder / "bare.duckdb")) as con:
        con.execute("SET TimeZone = 'UTC'")
        import_extension("httpfs", con=con)
        con.execute("LOAD httpfs")
        con.execute("CREATE TABLE sums (clinic INT, metric VARCHAR, day DATE, x DOUBLE, n BIGINT)")
        for clinic in range(clinics):
            file = _file(Path(fleet), clinic)
            con.execute(
                f"ATTACH '{file}' AS warehouse (ENCRYPTION_KEY '{_KEY}',"
                " ENCRYPTION_CIPHER 'GCM', READ_ONLY)"
            )
            con.execute("USE warehouse")
            # One commit a clinic: eleven would be no fault of bare DuckDB.
            con.begin()
            for query, given in queries:
                con.execute(query, given | {"clinic": clinic})
            con.commit()
            con.execute("USE bare")
            con.execute("DETACH warehouse")
        [(cells,)] = con.execute("SELECT count(*) FROM sums").fetchall()
    return Sample(wall=watch.wall, cpu=watch.cpu, facts={"cells": cells})


def _bare_query(metric: Any) -> tuple[str, dict[str, Any]]:
    from warehouse.benchmark.refresh import same_words

    known = {**same_words("America/Denver").model_dump(), "now": LAST + _NOON}
    query = f"""
        INSERT INTO bare.sums
        SELECT $clinic, '{metric.name}', timezone($timezone, {metric.when})::DATE,
            {metric.numerator}, {metric.denominator}
        FROM {metric.source} AS facts WHERE {metric.where or "true"} GROUP BY 3
    """
    return query, {name: known[name] for name in metric.parameters | {"timezone"}}


def _file(folder: Path, clinic: int) -> Path:
    return folder / f"{clinic}.duckdb"
