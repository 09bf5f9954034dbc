"""Puts a claim together from what the chart, the card and the clinic's file say.

Nothing is made up: what nobody said stays out of the draft, is counted, and keeps the claim here.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from data_contracts.authorization import Authorization
from data_contracts.charge import ChargeLine, DraftClaim
from data_contracts.charge_row import ChargeRow
from data_contracts.claim import (
    BillingProvider,
    Claim,
    Claimant,
    ClaimLine,
    Clinician,
    PostalAddress,
    Relationship,
)
from data_contracts.day_charges import Cover, DayCharges, KnownPatient
from data_contracts.finding import Finding, Severity
from data_contracts.inquiry import Person
from data_contracts.npi import is_npi
from data_contracts.policy import Relation
from data_contracts.prior_payer import PriorPayer

_MOST_DIAGNOSES, _MOST_POINTERS = 12, 4
_NOBODY = Person(first_name="", last_name="")
_RELATIONS = {
    Relation.SELF: Relationship.SELF,
    Relation.SPOUSE: Relationship.SPOUSE,
    Relation.CHILD: Relationship.CHILD,
    Relation.OTHER: Relationship.OTHER,
}


class Source(StrEnum):
    """Where a field of a claim comes from, when somebody has it."""

    CHART = "chart"
    CARD = "card"
    CLINIC = "clinic file"


class Field(NamedTuple):
    """One thing that an 837P asks for, and whether it is there already."""

    name: str
    source: Source
    is_there: bool


def merged(known: Iterable[ChargeRow], told: Iterable[ChargeRow]) -> list[ChargeRow]:
    """Rows by their newest word; what the practice system took back is out."""
    latest: dict[str, ChargeRow] = {}
    for row in (*known, *told):
        old = latest.get(row.source_id)
        if old is None or row.updated_at >= old.updated_at:
            latest[row.source_id] = row
    return [row for row in latest.values() if not row.is_removed]


def by_claim(rows: Iterable[ChargeRow]) -> dict[str, DayCharges]:
    """One claim a patient, day and therapist; the key says which, without any name."""
    found: dict[str, list[ChargeRow]] = {}
    for row in rows:
        key = f"{row.patient_source_id}|{row.service_on.isoformat()}|{row.rendering_npi or ''}"
        found.setdefault(key, []).append(row)
    return {
        key: DayCharges(rows=tuple(sorted(some, key=lambda row: row.source_id)))
        for key, some in found.items()
    }


def draft_of(
    control: str,
    day: DayCharges,
    who: KnownPatient,
    cover: Cover | None,
    billing_npi: str,
    place: str | None,
) -> DraftClaim:
    """The claim as far as anybody said it, to be scrubbed; `place`: where it was given."""
    listed = _diagnoses(day)
    newest = day.newest
    own = _person(who.first_name, who.last_name, who)
    holder, dependent = _people(own, cover)
    return DraftClaim(
        control=control,
        payer_id=cover.payer_id if cover else None,
        payer_name=cover.payer_name if cover else newest.payer and newest.payer[:60],
        subscriber=holder,
        dependent=dependent,
        service_on=day.service_on,
        billing_npi=billing_npi,
        rendering_npi=newest.rendering_npi,
        referring_npi=newest.referring_npi,
        authorization_number=newest.authorization_number,
        place_of_service=place,
        diagnoses=listed,
        lines=tuple(_draft_line(row, listed) for row in day.rows),
    )


def leave_number(leaves: Iterable[Authorization], on: date) -> str | None:
    """The number of the leave that covers a day, where the chart names none; of several with
    numbers of their own a person chooses."""
    found = {
        one.number
        for one in leaves
        if one.number
        and one.visits_authorized is not None
        and one.is_active
        and not one.is_removed
        and (one.starts_on is None or one.starts_on <= on)
        and (one.ends_on is None or on <= one.ends_on)
    }
    return found.pop() if len(found) == 1 else None


def fields_of(
    day: DayCharges, who: KnownPatient, cover: Cover | None, place: str | None
) -> list[Field]:
    """All that the claim asks for: what is there, and what a person would have to add."""
    chart, card = Source.CHART, Source.CARD
    newest, listed = day.newest, _diagnoses(day)
    found = [
        Field("patient.name", chart, bool(who.first_name and who.last_name)),
        Field("patient.birth_date", chart, who.birth_date is not None),
        Field("patient.gender", chart, newest.patient_gender is not None),
        Field("patient.address", chart, _home(day) is not None),
        Field("payer", card, cover is not None and cover.payer_id is not None),
        Field("member_id", card, cover is not None and cover.member_id is not None),
        Field("diagnoses", chart, bool(listed)),
        Field("rendering", chart, _clinician(day, "rendering") is not None),
        Field("place_of_service", chart, place is not None),
        Field("billing", Source.CLINIC, True),
    ]
    if cover is not None and cover.relation is not Relation.SELF:
        found += [
            Field("subscriber.name", card, bool(cover.first_name and cover.last_name)),
            Field("subscriber.birth_date", card, cover.birth_date is not None),
        ]
    for number, row in enumerate(day.rows, start=1):
        found += [
            Field(f"lines[{number}].procedure", chart, True),
            Field(f"lines[{number}].units", chart, row.units > 0),
            Field(f"lines[{number}].minutes", chart, row.minutes is not None),
            Field(f"lines[{number}].diagnoses", chart, bool(row.diagnoses)),
        ]
    return found


def gaps(day: DayCharges, billing_npi: str) -> Iterator[Finding]:
    """What an 837P asks for and a scrub of services does not look at.

    Who treated is named only where it is not who is paid; who referred wherever an NPI is given.
    """
    for role, is_named in (
        ("rendering", day.newest.rendering_npi not in (None, billing_npi)),
        ("referring", day.newest.referring_npi is not None),
    ):
        if is_named and _clinician(day, role) is None:
            yield Finding(
                f"{role}.unnamed",
                Severity.BLOCK,
                f"{role}.last_name",
                f"the {role} provider has an NPI, and no name that a payer could file it under",
                "have the practice system's report give the last name beside the NPI",
            )
    if _home(day) is None:
        yield Finding(
            "address.missing",
            Severity.BLOCK,
            "patient.address",
            "street, city, state or ZIP code of the patient is missing",
            "enter it in the practice system",
        )


def claim_of(
    draft: DraftClaim,
    day: DayCharges,
    cover: Cover,
    billing: BillingProvider,
    line_controls: Iterable[str],
    prior: PriorPayer | None = None,
) -> Claim:
    """The claim as it leaves. Raises pydantic's ValidationError where the draft is not fit to."""
    relation = _RELATIONS[cover.relation]
    newest, holder = day.newest, draft.subscriber
    home, gender = _home(day), newest.patient_gender or "U"
    patient = draft.dependent
    is_self = relation is Relationship.SELF
    return Claim(
        control=draft.control,
        billing=billing,
        payer_id=draft.payer_id or "",
        payer_name=draft.payer_name or "",
        filing=cover.filing,
        group_number=cover.group_number,
        subscriber=Claimant(
            person=holder or _NOBODY,
            gender=gender if is_self else newest.subscriber_gender or "U",
            address=home if is_self else _address(newest, "subscriber"),
        ),
        relationship=relation,
        dependent=Claimant(person=patient, gender=gender, address=home) if patient else None,
        place_of_service=draft.place_of_service or "",
        authorization_number=draft.authorization_number,
        onset_on=newest.onset_on,
        diagnoses=draft.diagnoses,
        rendering=_clinician(day, "rendering"),
        referring=_clinician(day, "referring"),
        prior=prior,
        lines=tuple(
            ClaimLine(
                control=control,
                procedure=line.procedure,
                modifiers=line.modifiers,
                charge=line.charge,
                units=line.units,
                service_on=draft.service_on,
                diagnoses=line.diagnoses,
            )
            for control, line in zip(line_controls, draft.lines, strict=True)
        ),
    )


