"""Patients in the identity vault: who they are is sealed under each one's own key."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from data_contracts.message import Channel, Purpose
from data_contracts.visit import Patient
from ledger.keys import keyed_hash, seal, unseal
from ledger.schema import consents, opt_outs, patients
from ledger.store import Ledger, insert_new, new_id, to_json, upsert

_IDENTITY = ("first_name", "last_name", "birth_date", "mobile", "email", "contact_preference")
_OUTSIDE = ("source_id", "language", "state", "is_archived")


def upsert_patients(
    ledger: Ledger, con: Connection, people: Iterable[tuple[Patient, str | None]]
) -> int:
    """Write patients with their zones (comma-joined IANA names); returns how many changed.

    A patient whose record says the same as before is not written again, so the vault is not
    re-sealed on every sync.
    """
    found = list(people)
    known = {
        row.source_id: row
        for row in con.execute(
            select(
                patients.c.source_id,
                patients.c.patient_id,
                patients.c.identity_hash,
                patients.c.phone_index,
                patients.c.phone_status,
            )
        )
    }
    hash_key = ledger.keys.key("identity_hash")
    changed: list[tuple[Patient, str | None, str, str, Any]] = []
    for patient, zones in found:
        plain = to_json(patient.model_dump(include={*_IDENTITY, *_OUTSIDE}))
        digest = keyed_hash(hash_key, f"{plain}|{zones}")
        old = known.get(patient.source_id)
        if old is None or (old.identity_hash != digest and not _is_bare(patient)):
            own_id = old.patient_id if old else new_id()
            changed.append((patient, zones, own_id, digest, old))
    keys = ledger.keys.keys(f"patient:{own_id}" for _, _, own_id, _, _ in changed)
    index_key = ledger.keys.key("blind_index")
    rows = [
        _row(patient, zones, own_id, digest, old, keys[f"patient:{own_id}"], index_key)
        for patient, zones, own_id, digest, old in changed
    ]
    upsert(con, patients, rows, ["source_id"])
    return len(rows)


def _is_bare(patient: Patient) -> bool:
    # A report of visits names its patients by id alone; that must not erase who they are.
    return not (patient.first_name or patient.last_name or patient.mobile or patient.email)


def _row(
    patient: Patient,
    zones: str | None,
    own_id: str,
    digest: str,
    old: Any,
    key: bytes,
    index_key: bytes,
) -> dict[str, Any]:
    identity = to_json(patient.model_dump(mode="json", include=set(_IDENTITY)))
    phone = keyed_hash(index_key, patient.mobile) if patient.mobile else None
    same_phone = old is not None and old.phone_index == phone
    return {
        "patient_id": own_id,
        "source_id": patient.source_id,
        "identity": seal(key, identity.encode(), own_id),
        "identity_hash": digest,
        "phone_index": phone,
        "email_index": keyed_hash(index_key, patient.email.strip().lower())
        if patient.email
        else None,
        "birth_year": patient.birth_date.year if patient.birth_date else None,
        "language": patient.language,
        "zones": zones,
        "state": patient.state,
        "phone_status": old.phone_status if same_phone else None,
        "is_archived": patient.is_archived,
        "erased_at": None,
        "updated_at": patient.updated_at,
    }


def add_placeholders(ledger: Ledger, con: Connection, source_ids: set[str], now: datetime) -> None:
    """A visit may name a patient we have not read yet: keep the visit, with nobody to contact."""
    known = set(con.execute(select(patients.c.source_id)).scalars())
    unknown = sorted(source_ids - known)
    upsert_patients(
        ledger, con, [(Patient(source_id=one, updated_at=now), None) for one in unknown]
    )


def identity(ledger: Ledger, patient_id: str, sealed: bytes) -> dict[str, str | None]:
    """Who a patient is, from the sealed column; raises InvalidTag where the key is gone."""
    key = ledger.keys.key(f"patient:{patient_id}")
    found: dict[str, str | None] = json.loads(unseal(key, sealed, patient_id))
    return found


def add_consent(
    con: Connection,
    patient_id: str,
    channel: Channel,
    purpose: Purpose,
    *,
    is_granted: bool,
    wording_version: str,
    wording_hash: str,
    source: str,
    evidence: str,
    at: datetime,
    until: datetime | None = None,
) -> str:
    """Record that consent was given or withdrawn; the newest row for a channel counts."""
    consent_id = new_id()
    con.execute(
        consents.insert().values(
            consent_id=consent_id,
            patient_id=patient_id,
            channel=channel,
            purpose=purpose,
            is_granted=is_granted,
            wording_version=wording_version,
            wording_hash=wording_hash,
            source=source,
            evidence=evidence,
            at=at,
            until=until,
        )
    )
    return consent_id


def follow_preferences(
    con: Connection, wanted: dict[str, dict[Channel, bool]], at: datetime
) -> int:
    """Record consent as the practice system states it (by our patient id); only what changed."""
    latest: dict[tuple[str, str], bool] = {}
    rows = con.execute(
        select(consents.c.patient_id, consents.c.channel, consents.c.is_granted)
        .where(consents.c.source == "practice_system")
        .order_by(consents.c.at)
    )
    for row in rows:
        latest[row.patient_id, row.channel] = row.is_granted
    new = [
        {
            "consent_id": new_id(),
            "patient_id": patient_id,
            "channel": channel.value,
            "purpose": purpose.value,
            "is_granted": is_granted,
            "wording_version": "practice-system",
            "wording_hash": "0" * 64,
            "source": "practice_system",
            "evidence": "contact preference on the patient's record",
            "at": at,
            "until": None,
        }
        for patient_id, channels in wanted.items()
        for channel, is_granted in channels.items()
        if latest.get((patient_id, channel)) != is_granted
        for purpose in Purpose
    ]
    if new:
        con.execute(consents.insert(), new)
    return len(new)


def opt_out(con: Connection, address_index: str, kind: str, source: str, at: datetime) -> bool:
    """Block a number or address for every automated topic, from this transaction on.

    Whoever goes by it takes back their consent with it, so that one person's new consent opens it
    for that person alone. False where it was blocked before.
    """
    row = {"address_index": address_index, "kind": kind, "source": source, "at": at}
    if not insert_new(con, opt_outs, [row]):
        return False
    is_phone = kind == "phone"
    column = patients.c.phone_index if is_phone else patients.c.email_index
    whose = con.execute(select(patients.c.patient_id).where(column == address_index)).scalars()
    taken_back = [
        {
            "consent_id": new_id(),
            "patient_id": patient_id,
            "channel": channel.value,
            "purpose": purpose.value,
            "is_granted": False,
            "wording_version": "opt-out",
            "wording_hash": "0" * 64,
            "source": source,
            "evidence": "opt-out of the number or address",
            "at": at,
            "until": None,
        }
        for patient_id in whose
        for channel in ((Channel.SMS, Channel.VOICE) if is_phone else (Channel.EMAIL,))
        for purpose in Purpose
    ]
    if taken_back:
        con.execute(consents.insert(), taken_back)
    return True


def is_opted_out(con: Connection, address_index: str) -> bool:
    """Whether a number or address is blocked."""
    query = select(opt_outs.c.at).where(opt_outs.c.address_index == address_index)
    return con.execute(query).first() is not None


def lift_opt_out(con: Connection, patient_id: str, channel: Channel, at: datetime) -> bool:
    """Open a patient's number or address again: they consented anew at `at`, after the opt-out.

    What stays on record is the consent taken back; START alone never gets here (C6).
    """
    column = patients.c.email_index if channel is Channel.EMAIL else patients.c.phone_index
    index = select(column).where(patients.c.patient_id == patient_id).scalar_subquery()
    gone = opt_outs.delete().where(opt_outs.c.address_index == index, opt_outs.c.at < at)
    return con.execute(gone).rowcount > 0


def mark_phone(con: Connection, phone_index: str, status: str) -> None:
    """Remember why a number cannot be used; a new number on the record clears it."""
    con.execute(
        patients.update().where(patients.c.phone_index == phone_index).values(phone_status=status)
    )
