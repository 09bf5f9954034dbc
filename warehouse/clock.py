"""A clinic's own clock as SQL: DuckDB asks the zone for each row, and it shifts twice a year."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

import duckdb

_YEARS_BACK: Final = 4
_DAY: Final = timedelta(days=1)
_STEP: Final = timedelta(minutes=15)
"""No zone of our days shifts at another minute of an hour."""
_MICROSECOND: Final = timedelta(microseconds=1)
_OFFSETS: Final = """
SELECT moment, epoch_us(timezone($zone, moment)) - epoch_us(moment)
FROM (
    SELECT make_timestamptz(epoch_us(since) + n * $step) AS moment
    FROM (SELECT unnest($since)::TIMESTAMPTZ AS since), range($count) AS r(n)
)
ORDER BY moment
"""


class Shift(NamedTuple):
    """From when on the clock shows so many microseconds more than UTC."""

    since: datetime
    offset: int


_known: Final[dict[tuple[str, int], tuple[list[Shift], datetime]]] = {}


def local_time(con: duckdb.DuckDBPyConnection, zone: str, when: str, now: datetime) -> str:
    """SQL for the same as `timezone($timezone, when)`, quick for the years around `now`."""
    if (zone, now.year) not in _known:
        begin, end = (datetime(now.year + years, 1, 1, tzinfo=UTC) for years in (-_YEARS_BACK, 2))
        _known[zone, now.year] = list(_shifts(con, zone, begin, end)), end
    shifts, end = _known[zone, now.year]
    asked = f"timezone($timezone, {when})"
    added = " ".join(
        f"WHEN {when} >= TIMESTAMPTZ '{since}' THEN make_timestamp(epoch_us({when}) + {offset})"
        for since, offset in reversed(shifts)
    )
    return f"(CASE WHEN {when} >= TIMESTAMPTZ '{end}' THEN {asked} {added} ELSE {asked} END)"


def _shifts(
    con: duckdb.DuckDBPyConnection, zone: str, begin: datetime, end: datetime
) -> Iterator[Shift]:
    """Looked for day by day, and on the days with one every quarter of an hour."""
    days = _offsets(con, zone, [begin], (end - begin) // _DAY, _DAY)
    before = [one.since for one, other in pairwise(days) if one.offset != other.offset]
    yield days[0]
    quarters = _offsets(con, zone, before, _DAY // _STEP + 1, _STEP) if before else []
    yield from (other for one, other in pairwise(quarters) if one.offset != other.offset)


def _offsets(
    con: duckdb.DuckDBPyConnection,
    zone: str,
    since: Sequence[datetime],
    count: int,
    step: timedelta,
) -> list[Shift]:
    asked = {"zone": zone, "since": since, "count": count, "step": step // _MICROSECOND}
    return [Shift(*row) for row in con.execute(_OFFSETS, asked).fetchall()]
