"""Erase a patient where the law allows it, everywhere, and say so in a certificate."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from data_contracts.deed import Act, Deed
from data_contracts.errors import GateClosed, UserError
from data_contracts.retention import retention_law
from ledger import charts
from ledger.audit import record
from ledger.erasure import carry_out, certificate_hash
from ledger.erasure_register import Erased, Erasure, register, registered
from ledger.master_key import put_new
from ledger.schema import patients
from rules.retention import Chart, due, kept_until
from tasks.failure import drop_failures
from tasks.loading import publish_warehouse, warehouse
from tasks.room import Room
from tasks.turn import turn


@dataclass(frozen=True)
class Certificate:
    """Where the certificate lies, and what it says: ids, counts and keyed hashes."""

    path: Path
    content: dict[str, Any]


def erase(
    here: Room, source_id: str, why: str, now: datetime, *, legal_basis: str | None = None
) -> Certificate:
    """Erase one patient by the practice system's id.

    Raises GateClosed while the record must be kept, with the date; a legal basis overrides a date
    but never a legal hold. Stopped at any point, the same call ends it.
    """
    own = _own_id(here, source_id)
    begun = {one.patient_id: one for one in registered(here.ledger)}.get(own)
    said = {"why": why, "legal_basis": legal_basis or ""}
    hashes = {f"{name}_hash": certificate_hash(here.ledger, of) for name, of in said.items()}
    if begun is None:
        entire = _may_go(here, source_id, now, legal_basis)
        begun = Erasure(own, now, entire, said=hashes)
        register(here.ledger, begun)
    elif not begun.entire and source_id.strip() in past_retention(here, now):
        # Erased early on a legal basis: no law asks for the evidence any more.
        begun = begun._replace(entire=True, evidence_at=now, said={**begun.said, **hashes})
        register(here.ledger, begun)
    return _end(here, begun)


def end_begun(here: Room) -> int:
    """End what was begun and stopped, and repeat what a restore brought back; how many there are.

    Returns the number of the register's erasures, each of which holds afterwards.
    """
    found = registered(here.ledger)
    for one in found:
        _end(here, one)
    return len(found)


def retention_days(here: Room, source_id: str | None = None) -> dict[str, tuple[str, date | None]]:
    """By our id: the practice system's id, and the first day on which the record may go."""
    law, state = retention_law(), here.clinic.address.state
    with here.ledger.read() as con:
        facts = charts.chart_facts(con, here.clinic.zone, source_id)
    return {
        one.patient_id: (
            one.source_id,
            kept_until(
                Chart((one.last_on,), one.born_by, one.evidence_on, one.is_held), law, state
            ),
        )
        for one in facts
    }


def past_retention(here: Room, now: datetime) -> dict[str, date]:
    """The practice system's ids whose record may go, with the day from which it may."""
    days = retention_days(here)
    today = now.astimezone(here.clinic.zone).date()
    ready = due([(own, until) for own, (_, until) in days.items()], today)
    return {days[own][0]: until for own in ready if (until := days[own][1]) is not None}


def set_hold(here: Room, source_id: str, now: datetime, *, is_held: bool) -> None:
    """Put a patient's record under a legal hold, or lift it."""
    own = _own_id(here, source_id)
    with here.ledger.write() as con:
        if is_held:
            charts.hold(con, own, now)
        else:
            charts.release_hold(con, own)
        deed = Deed.HOLD_SET if is_held else Deed.HOLD_LIFTED
        record(here.ledger, con, [Act(deed, own, "by hand")])


def _own_id(here: Room, source_id: str) -> str:
    with here.ledger.read() as con:
        query = select(patients.c.patient_id).where(patients.c.source_id == source_id.strip())
        found = con.execute(query).scalar()
    if found is None:
        raise UserError(
            f"{here.clinic.slug}: no patient with that id; give the practice system's id, as in "
            "its record"
        )
    return str(found)


def _may_go(here: Room, source_id: str, now: datetime, legal_basis: str | None) -> bool:
    """Whether the evidence may go too; raises GateClosed where nothing may."""
    (found,) = retention_days(here, source_id.strip()).values()
    until = found[1]
    if until is None:
        raise GateClosed(
            f"{here.clinic.slug}: the record is under a legal hold; `ptclinic retention release` "
            "lifts it once counsel says so"
        )
    is_past = until <= now.astimezone(here.clinic.zone).date()
    if not is_past and not legal_basis:
        raise GateClosed(
            f"{here.clinic.slug}: the record must be kept until {until.isoformat()}; "
            "--legal-basis says what allows it to go earlier"
        )
    return is_past


def _end(here: Room, one: Erasure) -> Certificate:
    """The certificate comes last: where it lies, every step before it was done."""
    which = "-evidence" if one.evidence_at else ""
    path = here.ledger.home / "certificates" / f"{one.patient_id}{which}.json"
    # Copies of the keys wait, and whoever else would end it.
    with turn(here.ledger.keys.path):
        done = carry_out(here.ledger, one)
        if not path.exists():
            drop_failures(here.clinic.slug)
            content = _content(here, one, done, _erase_facts(here, one.patient_id, done))
            put_new(path, (json.dumps(content, indent=1, sort_keys=True) + "\n").encode())
    return Certificate(path, json.loads(path.read_text()))


def _erase_facts(here: Room, own: str, done: Erased | None) -> int:
    """Pseudonymised rows go too: with the clinic's keys a pseudonym can be made again."""
    from warehouse.erase import erase_facts

    if done is None or not here.ledger.warehouse_path.exists():
        return 0
    visit_keys = [here.ledger.pseudonym(visit_id) for visit_id in done.visit_ids]
    with warehouse(here) as con:
        count = erase_facts(con, here.ledger.pseudonym(own), visit_keys)
    # Also where none is left: who died in between left them in the readers' copy.
    publish_warehouse(here)
    return count


def _content(here: Room, one: Erasure, done: Erased | None, facts: int) -> dict[str, Any]:
    content: dict[str, Any] = {
        "clinic": here.clinic.slug,
        "patient_id": one.patient_id,
        "erased_at": one.at.isoformat(),
        "evidence_erased_too": one.entire,
        "evidence_erased_at": one.evidence_at and one.evidence_at.isoformat(),
        "messages_expired": done.expired if done else 0,
        "rows_erased": (done.rows if done else {}) | {"warehouse": facts},
        "visit_ids": done.visit_ids if done else [],
        "message_ids": done.message_ids if done else [],
        **one.said,
    }
    text = json.dumps(content, sort_keys=True)
    return content | {"certificate_hash": certificate_hash(here.ledger, text)}
