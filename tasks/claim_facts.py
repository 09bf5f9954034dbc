"""What is known beside a claim when it is examined: patient, plan, leave, what left before."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, select

from data_contracts.authorization import Authorization
from data_contracts.benefit import Source
from data_contracts.clinic import Clinic
from data_contracts.coverage import (
    AuthorizationNeed,
    CoverageStatus,
    CoverageSummary,
    OtherPayer,
)
from data_contracts.day_charges import Cover, KnownPatient
from data_contracts.payer_terms import payer_terms
from ledger import certifications, claims, coverages, people, policies
from ledger.claim_expenses import AllowedClaim, allowed_claims
from ledger.keys import SealBroken
from ledger.schema import patients, visits
from ledger.schema_insurance import authorizations
from ledger.schema_insurance import policies as policies_table
from ledger.second_claims import changed_firsts
from ledger.store import Ledger
from rules.certification import Renewal, course_on
from rules.claim_facts import ClaimFacts, SentClaim
from tasks.certifying import renewals

_PARTS = 500
_COMMERCIAL, _MEDICARE = "CI", "MB"
_ANOTHER = (OtherPayer(None, "", Source(0, "")),)
"""Who it is stands in clear nowhere: a person reads the answer."""


@dataclass(frozen=True)
class Known:
    """Of some patients and visits, read at once."""

    people: dict[str, KnownPatient]
    covers: dict[str, list[Any]]
    leaves: dict[str, list[Authorization]]
    summaries: dict[str, CoverageSummary]
    sent: dict[str, list[SentClaim]] = field(default_factory=dict)
    medicare: dict[str, list[AllowedClaim]] = field(default_factory=dict)
    """What Medicare allowed for claims of ours."""
    elsewhere: dict[tuple[str, int], int] = field(default_factory=dict)
    """By patient and year what it allowed others in cents, where a person asked it."""
    certified: dict[str, list[Renewal]] = field(default_factory=dict)
    unanswered: dict[str, list[AllowedClaim]] = field(default_factory=dict)
    """Claims to Medicare that nobody has judged yet, with what was charged."""
    second_summaries: dict[str, CoverageSummary] = field(default_factory=dict)
    """By visit what the payer after the first said of its plan."""
    changed_firsts: set[str] = field(default_factory=set)
    """First claims behind these that were charged anew after they had left."""
    visit_types: dict[str, str] = field(default_factory=dict)
    """By visit what the clinic calls its kind."""

    def leaves_of(self, clinic: Clinic, patient_id: str, cover: Cover) -> list[Authorization]:
        """The patient's leaves that may be the plan's own payer's."""
        found = self.leaves.get(patient_id, ())
        return [one for one in found if _is_of(clinic, one, cover)]

    def facts(self, clinic: Clinic, claim: Any, cover: Cover | None, today: date) -> ClaimFacts:
        """What a scrub holds one claim against."""
        is_second = claim.first_claim_id is not None
        summaries = self.second_summaries if is_second else self.summaries
        summary = summaries.get(claim.visit_id or "")
        if is_second and summary is not None:
            # That another payer is named is why the claim is there.
            summary = summary._replace(other_payers=())
        leaves = self.leaves.get(claim.patient_id, [])
        if cover is not None:
            leaves = self.leaves_of(clinic, claim.patient_id, cover)
        sent = tuple(self.sent.get(claim.patient_id, ()))
        service_on = date.fromisoformat(claim.service_on)
        ours = _in_year(self.medicare, claim)
        elsewhere = self.elsewhere.get((claim.patient_id, service_on.year))
        return ClaimFacts(
            today=today,
            terms=payer_terms().of(cover.filing if cover else _COMMERCIAL),
            coverage=summary,
            need=summary.authorization if summary else AuthorizationNeed.UNKNOWN,
            authorizations=tuple(leaves),
            days_claimed=frozenset(
                one.service_on for one in sent if cover is None or one.payer_id == cover.payer_id
            ),
            periods=course_on(self.certified.get(claim.patient_id, ()), service_on),
            allowed_before=None if elsewhere is None else ours + Decimal(elsewhere) / 100,
            allowed_by_us=ours,
            charged_open=_in_year(self.unanswered, claim),
            sent=sent,
        )


