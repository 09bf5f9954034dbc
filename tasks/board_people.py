"""Whom the board names: each look at a person is a row of the audit, under who looks."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

import phonenumbers
from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection, select

from data_contracts.deed import Act, Deed
from ledger import people
from ledger.audit import record
from ledger.schema import patients
from ledger.store import Ledger, batched


class Person(NamedTuple):
    """Who somebody is and by which number they are called; a minor's is their responsible party's.

    `dial` is the number as a phone takes it, `number` as people read it.
    """

    name: str
    number: str | None
    dial: str | None
    is_minor: bool
    language: str


def named_briefly(
    ledger: Ledger, patient_ids: Iterable[str], why: str, now: datetime, *, with_names: bool = True
) -> dict[str, Person]:
    """The same in a transaction of its own: a page reads long, and carriers wait for the writer."""
    if not with_names:
        return {}
    with ledger.write() as con:
        return named(ledger, con, patient_ids, why, now)


def named(
    ledger: Ledger, con: Connection, patient_ids: Iterable[str], why: str, now: datetime
) -> dict[str, Person]:
    """By id whoever can still be named, in the caller's writing transaction."""
    wanted, found = sorted(set(patient_ids)), {}
    for part in batched(wanted, 500):
        for row in con.execute(select(patients).where(patients.c.patient_id.in_(part))):
            person = _person(ledger, row, now)
            if person is not None:
                found[row.patient_id] = person
    record(ledger, con, [Act(Deed.IDENTITY_READ, one, f"board: {why}") for one in found])
    return found


def _person(ledger: Ledger, row: Any, now: datetime) -> Person | None:
    try:
        known = people.identity(ledger, row.patient_id, row.identity)
    except InvalidTag:  # erased: the key is gone
        return None
    is_minor = row.adult_from is not None and row.adult_from > now
    mobile = (known.get("responsible_mobile") if is_minor else None) or known.get("mobile")
    words = (known.get("first_name"), known.get("last_name"))
    name = " ".join(word for word in words if word)
    return Person(name or "(no name on file)", _read_as(mobile), mobile, is_minor, row.language)


def _read_as(mobile: str | None) -> str | None:
    if not mobile:
        return None
    try:
        number = phonenumbers.parse(mobile)
    except phonenumbers.NumberParseException:
        return mobile
    national = number.country_code == 1
    style = phonenumbers.PhoneNumberFormat.NATIONAL
    if not national:
        style = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style)
