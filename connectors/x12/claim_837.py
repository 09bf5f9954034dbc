"""Writes and reads an 837P (005010X222A1): the claims of a clinic, and what of them was filed."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from connectors.x12.element import amount, amount_or_none, codes, day
from connectors.x12.envelope import Segment, read
from connectors.x12.errors import Fault, X12Error
from connectors.x12.inquiry_270 import spelled
from connectors.x12.kind import transactions
from connectors.x12.outgoing import Envelope, Line, fitting, write
from connectors.x12.prior_837 import filed_prior, filed_prior_line, prior, prior_line
from data_contracts.claim import (
    BillingProvider,
    Claim,
    Claimant,
    ClaimLine,
    Clinician,
    FiledBatch,
    FiledClaim,
    FiledLine,
    PostalAddress,
)

VERSION = "005010X222A1"
_MOST_DIAGNOSES = 12
_SIGNS = re.compile(r"[^0-9A-Za-z]")
"""What parts a place of service or pointers: no part of them is anything but letters and digits."""


class Submitter(NamedTuple):
    """Who sends the file to whom, and whom they may call about it."""

    name: str
    identifier: str
    """As the clearinghouse knows the clinic."""
    contact: str
    phone: str
    """Ten digits."""
    receiver_name: str
    receiver_identifier: str


def build_claims(
    claims: Sequence[Claim], submitter: Submitter, envelope: Envelope, batch: str, sent_at: datetime
) -> bytes:
    """One file of one billing provider's claims; the same values make the same bytes.

    Raises X12Error for what cannot travel, naming the element and never its value.
    """
    if not claims:
        raise X12Error(Fault.MISSING, "a file of claims needs a claim")
    if len({one.billing for one in claims}) != 1:
        raise X12Error(Fault.MISSING, "a file of claims has one billing provider, not several")
    body = [*_opening(submitter, batch, sent_at), *_billing(claims[0].billing)]
    level = 1
    for claim in claims:
        lines, level = _claim(claim, level)
        body += lines
    return write(envelope, "837", VERSION, [body], sent_at)


def read_claims(raw: bytes) -> tuple[FiledBatch, ...]:
    """Every batch of a file; raises X12Error, which says where and nothing of anybody."""
    return tuple(
        _batch(
            one.segments,
            interchange.separators.component,
            group.version,
            (*interchange.warnings, *group.warnings, *one.warnings),
        )
        for interchange, group, one in transactions(read(raw), "837")
    )


def _opening(submitter: Submitter, batch: str, at: datetime) -> list[Line]:
    at = at.astimezone(UTC)
    return [
        ("BHT", "0019", "00", fitting("BHT03", batch, 30), f"{at:%Y%m%d}", f"{at:%H%M}", "CH"),
        _organisation("41", submitter.name, "46", submitter.identifier),
        ("PER", "IC", spelled(submitter.contact), "TE", submitter.phone),
        _organisation("40", submitter.receiver_name, "46", submitter.receiver_identifier),
    ]


def _billing(provider: BillingProvider) -> list[Line]:
    return [
        ("HL", "1", "", "20", "1"),
        ("PRV", "BI", "PXC", provider.taxonomy),
        _organisation("85", provider.name, "XX", provider.npi),
        *_address(provider.address),
        ("REF", "EI", provider.tax_id),
    ]


def _claim(claim: Claim, level: int) -> tuple[list[Line], int]:
    """The claim's lines, and the number of the last HL they hold."""
    holder = level + 1
    subscriber, dependent = claim.subscriber, claim.dependent
    own = "" if dependent else claim.relationship.value
    lines: list[Line] = [
        ("HL", str(holder), "1", "22", "1" if dependent else "0"),
        (
            "SBR",
            "S" if claim.prior else "P",
            own,
            claim.group_number or "",
            "",
            "",
            "",
            "",
            "",
            claim.filing,
        ),
        *_person("IL", subscriber, subscriber.person.member_id),
        _organisation("PR", claim.payer_name, "PI", claim.payer_id),
    ]
    if dependent:
        lines += [
            ("HL", str(holder + 1), str(holder), "23", "0"),
            ("PAT", claim.relationship.value),
            *_person("QC", dependent, None),
        ]
    return [*lines, *_services(claim)], holder + (1 if dependent else 0)


def _services(claim: Claim) -> Iterator[Line]:
    place = (claim.place_of_service, "B", claim.frequency)
    yield ("CLM", claim.control, _money(claim.total), "", "", place, "Y", "A", "Y", "Y")
    if claim.onset_on:
        yield ("DTP", "431", "D8", _day(claim.onset_on))
    if claim.authorization_number:
        yield ("REF", "G1", spelled(claim.authorization_number))
    if claim.replaces:
        yield ("REF", "F8", spelled(claim.replaces))
    yield ("HI", ("ABK", claim.diagnoses[0]), *(("ABF", one) for one in claim.diagnoses[1:]))
    if claim.referring:
        yield _clinician("DN", claim.referring)
    # Who treats is named only where it is not who is paid.
    if claim.rendering and claim.rendering.npi != claim.billing.npi:
        yield _clinician("82", claim.rendering)
        if claim.rendering.taxonomy:
            yield ("PRV", "PE", "PXC", claim.rendering.taxonomy)
    if claim.prior:
        yield from prior(claim.prior)
    for number, line in enumerate(claim.lines, start=1):
        yield from _service(number, line)
        if claim.prior and claim.prior.lines:
            yield from prior_line(claim.prior, claim.prior.lines[number - 1])