def _is_of(clinic: Clinic, leave: Authorization, cover: Cover) -> bool:
    if leave.payer_name is None or cover.payer_name is None or clinic.insurance is None:
        return True
    return clinic.insurance.may_be_one(leave.payer_name, cover.payer_name)


def _in_year(found: dict[str, list[AllowedClaim]], claim: Any) -> Decimal:
    """Of the patient's claims in the claim's year, this one not among them."""
    year = date.fromisoformat(claim.service_on).year
    cents = (
        one.cents
        for one in found.get(claim.patient_id, ())
        if one.service_on.year == year and one.claim_id != claim.claim_id
    )
    return Decimal(sum(cents)) / 100


def known_of(ledger: Ledger, con: Connection, clinic: Clinic, rows: Iterable[Any]) -> Known:
    """What is known of the patients and visits of some claims. Looks at identities: whoever calls
    records it."""
    wanted = list(rows)
    ids = sorted({row.patient_id for row in wanted})
    visit_ids = sorted({row.visit_id for row in wanted if row.visit_id})
    left = claims.left_claims(con, ids)
    return Known(
        people=_people(ledger, con, ids),
        covers=_covers(con, ids),
        leaves=_leaves(ledger, con, ids),
        summaries=_summaries(ledger, coverages.newest(con, visit_ids)),
        second_summaries=_summaries(ledger, _newest_of_second(con, wanted)),
        changed_firsts=changed_firsts(con, wanted),
        sent=_sent(con, clinic, left),
        medicare=_medicare(con, clinic, ids),
        unanswered=_unanswered(clinic, left),
        elsewhere=certifications.elsewhere(con, ids),
        visit_types=_visit_types(con, visit_ids),
        certified={
            own_id: renewals(rows) for own_id, rows in certifications.of_patients(con, ids).items()
        },
    )


def cover_of(ledger: Ledger, clinic: Clinic, row: Any, written: str | None) -> Cover:
    """The plan of a policy's row, with what the clinic file says of its payer."""
    card = policies.card(ledger, row)
    named = clinic.insurance.named(row.payer) if clinic.insurance else None
    key, payer = named if named else (row.payer[:60], None)
    return Cover(
        payer=key,
        payer_id=payer.payer_id if payer else None,
        payer_name=payer.name if payer else (written or row.payer)[:60],
        filing=_filing(clinic, key, is_medicare=bool(payer and payer.is_medicare)),
        member_id=card.member_id,
        group_number=card.group_number,
        relation=card.relation,
        first_name=card.subscriber_first_name,
        last_name=card.subscriber_last_name,
        birth_date=card.subscriber_birth_date,
    )


def _filing(clinic: Clinic, key: str, *, is_medicare: bool) -> str:
    kinds = clinic.claims.kinds if clinic.claims else {}
    return kinds.get(key, _MEDICARE if is_medicare else _COMMERCIAL)


def _people(ledger: Ledger, con: Connection, ids: list[str]) -> dict[str, KnownPatient]:
    found = {}
    for part in _parts(ids):
        query = select(patients.c.patient_id, patients.c.identity)
        for row in con.execute(query.where(patients.c.patient_id.in_(part))):
            try:
                who = people.identity(ledger, row.patient_id, row.identity)
            except SealBroken:
                continue
            born = people.known_birth_date(who)
            birth_date = datetime.fromisoformat(born).date() if born else None
            found[row.patient_id] = KnownPatient(
                who.get("first_name"), who.get("last_name"), birth_date
            )
    return found


def _covers(con: Connection, ids: list[str]) -> dict[str, list[Any]]:
    """By patient the policies, the one that pays first in front."""
    found: dict[str, list[Any]] = {}
    for part in _parts(ids):
        query = select(policies_table).where(policies_table.c.patient_id.in_(part))
        for row in con.execute(query.order_by(policies_table.c.rank, policies_table.c.source_id)):
            found.setdefault(row.patient_id, []).append(row)
    return found


