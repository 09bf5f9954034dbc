"""Carry the ledger's facts into the warehouse under pseudonyms, and publish a copy to read."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pyarrow as pa
from sqlalchemy import Connection, func, select

from data_contracts.message import MessageStatus
from data_contracts.visit import BookChange
from ledger import records
from ledger.schema import (
    book_changes,
    forecasts,
    locations,
    message_steps,
    messages,
    patients,
    risk_scores,
    visit_versions,
    visits,
)
from ledger.schema_dialogue import open_slots
from ledger.store import Ledger
from tasks.claim_loading import claim_rows, payment_rows
from tasks.economy import spend_rows
from tasks.guard import guarded_task
from tasks.load_tally import (
    Tally,
    by_status,
    claims_by_status,
    is_behind,
    payments_of_firsts,
    rows_of,
    uncounted,
)
from tasks.room import Room, room
from tasks.sprint_loading import arm_rows, arms_drawn, sample_rows, sprint_rows
from tasks.turn import turn
from tasks.verification_facts import verification_rows
from warehouse.load import (
    load_assignments,
    load_baseline_figures,
    load_claims,
    load_forecasts,
    load_levers,
    load_messages,
    load_payments,
    load_samples,
    load_scores,
    load_slots,
    load_sprints,
    load_terms,
    load_verifications,
    load_visit_versions,
    load_visits,
    replace_spend,
)
from warehouse.store import opened, publish, told

if TYPE_CHECKING:
    import duckdb

_VISITS_LOADED = "visits_loaded"
_CHUNK = 20_000
_OVERLAP = timedelta(days=1)
"""Rows are upserted, so reading some again costs time alone; a machine whose clock is behind, or an
import dated back, would else be passed over."""


@guarded_task(name="load-facts", retries=1, retry_delay_seconds=10)
def load_facts(slug: str, now: datetime) -> dict[str, int]:
    """Load the clinic's facts and publish the copy that reports read."""
    with room(slug) as here:
        counts = load_warehouse(here, now)
        publish_warehouse(here)
        return counts


@contextmanager
def warehouse(here: Room, *, read_only: bool = False) -> Iterator["duckdb.DuckDBPyConnection"]:
    """The clinic's warehouse: for writing one at a time, for reading the published copy."""
    path = here.ledger.published_path if read_only else here.ledger.warehouse_path
    with (
        nullcontext() if read_only else turn(path),
        opened(path, here.ledger.warehouse_key, read_only) as con,
        told(path, read_only),
    ):
        yield con


def load_warehouse(here: Room, now: datetime) -> dict[str, int]:
    """Load what changed since the last load; safe to repeat. Returns rows by table."""
    with loaded_warehouse(here, now) as (_, counts):
        return counts


@contextmanager
def loaded_warehouse(
    here: Room, now: datetime
) -> Iterator[tuple["duckdb.DuckDBPyConnection", dict[str, int]]]:
    """The warehouse with what changed since the last load, still open; rows by table."""
    with warehouse(here) as con:
        counts, mark = _load_all(con, here, now)
        if mark is not None:
            with here.ledger.write() as write_con:
                records.set_cursor(write_con, _VISITS_LOADED, mark, now)
        yield con, counts


def _load_all(
    con: "duckdb.DuckDBPyConnection", here: Room, now: datetime
) -> tuple[dict[str, int], dict[str, str] | None]:
    """Rows by table, and the mark by which the next load knows what changed since."""
    with here.ledger.read() as ledger_con:
        [(origin,)] = con.execute("SELECT origin FROM core_load__origin").fetchall()
        since = _since(records.cursor(ledger_con, _VISITS_LOADED), origin, now)
        counts = {"visits": _load_visits(con, here, ledger_con, since)}
        for name, part in _PARTS.items():
            counts[name] = _load(con, part.load, part.rows(here.ledger, ledger_con, since))
            # A clock that was behind, or an import dated back: what marks pass over is counted.
            if since is not None and is_behind(con, part.table, part.tally(ledger_con)):
                counts[name] = _load(con, part.load, part.rows(here.ledger, ledger_con, None))
        counts["spend"] = replace_spend(con, spend_rows(here.clinic))
        counts |= _load_sprints(con, here.ledger, ledger_con)
        newest = ledger_con.execute(select(func.max(visits.c.seen_at))).scalar()
    if newest is None:
        return counts, None
    moment = newest if isinstance(newest, str) else newest.isoformat()
    return counts, {"origin": origin, "seen_at": moment}


def begin_warehouse_anew(here: Room) -> None:
    """Let the warehouse go: the next load makes it whole from the ledger; readers keep theirs."""
    path = here.ledger.warehouse_path
    with turn(path):
        for suffix in ("", ".wal"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)


def _since(mark: Any, origin: str, now: datetime) -> datetime | None:
    """From when on the ledger's rows are read; None: all of them.

    The mark of another warehouse says nothing of this one, which was lost and begun anew: even
    where its first load was cut short.
    """
    if not isinstance(mark, dict) or mark["origin"] != origin:
        return None
    # A clock that was ahead once would else have everything passed over until then.
    return min(datetime.fromisoformat(mark["seen_at"]), now) - _OVERLAP


