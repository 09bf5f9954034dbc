"""Policies and authorisations: what a card or a payer's leave says lies under its patient's key."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, func, select

from data_contracts.authorization import Authorization
from data_contracts.policy import Policy, Relation
from ledger.keys import keyed_hash, seal
from ledger.schema import patients
from ledger.schema_insurance import authorizations, policies
from ledger.store import Ledger, insert_new, new_id, pairs, to_json

_CARD = (
    "member_id",
    "group_number",
    "relation",
    "subscriber_first_name",
    "subscriber_last_name",
    "subscriber_birth_date",
)
_IN_ORDER = (
    select(policies.c.policy_id, policies.c.patient_id)
    .where(policies.c.patient_id.in_(bindparam("some", expanding=True)))
    .order_by(policies.c.rank, policies.c.policy_id)
)


class Card(NamedTuple):
    """What was sealed of a policy: all of it is identity."""

    member_id: str | None
    group_number: str | None
    relation: Relation
    subscriber_first_name: str | None
    subscriber_last_name: str | None
    subscriber_birth_date: date | None


def keep_policies(
    ledger: Ledger, con: Connection, found: Iterable[Policy], gone: Iterable[str], now: datetime
) -> int:
    """Write policies as the practice system has them now; returns how many changed.

    `gone`: the system's ids of those that it no longer holds. Whoever was erased, or is not known
    yet, has none.
    """
    latest = {one.source_id: one for one in found}
    lost = {one.source_id for one in latest.values() if one.is_removed or not one.is_active}
    changed = _drop(con, policies, {*gone, *lost})
    owners = _owners(con)
    known = {row.source_id: row for row in con.execute(select(policies))}
    hash_key = ledger.keys.key("identity_hash")
    for one in latest.values():
        own = owners.get(one.patient_source_id)
        if one.source_id in lost or own is None:
            continue
        old = known.get(one.source_id)
        plain = one.model_dump_json(exclude={"updated_at"})
        digest = keyed_hash(hash_key, f"{plain}|{own}")
        if old is not None and (old.sealed_hash == digest or old.updated_at > one.updated_at):
            continue
        policy_id = old.policy_id if old else new_id()
        row = {
            "policy_id": policy_id,
            "source_id": one.source_id,
            "patient_id": own,
            "rank": one.rank,
            "payer": one.payer,
            "sealed": _sealed(ledger, own, policy_id, one.model_dump_json(include=set(_CARD))),
            "sealed_hash": digest,
            "member_hash": member_hash(ledger, one.member_id),
            "valid_until": one.valid_until.isoformat() if one.valid_until else None,
            "updated_at": one.updated_at,
            "changed_at": now,
        }
        if old is None:
            con.execute(policies.insert().values(row))
        else:
            same = policies.c.policy_id == policy_id
            con.execute(policies.update().where(same).values(row))
        changed += 1
    return changed


def keep_authorizations(ledger: Ledger, con: Connection, found: Iterable[Authorization]) -> int:
    """Write authorisations as the practice system has them now; returns how many changed."""
    latest = {one.source_id: one for one in found}
    lost = {one.source_id for one in latest.values() if one.is_removed or not one.is_active}
    changed = _drop(con, authorizations, lost)
    owners = _owners(con)
    known = pairs(
        con.execute(select(authorizations.c.source_id, authorizations.c.authorization_id))
    )
    for one in latest.values():
        own = owners.get(one.patient_source_id)
        if one.source_id in lost or own is None:
            continue
        own_id = known.get(one.source_id) or new_id()
        row = {
            "authorization_id": own_id,
            "source_id": one.source_id,
            "patient_id": own,
            "payer": one.payer_name,
            "sealed": _sealed(ledger, own, own_id, to_json({"number": one.number})),
            "is_granted": one.number is not None and one.visits_authorized is not None,
            "visits_requested": one.visits_requested,
            "visits_authorized": one.visits_authorized,
            "starts_on": one.starts_on.isoformat() if one.starts_on else None,
            "ends_on": one.ends_on.isoformat() if one.ends_on else None,
            "updated_at": one.updated_at,
        }
        if insert_new(con, authorizations, [row]):
            changed += 1
            continue
        is_older = authorizations.c.updated_at < one.updated_at
        same = authorizations.c.authorization_id == own_id
        changed += con.execute(authorizations.update().where(same, is_older).values(row)).rowcount
    return changed


def first_payer(con: Connection, patient_id: str) -> str | None:
    """Who pays first for a patient, as the practice system writes it; None without a card."""
    return _payer(con, patient_id, 0)


def second_payer(con: Connection, patient_id: str) -> str | None:
    """Who pays after the first; None where no second policy is on file."""
    return _payer(con, patient_id, 1)


def _payer(con: Connection, patient_id: str, place: int) -> str | None:
    query = select(policies.c.payer).where(policies.c.patient_id == patient_id)
    in_order = query.order_by(policies.c.rank, policies.c.policy_id)
    found: str | None = con.execute(in_order.offset(place).limit(1)).scalar()
    return found


def behind_the_first(con: Connection, patient_ids: Iterable[str]) -> set[str]:
    """Of some patients the policies that stand behind the one which pays first."""
    found, first, ids = set[str](), set[str](), sorted(set(patient_ids))
    for start in range(0, len(ids), 500):
        for row in con.execute(_IN_ORDER, {"some": ids[start : start + 500]}):
            if row.patient_id in first:
                found.add(row.policy_id)
            first.add(row.patient_id)
    return found


def payers_written(con: Connection) -> dict[str, int]:
    """Payers' names as the practice system has them, and of how many patients."""
    many = func.count(policies.c.patient_id.distinct())
    return pairs(con.execute(select(policies.c.payer, many).group_by(policies.c.payer)))


def card(ledger: Ledger, row: Any) -> Card:
    """What a policy's row seals; raises SealBroken where the key is gone."""
    plain = ledger.keys.opened(f"patient:{row.patient_id}", row.sealed, row.policy_id)
    said = json.loads(plain)
    born = said["subscriber_birth_date"]
    return Card(
        said["member_id"],
        said["group_number"],
        Relation(said["relation"]),
        said["subscriber_first_name"],
        said["subscriber_last_name"],
        datetime.fromisoformat(born).date() if born else None,
    )


def member_hash(ledger: Ledger, member_id: str | None) -> str | None:
    """The keyed hash by which two spellings of one member id are the same."""
    plain = "".join(filter(str.isalnum, member_id or "")).upper()
    return keyed_hash(ledger.keys.key("blind_index"), f"member|{plain}") if plain else None


def person_hash(ledger: Ledger, born: date | None, *names: str) -> str:
    """The keyed hash of a birth date and names; of an unknown date, too."""
    said = born.isoformat() if born else "unknown"
    plain = "|".join(one.strip().casefold() for one in names)
    return keyed_hash(ledger.keys.key("blind_index"), f"born|{said}|{plain}")


def _sealed(ledger: Ledger, patient_id: str, about: str, plain: str) -> bytes:
    return seal(ledger.keys.key(f"patient:{patient_id}"), plain.encode(), about)


def _owners(con: Connection) -> dict[str, str]:
    query = select(patients.c.source_id, patients.c.patient_id)
    return pairs(con.execute(query.where(patients.c.erased_at.is_(None))))


def _drop(con: Connection, table: Any, source_ids: Iterable[str]) -> int:
    count, wanted = 0, sorted(source_ids)
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        count += con.execute(delete(table).where(table.c.source_id.in_(part))).rowcount
    return count
