"""Patients in the identity vault: who they are is sealed under each one's own key."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, or_, select

from data_contracts.deed import Act, Deed
from data_contracts.message import AGREED_TO, CARE, Channel, Purpose
from data_contracts.visit import Patient
from ledger.audit import record
from ledger.keys import keyed_hash, seal
from ledger.schema import consents, opt_outs, patients
from ledger.store import Ledger, insert_new, new_id, to_json, upsert

_IDENTITY: tuple[str, ...] = (
    "first_name",
    "last_name",
    "birth_date",
    "is_birth_date_approximate",
    "mobile",
    "email",
    "contact_preference",
)
_IDENTITY += ("responsible_mobile", "responsible_email")
_OUTSIDE = ("source_id", "language", "state", "is_archived")


def upsert_patients(
    ledger: Ledger,
    con: Connection,
    people: Iterable[tuple[Patient, str | None]],
    minors: Mapping[str, datetime] | None = None,
) -> int:
    """Write patients with their zones (comma-joined IANA names); returns how many changed.

    `minors`: by source id, from when one who is a minor now no longer is.

    A patient whose record says the same as before is not written again, so the vault is not
    re-sealed on every sync.
    """
    erased = erased_sources(con)
    found = [one for one in people if one[0].source_id not in erased]
    known = {
        row.source_id: row
        for row in con.execute(
            select(
                patients.c.source_id,
                patients.c.patient_id,
                patients.c.identity_hash,
                patients.c.phone_index,
                patients.c.phone_status,
                patients.c.responsible_phone_index,
                patients.c.responsible_status,
            )
        )
    }
    hash_key = ledger.keys.key("identity_hash")
    changed: list[tuple[Patient, str | None, str, str, Any]] = []
    for patient, zones in found:
        plain = to_json(patient.model_dump(include={*_IDENTITY, *_OUTSIDE}))
        adult_from = (minors or {}).get(patient.source_id)
        digest = keyed_hash(hash_key, f"{plain}|{zones}|{adult_from or ''}")
        old = known.get(patient.source_id)
        if old is None or (old.identity_hash != digest and not _is_bare(patient)):
            own_id = old.patient_id if old else new_id()
            changed.append((patient, zones, own_id, digest, old))
    keys = ledger.keys.keys(f"patient:{own_id}" for _, _, own_id, _, _ in changed)
    index_key = ledger.keys.key("blind_index")
    rows = [
        _row(patient, zones, own_id, digest, old, keys[f"patient:{own_id}"], index_key)
        | {"adult_from": (minors or {}).get(patient.source_id)}
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
    theirs = _index(index_key, patient.responsible_mobile)
    same_theirs = old is not None and old.responsible_phone_index == theirs
    return {
        "patient_id": own_id,
        "source_id": patient.source_id,
        "identity": seal(key, identity.encode(), own_id),
        "identity_hash": digest,
        "phone_index": phone,
        "email_index": _index(index_key, patient.email),
        "responsible_phone_index": theirs,
        "responsible_email_index": _index(index_key, patient.responsible_email),
        "responsible_status": old.responsible_status if same_theirs else None,
        "birth_year": patient.birth_date.year if patient.birth_date else None,
        "language": patient.language,
        "zones": zones,
        "state": patient.state,
        "phone_status": old.phone_status if same_phone else None,
        "is_archived": patient.is_archived,
        "erased_at": None,
        "updated_at": patient.updated_at,
    }


def _index(key: bytes, address: str | None) -> str | None:
    return keyed_hash(key, address.strip().lower()) if address else None


def erased_sources(con: Connection) -> set[str]:
    """The practice system's ids of who was erased: no reading brings them back."""
    query = select(patients.c.source_id).where(patients.c.erased_at.is_not(None))
    return set(con.execute(query).scalars())


def add_placeholders(ledger: Ledger, con: Connection, source_ids: set[str], now: datetime) -> None:
    """A visit may name a patient we have not read yet: keep the visit, with nobody to contact."""
    known = set(con.execute(select(patients.c.source_id)).scalars())
    unknown = sorted(source_ids - known)
    upsert_patients(
        ledger, con, [(Patient(source_id=one, updated_at=now), None) for one in unknown]
    )


def identity(ledger: Ledger, patient_id: str, sealed: bytes) -> dict[str, str | None]:
    """Who a patient is, from the sealed column; raises InvalidTag where the key is gone."""
    plain = ledger.keys.opened(f"patient:{patient_id}", sealed, patient_id)
    found: dict[str, str | None] = json.loads(plain)
    return found


def known_birth_date(who: dict[str, str | None]) -> str | None:
    """`1980-02-29`; None where nobody told it by the day."""
    told = who.get("birth_date")
    return told[:10] if told and not who.get("is_birth_date_approximate") else None


