"""Loading: contracts, ledger and warehouse for fetched appointments, beside dlt and bare DuckDB."""

import json
from pathlib import Path
from typing import Any, Literal

from bench.book_rows import NOW, appointments
from bench.measure import Sample, stopwatch
from bench.place import SLUG, make_clinic

_TYPES = {"1": "Initial evaluation", "2": "Follow-up"}


def ours(folder: Path, rows: int) -> Sample:
    """Payloads to nouns, batch contracts, ledger, warehouse; every one as a run does it."""
    import data_contracts.tables.check  # noqa: F401 - a flow process imports it once, before
    import tasks.batch_frame  # noqa: F401
    from connectors.practice.base import Snapshot
    from connectors.practice.cliniko_reader import Manner, Reader
    from tasks.book import keep_snapshot
    from tasks.loading import load_warehouse
    from tasks.room import room

    make_clinic(folder)
    raw = appointments(rows)
    lists: Any = None  # no list is asked for: the rows are here
    with room(SLUG) as here:
        with stopwatch() as reading:
            reader = Reader(lists, Manner(), whole=True)
            visits = reader.visits_of(raw, [], _TYPES)
            snapshot = Snapshot(visits=visits, rejected=reader.rejected, watermark={"a": "b"})
            raw.clear()  # a fetch gives its rows back here, too
        with stopwatch() as keeping:
            synced = keep_snapshot(here, snapshot, NOW)
        with stopwatch() as carrying:
            counts = load_warehouse(here, NOW)
    if (synced.visits, synced.verdict, counts["visits"]) != (rows, "accepted", rows):
        raise RuntimeError(f"not every row arrived: {synced.counts()} {counts}")
    parts = {"read": reading, "ledger": keeping, "warehouse": carrying}
    return Sample(
        wall=sum(one.wall for one in parts.values()),
        cpu=sum(one.cpu for one in parts.values()),
        facts={name: round(one.wall, 3) for name, one in parts.items()},
    )


def theirs(folder: Path, rows: int, disposition: Literal["append", "merge"] = "append") -> Sample:
    """dlt, the same rows into DuckDB under the same pydantic contract, one pipeline run."""
    import dlt

    from connectors.practice.cliniko_payloads import Appointment

    raw = appointments(rows)

    found = dlt.resource(raw, name="appointments", columns=Appointment, primary_key="id")
    found.apply_hints(write_disposition=disposition)
    pipeline = dlt.pipeline(
        "bench",
        pipelines_dir=str(folder / "state"),
        destination=dlt.destinations.duckdb(str(folder / "theirs.duckdb")),
        dataset_name="bench",
    )
    with stopwatch() as watch:
        pipeline.run(found)
    with pipeline.sql_client() as client:
        count = client.execute_sql("SELECT count(*) FROM appointments")
    if not count or count[0][0] != rows:
        raise RuntimeError(f"dlt kept {count} of {rows} rows")
    return Sample(wall=watch.wall, cpu=watch.cpu)


def bare(folder: Path, rows: int) -> Sample:
    """DuckDB alone, the same rows from newline JSON, no contract, no encryption."""
    import duckdb

    file = folder / "rows.json"
    file.write_text("\n".join(json.dumps(row) for row in appointments(rows)), encoding="utf-8")
    with duckdb.connect(str(folder / "bare.duckdb")) as con, stopwatch() as watch:
        con.execute("CREATE TABLE appointments AS SELECT * FROM read_ndjson(?)", [str(file)])
    return Sample(wall=watch.wall, cpu=watch.cpu)
