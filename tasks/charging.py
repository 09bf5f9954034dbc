"""Take the practice system's charges and keep them as claims, each once, however often they come.

Nothing is sent here. A report that says the same again changes nothing; what was charged anew
after its claim had left becomes a line for a person.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from io import BytesIO
from typing import Any

from sqlalchemy import Connection, select

from connectors.errors import Unavailable
from connectors.files.reports import Report, read_report
from data_contracts.charge_row import ChargeRow
from data_contracts.claim_life import ClaimState
from data_contracts.clinic import Clinic
from data_contracts.day_charges import DayCharges
from data_contracts.mapping_file import load_mapping
from data_contracts.message import Reason
from data_contracts.visit import VisitStatus
from ledger import claims, people, records
from ledger.schema import patients, visits
from ledger.store import new_id, pairs, to_json
from rules.claim_assembly import by_claim, merged
from tasks.claim_wiring import charges_folder, claim_part
from tasks.guard import guarded_task
from tasks.room import Room, room

_SOON = timedelta(days=2)
_HELD = [VisitStatus.ARRIVED.value, VisitStatus.BOOKED.value]


@guarded_task(name="read-charges", retries=2, retry_delay_seconds=[5, 30], retry_on=(Unavailable,))
def read_charges(slug: str, now: datetime) -> dict[str, int]:
    """Read each report of charges that is new; returns counts. Safe to repeat."""
    with room(slug) as here:
        if here.clinic.claims is None:
            return {}
        return keep_reports(here, now)


def keep_reports(here: Room, now: datetime) -> dict[str, int]:
    """Keep what new reports say, a report a transaction."""
    folder = charges_folder(here.clinic, here.settings)
    mapping = load_mapping(claim_part(here.clinic).charges.mapping)
    found = {"reports": 0, "claims": 0, "rows": 0, "refused": 0}
    for entry in folder.list():
        if not mapping.claims(entry.name):
            continue
        with folder.open(entry.name) as stream:
            raw = stream.read()
        mark = f"charges:{hashlib.sha256(raw).hexdigest()[:40]}"
        with here.ledger.read() as con:
            if records.cursor(con, mark) is not None:
                continue
        # What a row leaves unsaid was so when the file was written, not today.
        written = min(entry.modified_at, now)
        report = read_report(BytesIO(raw), mapping, here.clinic.timezone, written, entry.name)
        with here.ledger.write() as con:
            found["claims"] += keep_rows(here, con, report.charges, now)
            _set_aside(here, con, report, now)
            records.set_cursor(con, mark, now.isoformat(), now)
        found["reports"] += 1
        found["rows"] += len(report.charges)
        found["refused"] += len(report.refused)
    return found


def keep_rows(here: Room, con: Connection, rows: Iterable[ChargeRow], now: datetime) -> int:
    """Keep charges as claims in this transaction; returns how many claims are new or others."""
    told: dict[tuple[str, Any], list[ChargeRow]] = {}
    erased = people.erased_sources(con)
    for row in rows:
        if row.patient_source_id not in erased:
            told.setdefault((row.patient_source_id, row.service_on), []).append(row)
    people.add_placeholders(here.ledger, con, {source for source, _ in told}, now)
    owners = pairs(con.execute(select(patients.c.source_id, patients.c.patient_id)))
    return sum(
        _keep_day(here, con, owners[source], some, now) for (source, _), some in told.items()
    )


def _keep_day(
    here: Room, con: Connection, patient_id: str, told: list[ChargeRow], now: datetime
) -> int:
    open_rows: list[ChargeRow] = []
    fresh = {row.source_id: row for row in told}
    open_claims = []
    for claim in claims.claims_of_day(con, patient_id, told[0].service_on):
        if claim.status == ClaimState.WITHDRAWN.value:
            continue
        known = claims.charges_of(here.ledger, claim).rows
        if ClaimState(claim.status).is_open:
            open_claims.append(claim)
            open_rows += known
        elif claim.status != ClaimState.REJECTED.value:
            _see_changes(con, claim, known, fresh, now)
    days = by_claim(merged(open_rows, fresh.values()))
    changed = 0
    for key, day in days.items():
        whose = claims.Whose(patient_id, _visit_id(here, con, patient_id, day), key)
        payer = payer_key(here.clinic, day.newest.payer)
        changed += claims.keep_charges(here.ledger, con, whose, day, payer, now)
    kept = {row.source_id for day in days.values() for row in day.rows}
    for claim in open_claims:
        own = claims.charges_of(here.ledger, claim).rows
        if not any(row.source_id in kept for row in own) or _moved(own, days):
            claims.withdraw(con, claim.claim_id, now)
            changed += 1
    return changed


def _moved(own: tuple[ChargeRow, ...], days: dict[str, DayCharges]) -> bool:
    """Whether its charges are another therapist's now, so that another claim has them."""
    return not set(by_claim(own)) & set(days)


