"""Who is who in the file: one clinic one number, whatever it is called."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final, NamedTuple

import duckdb

from data_contracts.fleet import Standing
from warehouse.benchmark.span import Span, merged

# Cells that follow a clinic to its new entry, unless it has counted those days itself.
_OVERLAPS: Final = """
    EXISTS (FROM out_benchmark__spans AS s WHERE s.clinic_no = $mine
        AND c.first_day <= s.last_day AND c.last_day >= s.first_day)
"""


class Taken(NamedTuple):
    """What of a clinic's warehouse the file has, and by which words it was counted."""

    clinic_no: int
    origin: str | None
    load_no: int
    definitions: str | None
    counted_until: date | None


def known(
    con: duckdb.DuckDBPyConnection,
    key: str,
    slug: str,
    name: str,
    formerly: Sequence[str] = (),
    practice: str | None = None,
) -> Taken:
    """The clinic's entry, made where it is new; what it was called before follows it.

    `key` is the clinic's own and outlives its name. Another entry under the same name, or under
    one that it had, is the same clinic begun anew: its cells become this one's. Another with the
    same `practice` is never its peer, whatever both are called.
    """
    found = con.execute(
        "SELECT clinic_no FROM out_benchmark__clinics WHERE clinic_key = ?", [key]
    ).fetchone()
    clinic_no = found[0] if found else _entered(con, key, slug, name)
    con.execute(
        "UPDATE out_benchmark__clinics SET slug = ?, name = ?, practice = ? WHERE clinic_no = ?",
        [slug, name, practice, clinic_no],
    )
    others = con.execute(
        "SELECT clinic_no FROM out_benchmark__clinics"
        " WHERE clinic_no <> ? AND slug IN (SELECT unnest(?))",
        [clinic_no, [slug, *formerly]],
    ).fetchall()
    for (other,) in others:
        _follow(con, other, clinic_no)
    [row] = con.execute(
        "SELECT clinic_no, origin, coalesce(load_no, 0), definitions, counted_until"
        " FROM out_benchmark__clinics WHERE clinic_no = ?",
        [clinic_no],
    ).fetchall()
    return Taken(*row)


def remember(
    con: duckdb.DuckDBPyConnection,
    taken: Taken,
    counted: Sequence[Span],
    standing: Standing,
    now: datetime,
) -> None:
    """Write what has been counted, and how the clinic stands; a failure before it is over."""
    con.execute(
        "UPDATE out_benchmark__clinics SET origin = ?, load_no = ?, definitions = ?,"
        " counted_until = ?, refreshed_at = ?, standing = ?, failed_at = NULL, failure = NULL"
        " WHERE clinic_no = ?",
        [*taken[1:], now, standing.model_dump_json(), taken.clinic_no],
    )
    had = con.execute(
        "DELETE FROM out_benchmark__spans WHERE clinic_no = ? RETURNING first_day, last_day",
        [taken.clinic_no],
    ).fetchall()
    for span in merged([*(Span(*one) for one in had), *counted]):
        con.execute("INSERT INTO out_benchmark__spans VALUES (?, ?, ?)", [taken.clinic_no, *span])


def failed(con: duckdb.DuckDBPyConnection, slug: str, words: str, now: datetime) -> None:
    """Write that a clinic could not be refreshed, and why; what is known of it stays."""
    row = con.execute("SELECT 1 FROM out_benchmark__clinics WHERE slug = ?", [slug]).fetchone()
    if row is None:
        # Its own key is not known while its keys cannot be opened: by its name it is found again.
        _entered(con, f"slug:{slug}", slug, slug)
    con.execute(
        "UPDATE out_benchmark__clinics SET failed_at = ?, failure = ? WHERE slug = ?",
        [now, words, slug],
    )


def _entered(con: duckdb.DuckDBPyConnection, key: str, slug: str, name: str) -> int:
    [(clinic_no,)] = con.execute(
        "INSERT INTO out_benchmark__clinics (clinic_no, clinic_key, slug, name)"
        " SELECT coalesce(max(clinic_no), 0) + 1, ?, ?, ? FROM out_benchmark__clinics"
        " RETURNING clinic_no",
        [key, slug, name],
    ).fetchall()
    return int(clinic_no)


def _follow(con: duckdb.DuckDBPyConnection, other: int, mine: int) -> None:
    """What was kept under another entry of the same clinic, where this one has nothing yet."""
    both = {"other": other, "mine": mine}
    con.execute(
        f"DELETE FROM out_benchmark__cells AS c WHERE c.clinic_no = $other AND {_OVERLAPS}", both
    )
    for table in ("cells", "spans"):
        con.execute(
            f"UPDATE out_benchmark__{table} SET clinic_no = $mine WHERE clinic_no = $other", both
        )
    con.execute("DELETE FROM out_benchmark__clinics WHERE clinic_no = ?", [other])
