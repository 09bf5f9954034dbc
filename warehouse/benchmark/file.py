"""The file itself: its tables, and how a new one takes the place of the old."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import duckdb

from data_contracts.errors import UserError

_SCHEMA: Final = """
-- As it was kept before cells could span days: its days are counted anew.
DROP TABLE IF EXISTS out_benchmark__clinic_days;

-- `clinic_key` stays when a clinic is renamed, and `practice` when it is begun anew, too; `origin`
-- and `load_no` say what of its warehouse has been counted, `definitions` by which words.
CREATE TABLE IF NOT EXISTS out_benchmark__clinics (
    clinic_no INTEGER NOT NULL,
    clinic_key VARCHAR NOT NULL,
    slug VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    origin VARCHAR,
    load_no BIGINT,
    definitions VARCHAR,
    counted_until DATE,
    refreshed_at TIMESTAMPTZ,
    standing VARCHAR,
    failed_at TIMESTAMPTZ,
    failure VARCHAR
);
ALTER TABLE out_benchmark__clinics ADD COLUMN IF NOT EXISTS practice VARCHAR;

-- One cell sums some days that no other cell of the clinic and metric touches. Without numbers: the
-- days hold too few rows. No key: ten million entries of an index would be larger than the rows.
CREATE TABLE IF NOT EXISTS out_benchmark__cells (
    clinic_no INTEGER NOT NULL,
    metric VARCHAR NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    numerator DOUBLE,
    denominator BIGINT,
    CHECK (first_day <= last_day),
    CHECK ((numerator IS NULL) = (denominator IS NULL))
);

-- Which days of a clinic were counted, whether or not anything happened on them.
CREATE TABLE IF NOT EXISTS out_benchmark__spans (
    clinic_no INTEGER NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE NOT NULL
);
"""


class BenchmarkUnreadable(UserError):
    """The benchmark file is not one of ours, or is not there."""


@contextmanager
def replacing(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A draft that starts as a copy of the file and takes its place when all went well.

    Readers see the file before or after, never half. One at a time: the caller holds its turn.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as folder:
        draft = Path(folder) / path.name
        if path.exists():
            shutil.copyfile(path, draft)
        with told(path), duckdb.connect(str(draft)) as con:
            con.execute("SET TimeZone = 'UTC'")
            con.execute(_SCHEMA)
            yield con
        with draft.open("rb+") as file:
            os.fsync(file.fileno())
        os.replace(draft, path)


@contextmanager
def reading(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The file as it stands. Raises BenchmarkUnreadable."""
    if not path.exists():
        raise BenchmarkUnreadable(
            f"{path}: no benchmark here yet; run `ptclinic benchmark refresh`, which makes it"
        )
    with told(path), duckdb.connect(str(path), read_only=True) as con:
        con.execute("SET TimeZone = 'UTC'")
        yield con


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Says of a file that is not ours what to do with it. Raises BenchmarkUnreadable."""
    try:
        yield
    except (duckdb.IOException, duckdb.CatalogException):
        raise BenchmarkUnreadable(
            f"{path}: not a benchmark file; move it away, then run `ptclinic benchmark refresh`"
        ) from None