def _leaves(ledger: Ledger, con: Connection, ids: list[str]) -> dict[str, list[Authorization]]:
    found: dict[str, list[Authorization]] = {}
    for part in _parts(ids):
        query = select(authorizations).where(authorizations.c.patient_id.in_(part))
        for row in con.execute(query.order_by(authorizations.c.starts_on)):
            plain = ledger.keys.opened(
                f"patient:{row.patient_id}", row.sealed, row.authorization_id
            )
            found.setdefault(row.patient_id, []).append(
                Authorization(
                    source_id=row.source_id,
                    patient_source_id=row.patient_id,
                    number=json.loads(plain)["number"],
                    starts_on=_day(row.starts_on),
                    ends_on=_day(row.ends_on),
                    visits_authorized=row.visits_authorized,
                    payer_name=row.payer,
                    updated_at=row.updated_at,
                )
            )
    return found


def _newest_of_second(con: Connection, rows: Iterable[Any]) -> dict[str, Any]:
    visit_ids = sorted({row.visit_id for row in rows if row.visit_id and row.first_claim_id})
    found = coverages.history(con, visit_ids, is_second=True) if visit_ids else {}
    return {visit_id: checks[0] for visit_id, checks in found.items()}


def _summaries(ledger: Ledger, found: dict[str, Any]) -> dict[str, CoverageSummary]:
    """By visit what the newest check says."""
    return {visit_id: _summary(ledger, row) for visit_id, row in found.items()}


def _summary(ledger: Ledger, row: Any) -> CoverageSummary:
    """The whole of it; its codes alone where an older version of us sealed it."""
    whole = coverages.opened(ledger, row)
    if whole is not None:
        return whole
    return CoverageSummary(
        date.fromisoformat(row.service_on),
        CoverageStatus(row.status),
        pt_covered=row.is_therapy_covered,
        authorization=AuthorizationNeed(row.authorization),
        other_payers=_ANOTHER if row.has_other_payer else (),
    )


def _visit_types(con: Connection, visit_ids: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in _parts(visit_ids):
        query = select(visits.c.visit_id, visits.c.visit_type).where(visits.c.visit_id.in_(part))
        found |= {row.visit_id: row.visit_type for row in con.execute(query) if row.visit_type}
    return found


def _sent(con: Connection, clinic: Clinic, rows: list[Any]) -> dict[str, list[SentClaim]]:
    payers = clinic.insurance.payers if clinic.insurance else {}
    procedures = claims.procedures_of(con, (row.claim_id for row in rows))
    found: dict[str, list[SentClaim]] = {}
    for row in rows:
        found.setdefault(row.patient_id, []).append(
            SentClaim(
                row.control,
                payers[row.payer].payer_id if row.payer in payers else row.payer,
                date.fromisoformat(row.service_on),
                procedures.get(row.claim_id, frozenset()),
            )
        )
    return found


def _of_medicare(clinic: Clinic) -> list[str]:
    payers = clinic.insurance.payers if clinic.insurance else {}
    return [key for key, payer in payers.items() if payer.is_medicare]


def _unanswered(clinic: Clinic, rows: list[Any]) -> dict[str, list[AllowedClaim]]:
    of_medicare = set(_of_medicare(clinic))
    found: dict[str, list[AllowedClaim]] = {}
    for row in rows:
        if row.payer in of_medicare and row.answered_at is None:
            on = date.fromisoformat(row.service_on)
            one = AllowedClaim(row.claim_id, row.patient_id, on, row.charge_cents)
            found.setdefault(row.patient_id, []).append(one)
    return found


def _medicare(con: Connection, clinic: Clinic, ids: list[str]) -> dict[str, list[AllowedClaim]]:
    of_medicare = _of_medicare(clinic)
    found: dict[str, list[AllowedClaim]] = {}
    for one in allowed_claims(con, of_medicare, ids) if of_medicare else ():
        found.setdefault(one.patient_id, []).append(one)
    return found


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _parts(ids: list[str]) -> Iterable[list[str]]:
    return (ids[start : start + _PARTS] for start in range(0, len(ids), _PARTS))