def _load_visits(
    con: "duckdb.DuckDBPyConnection", here: Room, ledger_con: Connection, since: datetime | None
) -> int:
    count = sum(load_visits(con, chunk) for chunk in _visit_chunks(here, ledger_con, since))
    counted = by_status(visits)(ledger_con) if since is not None else {}
    if is_behind(con, "core_practice__visits", counted):
        count = sum(load_visits(con, chunk) for chunk in _visit_chunks(here, ledger_con, None))
    return count


class _Part(NamedTuple):
    """One table: how its rows are read since a moment, or all, and counted in the ledger."""

    table: str
    load: Callable[["duckdb.DuckDBPyConnection", pa.Table], int]
    rows: Callable[[Ledger, Connection, datetime | None], list[dict[str, Any]]]
    tally: Callable[[Connection], Tally]


def publish_warehouse(here: Room) -> None:
    """Replace the copy that reports and pages read, in one rename."""
    with turn(here.ledger.warehouse_path):
        publish(here.ledger.warehouse_path, here.ledger.published_path)


def _load(con: "duckdb.DuckDBPyConnection", load: Any, rows: list[dict[str, Any]]) -> int:
    return int(load(con, pa.Table.from_pylist(rows))) if rows else 0


def _load_sprints(
    con: "duckdb.DuckDBPyConnection", ledger: Ledger, ledger_con: Connection
) -> dict[str, int]:
    rows = sprint_rows(ledger_con)
    return {
        "sprints": _load(con, load_sprints, rows.sprints),
        "levers": _load(con, load_levers, rows.levers),
        "baseline_figures": _load(con, load_baseline_figures, rows.figures),
        "terms": _load(con, load_terms, rows.terms),
        "samples": _load(con, load_samples, sample_rows(ledger, ledger_con)),
    }


def _visit_chunks(here: Room, con: Connection, since: datetime | None) -> Iterator[pa.Table]:
    query = select(visits, patients.c.birth_year).join(
        patients, patients.c.patient_id == visits.c.patient_id
    )
    query = query.where(patients.c.erased_at.is_(None))
    if since is not None:
        query = query.where(visits.c.seen_at >= since)
    result = con.execution_options(yield_per=_CHUNK).execute(query)
    zone = here.clinic.timezone
    for part in result.partitions(_CHUNK):
        yield pa.Table.from_pylist([_visit_row(here.ledger, row, zone) for row in part], _VISITS)


_INSTANT = pa.timestamp("us", tz="UTC")
_VISITS = pa.schema(
    [
        ("visit_key", pa.string()),
        ("patient_key", pa.string()),
        ("practitioner_key", pa.string()),
        ("location_key", pa.string()),
        ("visit_type", pa.string()),
        ("diagnosis_region", pa.string()),
        ("booked_at", _INSTANT),
        ("starts_at", _INSTANT),
        ("ends_at", _INSTANT),
        ("is_time_known", pa.bool_()),
        ("status", pa.string()),
        ("cancelled_at", _INSTANT),
        ("birth_year", pa.int32()),
        ("clinic_tz", pa.string()),
        ("version", pa.int32()),
        ("updated_at", _INSTANT),
    ]
)


def _visit_row(ledger: Ledger, row: Any, zone: str) -> dict[str, Any]:
    return {
        "visit_key": ledger.pseudonym(row.visit_id),
        "patient_key": ledger.pseudonym(row.patient_id),
        "practitioner_key": _key(ledger, row.practitioner_id),
        "location_key": _key(ledger, row.location_id),
        "visit_type": row.visit_type,
        "diagnosis_region": row.diagnosis_region,
        "booked_at": row.booked_at,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "is_time_known": row.is_time_known,
        "status": row.status,
        "cancelled_at": row.cancelled_at,
        "birth_year": row.birth_year,
        "clinic_tz": zone,
        "version": row.version,
        "updated_at": row.updated_at,
    }


def _versions(ledger: Ledger, con: Connection, since: datetime | None) -> list[dict[str, Any]]:
    query = select(visit_versions)
    if since is not None:
        query = query.where(visit_versions.c.known_until >= since)
    same = ("known_until", "version", "visit_type", "diagnosis_region", "starts_at")
    return [
        {name: row[name] for name in (*same, "is_time_known")}
        | {
            "visit_key": ledger.pseudonym(row["visit_id"]),
            "practitioner_key": _key(ledger, row["practitioner_id"]),
            "location_key": _key(ledger, row["location_id"]),
        }
        for row in con.execute(query).mappings()
    ]