def _see_changes(
    con: Connection,
    claim: Any,
    known: tuple[ChargeRow, ...],
    fresh: dict[str, ChargeRow],
    now: datetime,
) -> None:
    """Takes the rows of a claim that left out of what is new; a changed one is told to a person."""
    is_changed = False
    for row in known:
        again = fresh.pop(row.source_id, None)
        if again is not None and _said(again) != _said(row):
            is_changed = True
    if is_changed and claims.mark_changed(con, claim.claim_id, now):
        ask_to_mend_claim(con, claim, Reason.CLAIM_CHANGED, {}, now)


def _said(row: ChargeRow) -> dict[str, Any]:
    return row.model_dump(exclude={"updated_at"})


def ask_to_mend_claim(
    con: Connection, claim: Any, reason: Reason, detail: dict[str, Any], now: datetime
) -> int:
    """Ask a person to mend a claim: once a claim, reason and what is wrong."""
    told = to_json(detail)
    return records.add_staff_task(
        con,
        kind="mend_claim",
        reason=reason.value,
        detail=to_json({"claim": claim.control, **detail}),
        due_at=now + _SOON,
        now=now,
        dedupe_key=f"mend_claim|{claim.claim_id}|{reason}|{hashlib.sha256(told.encode()).hexdigest()}"[
            :160
        ],
        visit_id=claim.visit_id,
        patient_id=claim.patient_id,
    )


def payer_key(clinic: Clinic, written: str | None) -> str:
    """A payer's key in the clinic file; as it is written where the file does not name it."""
    if not written:
        return "unknown"
    named = clinic.insurance.named(written) if clinic.insurance else None
    return named[0] if named else written[:60]


def _visit_id(here: Room, con: Connection, patient_id: str, day: DayCharges) -> str | None:
    """The visit that was charged: by its id, else the patient's of that day, if it is one."""
    sources = sorted({row.visit_source_id for row in day.rows if row.visit_source_id})
    named = select(visits.c.visit_id).where(
        visits.c.source_id.in_(sources), visits.c.patient_id == patient_id
    )
    found: str | None = con.execute(named.limit(1)).scalar()
    if found is not None:
        return found
    first = datetime.combine(day.service_on, time(), here.clinic.zone)
    last = datetime.combine(day.service_on + timedelta(days=1), time(), here.clinic.zone)
    of_day = select(visits.c.visit_id).where(
        visits.c.patient_id == patient_id,
        visits.c.starts_at >= first,
        visits.c.starts_at < last,
        visits.c.status.in_(_HELD),
    )
    some = list(con.execute(of_day).scalars())
    return some[0] if len(some) == 1 else None


def _set_aside(here: Room, con: Connection, report: Report, now: datetime) -> None:
    rows = [("charges", row.row_key, row.reason, row.payload) for row in report.refused]
    if rows:
        records.add_quarantine(here.ledger, con, new_id(), rows, now)