def _service(number: int, line: ClaimLine) -> Iterator[Line]:
    yield ("LX", str(number))
    procedure = ("HC", line.procedure, *line.modifiers)
    pointers = tuple(str(at) for at in line.diagnoses)
    yield ("SV1", procedure, _money(line.charge), "UN", str(line.units), "", "", pointers)
    yield ("DTP", "472", "D8", _day(line.service_on))
    yield ("REF", "6R", line.control)


def _person(role: str, claimant: Claimant, member_id: str | None) -> Iterator[Line]:
    who = claimant.person
    known = ("MI", spelled(member_id)) if member_id else ()
    yield ("NM1", role, "1", spelled(who.last_name), spelled(who.first_name), "", "", "", *known)
    if claimant.address:
        yield from _address(claimant.address)
    if who.birth_date:
        yield ("DMG", "D8", _day(who.birth_date), claimant.gender)


def _organisation(role: str, name: str, kind: str, identifier: str) -> Line:
    return ("NM1", role, "2", spelled(name), "", "", "", "", kind, spelled(identifier))


def _clinician(role: str, who: Clinician) -> Line:
    names = (spelled(who.last_name), spelled(who.first_name or ""))
    return ("NM1", role, "1", *names, "", "", "", "XX", who.npi)


def _address(where: PostalAddress) -> list[Line]:
    return [
        ("N3", spelled(where.street)),
        ("N4", spelled(where.city), where.state, where.postal_code),
    ]


def _money(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _day(on: date) -> str:
    return f"{on:%Y%m%d}"


class _Above(NamedTuple):
    """What the levels above a claim say."""

    billing_npi: str | None = None
    payer_id: str | None = None
    payer_name: str | None = None
    filing: str | None = None
    order: str | None = None
    is_for_dependent: bool = False


def _batch(
    segments: Sequence[Segment], component: str | None, version: str, told: tuple[str, ...]
) -> FiledBatch:
    claims = []
    above = _Above()
    start = None
    for place, one in enumerate(segments):
        if one[0] not in ("HL", "CLM", "SE"):
            above = above if start is not None else _beneath(above, one)
            continue
        if start is not None:
            claims.append(_filed(segments[start:place], above, component))
        start = place if one[0] == "CLM" else None
        if one[0] == "HL":
            above = above._replace(is_for_dependent=one.get(3) == "23")
    return FiledBatch(version, _reference_number(segments), tuple(claims), told)


def _beneath(above: _Above, one: Segment) -> _Above:
    if one[0] == "SBR":
        return above._replace(filing=one.get(9), order=one.get(1))
    if one[0] == "NM1" and one.get(1) == "85":
        return above._replace(billing_npi=one.get(9) if one.get(8) == "XX" else None)
    if one[0] == "NM1" and one.get(1) == "PR":
        return above._replace(payer_name=one.get(3), payer_id=one.get(9))
    return above


def _filed(segments: Sequence[Segment], above: _Above, component: str | None) -> FiledClaim:
    first = segments[0]
    starts = [place for place, one in enumerate(segments) if one[0] == "LX"]
    whole = segments[: starts[0]] if starts else segments
    # From the SBR on another payer speaks: its numbers and people are not the claim's own.
    behind = next((at for at, one in enumerate(whole) if one[0] == "SBR"), len(whole))
    head = whole[:behind]
    place = _SIGNS.split(first.get(5) or "")
    rendering = next((one for one in head if one[0] == "NM1" and one.get(1) == "82"), None)
    parts = [segments[begin:until] for begin, until in pairwise((*starts, len(segments)))]
    return FiledClaim(
        control=first.get(1) or "",
        charge=amount(first, 2),
        place_of_service=place[0] or None,
        frequency=place[2] if len(place) > 2 else None,
        replaces=_reference(head, "F8"),
        authorization_number=_reference(head, "G1"),
        diagnoses=tuple(_diagnoses(head, component)),
        billing_npi=above.billing_npi,
        rendering_npi=rendering.get(9) if rendering else None,
        payer_id=above.payer_id,
        payer_name=above.payer_name,
        filing=above.filing,
        is_for_dependent=above.is_for_dependent,
        order=above.order,
        prior=filed_prior(whole[behind:]),
        lines=tuple(line for part in parts if (line := _filed_line(part, component)) is not None),
        position=first.position,
    )


def _filed_line(segments: Sequence[Segment], component: str | None) -> FiledLine | None:
    service = next((one for one in segments if one[0] == "SV1"), None)
    if service is None:
        return None
    procedure = codes(service.get(1), component)
    pointers = _SIGNS.split(service.get(7) or "")
    when = next((one for one in segments if one[0] == "DTP" and one.get(1) == "472"), None)
    return FiledLine(
        procedure=procedure[1] if len(procedure) > 1 else None,
        modifiers=tuple(one for one in procedure[2:6] if one),
        charge=amount(service, 2),
        units=amount_or_none(service, 4),
        diagnoses=tuple(int(one) for one in pointers if one.isascii() and one.isdigit()),
        service_on=day(when.get(3)) if when else None,
        control=_reference(segments, "6R"),
        prior=filed_prior_line(segments, component),
    )


def _diagnoses(segments: Iterable[Segment], component: str | None) -> Iterator[str]:
    for one in segments:
        if one[0] != "HI":
            continue
        for place in range(1, _MOST_DIAGNOSES + 1):
            kind, *code = codes(one.get(place), component) or [""]
            if kind in ("ABK", "ABF", "BK", "BF") and code:
                yield code[0]


def _reference(segments: Sequence[Segment], qualifier: str) -> str | None:
    return next(
        (one.get(2) for one in segments if one[0] == "REF" and one.get(1) == qualifier), None
    )


def _reference_number(segments: Sequence[Segment]) -> str | None:
    return next((one.get(3) for one in segments if one[0] == "BHT"), None)