def add_consent(
    ledger: Ledger,
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
    deed = Deed.CONSENT_RECORDED if is_granted else Deed.CONSENT_REVOKED
    record(ledger, con, [Act(deed, patient_id, f"{purpose} by {channel}: {source}")])
    return consent_id


def follow_preferences(
    ledger: Ledger, con: Connection, wanted: dict[str, dict[Channel, bool]], at: datetime
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
        for purpose in CARE
    ]
    if new:
        con.execute(consents.insert(), new)
        record(ledger, con, _consent_acts(new))
    return len(new)


def block(con: Connection, address_index: str, kind: str, source: str, at: datetime) -> bool:
    """Send nothing more there; nobody's consent is touched. False where it was blocked before."""
    row = {"address_index": address_index, "kind": kind, "source": source, "at": at}
    return insert_new(con, opt_outs, [row]) == 1


def _consent_acts(rows: list[dict[str, Any]]) -> list[Act]:
    """One for a patient and a channel, whatever the purposes."""
    found = {
        Act(
            Deed.CONSENT_RECORDED if row["is_granted"] else Deed.CONSENT_REVOKED,
            row["patient_id"],
            f"{row['channel']}: {row['source']}",
        ): None
        for row in rows
    }
    return list(found)


def opt_out(
    ledger: Ledger,
    con: Connection,
    address_index: str,
    kind: str,
    source: str,
    at: datetime,
    evidence: str = "opt-out of the number or address",
) -> bool:
    """Block a number or address for every automated topic, from this transaction on.

    Whoever goes by it takes back their consent with it, so that one person's new consent opens it
    for that person alone. False where it was blocked before.
    """
    if not block(con, address_index, kind, source, at):
        return False
    is_phone = kind == "phone"
    theirs = goes_by(address_index, is_phone=is_phone)
    whose = con.execute(select(patients.c.patient_id).where(theirs)).scalars()
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
            "evidence": evidence,
            "at": at,
            "until": None,
        }
        for patient_id in whose
        for channel in ((Channel.SMS, Channel.VOICE) if is_phone else (Channel.EMAIL,))
        for purpose in AGREED_TO
    ]
    if taken_back:
        con.execute(consents.insert(), taken_back)
    # Whose number it is may be known to nobody: then the act is about its keyed hash.
    unknown = Act(Deed.CONSENT_REVOKED, address_index[:32], f"{kind}: {source}")
    record(ledger, con, _consent_acts(taken_back) or [unknown])
    return True


def goes_by(address_index: str, *, is_phone: bool) -> ColumnElement[bool]:
    """Whoever is reached there: by their own number or address, or as a responsible party."""
    own, theirs = (
        (patients.c.phone_index, patients.c.responsible_phone_index)
        if is_phone
        else (patients.c.email_index, patients.c.responsible_email_index)
    )
    return or_(own == address_index, theirs == address_index)


def contact(at: Any) -> tuple[ColumnElement[Any], ...]:
    """By which number and address a patient is reached at a moment: a minor's are another's."""
    is_minor = patients.c.adult_from.is_not(None) & (patients.c.adult_from > at)
    own = ("phone_index", "email_index", "phone_status")
    theirs = ("responsible_phone_index", "responsible_email_index", "responsible_status")
    chosen = (
        case((is_minor, patients.c[other]), else_=patients.c[name]).label(name)
        for name, other in zip(own, theirs, strict=True)
    )
    return (*chosen, is_minor.label("is_minor"))


def is_opted_out(con: Connection, address_index: str) -> bool:
    """Whether a number or address is blocked."""
    query = select(opt_outs.c.at).where(opt_outs.c.address_index == address_index)
    return con.execute(query).first() is not None


def lift_opt_out(
    ledger: Ledger, con: Connection, patient_id: str, channel: Channel, at: datetime
) -> bool:
    """Open a patient's number or address again: they consented anew at `at`, after the opt-out.

    What stays on record is the consent taken back; START alone never gets here (C6).
    """
    is_mail = channel is Channel.EMAIL
    own = patients.c.email_index if is_mail else patients.c.phone_index
    theirs = patients.c.responsible_email_index if is_mail else patients.c.responsible_phone_index
    query = select(own, theirs).where(patients.c.patient_id == patient_id)
    indexes = [index for row in con.execute(query) for index in row if index]
    gone = opt_outs.delete().where(opt_outs.c.address_index.in_(indexes), opt_outs.c.at < at)
    is_lifted = con.execute(gone).rowcount > 0
    if is_lifted:
        record(ledger, con, [Act(Deed.OPT_OUT_LIFTED, patient_id, channel.value)])
    return is_lifted


def mark_phone(con: Connection, phone_index: str, status: str) -> None:
    """Remember why a number cannot be used; a new number on the record clears it."""
    con.execute(
        patients.update().where(patients.c.phone_index == phone_index).values(phone_status=status)
    )
    theirs = patients.c.responsible_phone_index == phone_index
    con.execute(patients.update().where(theirs).values(responsible_status=status))