def _people(own: Person | None, cover: Cover | None) -> tuple[Person | None, Person | None]:
    """Who holds the plan, and the patient where that is somebody else."""
    if cover is None:
        return own, None
    if cover.relation is Relation.SELF:
        mine = own or _NOBODY
        return mine.model_copy(update={"member_id": cover.member_id}), None
    holder = Person(
        first_name=cover.first_name or "",
        last_name=cover.last_name or "",
        birth_date=cover.birth_date,
        member_id=cover.member_id,
    )
    return holder, own


def _person(first: str | None, last: str | None, who: KnownPatient) -> Person | None:
    if not (first or last):
        return None
    return Person(first_name=first or "", last_name=last or "", birth_date=who.birth_date)


def _draft_line(row: ChargeRow, listed: tuple[str, ...]) -> ChargeLine:
    pointers = [listed.index(one) + 1 for one in row.diagnoses if one in listed]
    return ChargeLine(
        procedure=row.code.upper(),
        units=row.units,
        minutes=row.minutes,
        assistant_minutes=row.assistant_minutes,
        modifiers=row.modifiers,
        diagnoses=tuple(pointers[:_MOST_POINTERS]),
        charge=row.charge,
        is_distinct=row.is_distinct,
    )


def _diagnoses(day: DayCharges) -> tuple[str, ...]:
    found = dict.fromkeys(one for row in day.rows for one in row.diagnoses)
    return tuple(found)[:_MOST_DIAGNOSES]


def _home(day: DayCharges) -> PostalAddress | None:
    return _address(day.newest, "patient")


def _address(row: ChargeRow, whose: str) -> PostalAddress | None:
    said = {
        name: getattr(row, f"{whose}_{name}") for name in ("street", "city", "state", "postal_code")
    }
    if not all(said.values()):
        return None
    digits = "".join(filter(str.isdigit, said["postal_code"]))
    if len(digits) not in (5, 9) or len(said["state"]) != 2 or len(said["city"]) < 2:
        return None
    return PostalAddress(
        street=said["street"],
        city=said["city"],
        state=said["state"].upper(),
        postal_code=digits,
    )


def _clinician(day: DayCharges, role: str) -> Clinician | None:
    """Who treated or referred; None where somebody has to look, which the scrub says."""
    row = day.newest
    npi, last = (getattr(row, f"{role}_{name}") for name in ("npi", "last_name"))
    if (
        not npi
        or not last
        or not (len(npi) == 10 and npi.isascii() and npi.isdigit() and is_npi(npi))
    ):
        return None
    first = getattr(row, f"{role}_first_name")
    return Clinician(npi=npi, first_name=first, last_name=last)