def _slot_rows(ledger: Ledger, con: Connection, since: datetime | None) -> list[dict[str, Any]]:
    anew = (
        select(book_changes.c.change_id)
        .where(
            book_changes.c.visit_id == open_slots.c.filled_by,
            book_changes.c.change == BookChange.BOOKED.value,
            book_changes.c.at >= open_slots.c.opened_at,
        )
        .exists()
    )
    erased = select(visits.c.visit_id).join(patients, patients.c.patient_id == visits.c.patient_id)
    erased = erased.where(patients.c.erased_at.is_not(None))
    query = select(open_slots, anew.label("is_booked_anew")).where(
        open_slots.c.visit_id.not_in(erased),
        open_slots.c.filled_by.is_(None) | open_slots.c.filled_by.not_in(erased),
    )
    if since is not None:
        # A time that came free is settled when it has come.
        query = query.where(open_slots.c.starts_at >= since)
    same = ("visit_type", "starts_at", "opened_at", "status")
    return [
        {name: row[name] for name in same}
        | {
            "slot_key": ledger.pseudonym(row["slot_id"]),
            "freed_by_visit_key": ledger.pseudonym(row["visit_id"]),
            "practitioner_key": _key(ledger, row["practitioner_id"]),
            "location_key": _key(ledger, row["location_id"]),
            "filled_by_visit_key": _key(ledger, row["filled_by"]),
            "is_booked_anew": bool(row["is_booked_anew"]),
        }
        for row in con.execute(query).mappings()
    ]


def _key(ledger: Ledger, own_id: str | None) -> str | None:
    return None if own_id is None else ledger.pseudonym(own_id)


def _message_rows(ledger: Ledger, con: Connection, since: datetime | None) -> list[dict[str, Any]]:
    delivered = select(func.min(message_steps.c.at)).where(
        message_steps.c.message_id == messages.c.message_id,
        message_steps.c.status == MessageStatus.DELIVERED.value,
    )
    query = select(messages, delivered.scalar_subquery().label("delivered_at"))
    if since is not None:
        query = query.where(messages.c.updated_at >= since)
    erased = select(patients.c.patient_id).where(patients.c.erased_at.is_not(None))
    query = query.where(messages.c.patient_id.not_in(erased))
    return [
        {
            "message_key": ledger.pseudonym(row.message_id),
            "visit_key": ledger.pseudonym(row.visit_id),
            "patient_key": ledger.pseudonym(row.patient_id),
            "channel": row.channel,
            "rung": row.rung,
            "purpose": row.purpose,
            "tier": row.tier,
            "status": row.status,
            "reason": row.reason,
            "planned_at": row.planned_at,
            "sent_at": row.sent_on if _was_taken(row.status) else None,
            "delivered_at": row.delivered_at,
            "cost_cents": row.cost_cents,
        }
        for row in con.execute(query)
    ]


def _was_taken(status: str) -> bool:
    """Whether a carrier took it, or may have; what it refused at once bears no `sent_on`."""
    found = MessageStatus(status)
    return found.has_left or found is MessageStatus.FAILED


def _score_rows(ledger: Ledger, con: Connection, since: datetime | None) -> list[dict[str, Any]]:
    query = select(risk_scores)
    if since is not None:
        query = query.where(risk_scores.c.scored_at >= since)
    return [
        {
            "visit_key": ledger.pseudonym(row.visit_id),
            "score": row.score,
            "tier": row.tier,
            "model_id": row.model_id,
            "scored_at": row.scored_at,
        }
        for row in con.execute(query)
    ]


def _forecast_rows(ledger: Ledger, con: Connection, since: datetime | None) -> list[dict[str, Any]]:
    """One place's forecast serves every location of the clinic, by the location's pseudonym."""
    query = select(forecasts)
    if since is not None:
        query = query.where(forecasts.c.fetched_at >= since)
    places = [
        ledger.pseudonym(one) for one in con.execute(select(locations.c.location_id)).scalars()
    ]
    return [
        {
            "place": place,
            "forecast_on": date.fromisoformat(row.forecast_on),
            "fetched_at": row.fetched_at,
        }
        | json.loads(row.values)
        for row in con.execute(query)
        for place in places
    ]


_PARTS: Final = {
    "versions": _Part(
        "core_practice__visit_versions", load_visit_versions, _versions, rows_of(visit_versions)
    ),
    "slots": _Part("core_practice__slots", load_slots, _slot_rows, by_status(open_slots)),
    "messages": _Part("core_messages__messages", load_messages, _message_rows, by_status(messages)),
    "scores": _Part("core_risk__scores", load_scores, _score_rows, rows_of(risk_scores)),
    "claims": _Part("core_claims__claims", load_claims, claim_rows, claims_by_status),
    "payments": _Part("core_claims__payments", load_payments, payment_rows, payments_of_firsts),
    "verifications": _Part(
        "core_insurance__verifications", load_verifications, verification_rows, uncounted
    ),
    "forecasts": _Part(
        "core_weather__forecasts", load_forecasts, _forecast_rows, rows_of(forecasts)
    ),
    "assignments": _Part("core_sprint__assignments", load_assignments, arm_rows, arms_drawn),
}
"""The tables that grow with the clinic's years, beside visits, in the order they are loaded."""
