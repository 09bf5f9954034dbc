"""Who certified a plan of care and when, and what Medicare allowed others: as the desk records it.

A certification that nobody recorded holds each Medicare claim; one that was recorded wrongly lets
it go. So every word of it is on record, with who said it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from data_contracts.deed import Act, Deed
from data_contracts.errors import UserError
from data_contracts.npi import is_npi
from data_contracts.plan_of_care_law import plan_of_care_law
from ledger import certifications
from ledger.audit import record
from ledger.claim_expenses import allowed_claims
from rules.certification import Certification, PlanPeriod, Renewal, course_on, on
from tasks.room import Room
from tasks.waiting_lines import patient_of

_NPI_DIGITS = 10
_WORDS = {"signed_on": "signed", "verbal_on": "verbal", "ordered_on": "ordered", "sent_on": "sent"}


class NotCertified(UserError):
    """What was said of a plan of care cannot be kept."""


@dataclass(frozen=True)
class Certificate:
    """One period of a plan of care, and what was done for it; None: nothing is said of it."""

    begins_on: date
    ends_on: date | None = None
    signed_on: date | None = None
    verbal_on: date | None = None
    ordered_on: date | None = None
    sent_on: date | None = None
    by: str | None = None
    """The physician or practitioner, by name or NPI."""


def certify(
    here: Room, source_id: str, one: Certificate, now: datetime, *, is_renewal: bool
) -> Certification:
    """Keep what was said of a period; returns how it stands. Raises NoSuchPatient, NotCertified."""
    today = now.astimezone(here.clinic.zone).date()
    said = _sound(one, today)
    with here.ledger.write() as con:
        own_id = patient_of(here, con, source_id)
        before = _recorded(con, own_id)
        if is_renewal and not any(each.period.begins_on < one.begins_on for each in before):
            raise NotCertified(
                "a plan is certified anew only after it was once: record the first period with "
                "`ptclinic plan-of-care certify`"
            )
        row: dict[str, Any] = {name: day.isoformat() for name, day in said.items()}
        row |= {"begins_on": one.begins_on.isoformat(), "is_renewal": is_renewal}
        row["ends_on"] = one.ends_on.isoformat() if one.ends_on else None
        by = {name: one.by for name in said if one.by and name != "sent_on"}
        certifications.keep(here.ledger, con, own_id, row, by, now)
        kind = "renewal" if is_renewal else "initial"
        words = " ".join(_WORDS[name] for name in said)
        record(here.ledger, con, [Act(Deed.PLAN_CERTIFIED, own_id, f"{kind}: {words}")])
        found = standing(_recorded(con, own_id), one.begins_on, today)
    if found is None:  # the period that was just kept covers its own first day
        raise NotCertified("the period covers no day")
    return found


def withdraw(here: Room, source_id: str, begins_on: date) -> None:
    """Take back a period that was recorded by mistake. Raises NoSuchPatient, NotCertified."""
    with here.ledger.write() as con:
        own_id = patient_of(here, con, source_id)
        if not certifications.withdraw(con, own_id, begins_on):
            raise NotCertified(f"no period that begins on {begins_on.isoformat()} is recorded")
        record(here.ledger, con, [Act(Deed.PLAN_CERTIFIED, own_id, "withdrawn")])


def tell_total(here: Room, source_id: str, year: int, total: Decimal, now: datetime) -> Decimal:
    """Keep what Medicare says it allowed a patient in a year; returns how much of it is others'.

    What is ours of it is what remittances told so far, so that a later one counts beside it.
    Raises NoSuchPatient.
    """
    insurance = here.clinic.insurance
    payers = insurance.payers if insurance else {}
    of_medicare = [key for key, payer in payers.items() if payer.is_medicare]
    with here.ledger.write() as con:
        own_id = patient_of(here, con, source_id)
        mine = allowed_claims(con, of_medicare, [own_id]) if of_medicare else ()
        ours = sum(one.cents for one in mine if one.service_on.year == year)
        cents = max(int((total * 100).to_integral_value()) - ours, 0)
        certifications.tell_elsewhere(con, own_id, year, cents, now)
        record(here.ledger, con, [Act(Deed.EXPENSES_RECORDED, own_id, str(year))])
    return Decimal(cents) / 100


def recorded(here: Room, source_id: str, now: datetime) -> list[dict[str, Any]]:
    """Every period of one patient, how it stands and by whom; looking is on record, too."""
    today = now.astimezone(here.clinic.zone).date()
    with here.ledger.write() as con:
        own_id = patient_of(here, con, source_id)
        rows = certifications.of_patients(con, [own_id]).get(own_id, [])
        periods = renewals(rows)
        found = []
        for row in rows:
            stands = standing(periods, date.fromisoformat(row.begins_on), today)
            found.append(
                {
                    "kind": "renewal" if row.is_renewal else "initial",
                    "begins_on": row.begins_on,
                    "covers_until": stands.covers_until.isoformat() if stands else None,
                    "state": stands.state.value if stands else None,
                    "due_on": stands.due_on.isoformat() if stands else None,
                }
                | {name: getattr(row, name) for name in certifications.DAYS}
                | {"by": sorted(set(certifications.signers(here.ledger, row).values()))}
            )
        why = "to list certifications"
        record(here.ledger, con, [Act(Deed.IDENTITY_READ, own_id, why)])
    return found


def renewals(rows: Iterable[Any]) -> list[Renewal]:
    """Rows of the ledger as the rules read them."""
    return [
        Renewal(
            PlanPeriod(
                date.fromisoformat(row.begins_on),
                _day(row.ends_on),
                _day(row.signed_on),
                _day(row.verbal_on),
                _day(row.ordered_on),
                _day(row.sent_on),
            ),
            row.is_renewal,
        )
        for row in rows
    ]


def standing(periods: Sequence[Renewal], day: date, today: date) -> Certification | None:
    """How a day of treatment stands; None where no period covers it."""
    course = course_on(periods, day)
    return on(course, day, today, plan_of_care_law()) if course else None


def _recorded(con: Connection, own_id: str) -> list[Renewal]:
    return renewals(certifications.of_patients(con, [own_id]).get(own_id, []))


def _sound(one: Certificate, today: date) -> dict[str, date]:
    """What was said, by its column. Raises NotCertified."""
    said = {name: getattr(one, name) for name in certifications.DAYS}
    given = {name: day for name, day in said.items() if day is not None}
    if not given:
        raise NotCertified(
            "say what was done and when: --signed, --verbal, --ordered or --sent with a day"
        )
    if one.ends_on is not None and one.ends_on < one.begins_on:
        raise NotCertified("--ends is before --begins")
    late = [_WORDS[name] for name, day in given.items() if day > today]
    if late:
        raise NotCertified(f"--{late[0]} lies in the future: record what was done")
    if given.keys() - {"sent_on"} and not (one.by or "").strip():
        raise NotCertified("say with --by who signed or ordered: a name, or an NPI")
    if one.by and one.by.isdigit() and not (len(one.by) == _NPI_DIGITS and is_npi(one.by)):
        raise NotCertified("--by is no NPI: its last digit does not fit the others")
    return given


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
