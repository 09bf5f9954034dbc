"""Whether a claim names its people, its payer and its providers as a payer can find them."""

import re
from collections.abc import Iterator
from datetime import date

from data_contracts.charge import DraftClaim
from data_contracts.finding import Finding
from data_contracts.inquiry import Person
from data_contracts.npi import is_npi
from rules.claim_facts import ClaimFacts
from rules.findings import finding

_LETTER, _MIXED = "[AC-HJKMNP-RT-Y]", "[0-9AC-HJKMNP-RT-Y]"
_MEDICARE = re.compile(rf"[1-9]{_LETTER}{_MIXED}\d{_LETTER}{_MIXED}\d{_LETTER}{{2}}\d\d")
"""A Medicare beneficiary identifier: eleven signs without S, L, O, I, B and Z."""
_MEMBER = re.compile(r"[0-9A-Z]{3,30}")
_PLACEHOLDERS = frozenset({"test", "unknown", "none", "tbd", "patient", "xxx"})
_NO_NUMBERS = frozenset({"UNKNOWN", "NONE", "PENDING", "SELFPAY", "TBD", "TEST"})
_OLDEST = 120


def people(claim: DraftClaim, facts: ClaimFacts) -> Iterator[Finding]:
    """Findings about subscriber, patient, payer and providers."""
    if not (claim.payer_id or "").strip():
        yield finding("payer.missing", "payer_id")
    if claim.subscriber is None:
        yield finding("subscriber.missing", "subscriber")
    else:
        yield from _member(claim.subscriber, is_medicare=facts.terms.is_medicare)
    for field, person in (("subscriber", claim.subscriber), ("dependent", claim.dependent)):
        if person is not None:
            yield from _person(field, person, claim.service_on)
    yield from _providers(claim, facts)


def _member(subscriber: Person, *, is_medicare: bool) -> Iterator[Finding]:
    plain = re.sub(r"[\s-]", "", subscriber.member_id or "").upper()
    if not plain:
        yield finding("member.missing", "subscriber.member_id")
        return
    shape = _MEDICARE if is_medicare else _MEMBER
    is_made_up = len(set(plain)) == 1 or plain in _NO_NUMBERS
    if is_made_up or not shape.fullmatch(plain):
        yield finding("member.implausible", "subscriber.member_id")


def _person(field: str, person: Person, day: date) -> Iterator[Finding]:
    names = [part.strip().casefold() for part in (person.first_name, person.last_name)]
    if not all(names):
        yield finding("name.missing", field)
    elif not all(any(sign.isalpha() for sign in name) for name in names) or (
        _PLACEHOLDERS & set(names)
    ):
        yield finding("name.placeholder", field)
    born = person.birth_date
    if born is None:
        yield finding("birth_date.missing", f"{field}.birth_date")
    elif born > day or day.year - born.year > _OLDEST:
        yield finding("birth_date.implausible", f"{field}.birth_date")


def _providers(claim: DraftClaim, facts: ClaimFacts) -> Iterator[Finding]:
    # Medicare wants the physician who certified the plan on every therapy claim.
    wanted = (
        ("billing_npi", claim.billing_npi, True),
        ("rendering_npi", claim.rendering_npi, True),
        ("referring_npi", claim.referring_npi, facts.terms.is_medicare),
    )
    for field, npi, is_needed in wanted:
        if not npi:
            if is_needed:
                yield finding("npi.missing", field)
        elif not re.fullmatch(r"[12][0-9]{9}", npi) or not is_npi(npi):
            yield finding("npi.wrong", field)
