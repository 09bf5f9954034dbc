"""Hold each claim that has not left against all that is known, and say what keeps it here.

A claim is examined anew each time, since what was missing may have been mended anywhere: in the
chart, on the card, at the payer. A finding that blocks keeps it; one for review waits for a person
who lets it go.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection

from data_contracts.charge import DraftClaim
from data_contracts.day_charges import Cover, DayCharges, KnownPatient
from data_contracts.deed import Act, Deed
from data_contracts.errors import UserError
from data_contracts.finding import Finding, Severity
from data_contracts.message import Reason
from data_contracts.prior_payer import PriorPayer
from ledger import claims
from ledger.audit import record
from ledger.gap import Gap, gap_of
from ledger.second_claims import keep_again, prior_of
from rules.claim_assembly import draft_of, fields_of, gaps, leave_number
from rules.claim_facts import ClaimFacts, ClaimTables, shipped_tables
from rules.coordination import coordination
from rules.place_of_service import Place, place_of
from rules.scrub import scrub
from tasks.charging import ask_to_mend_claim
from tasks.claim_facts import Known, cover_of, known_of
from tasks.claim_wiring import claim_part
from tasks.code_pairs import pairs_among
from tasks.guard import guarded_task
from tasks.payer_rule import places_of
from tasks.room import Room, room

NOBODY = KnownPatient(None, None, None)


class Drafted(NamedTuple):
    """A claim put together, with what it was put together from."""

    draft: DraftClaim
    day: DayCharges
    who: KnownPatient
    cover: Cover | None
    place: Place
    prior: PriorPayer | None = None
    """What the payer before decided; None: this one is first."""


@guarded_task(name="examine-claims")
def examine_claims(slug: str, now: datetime) -> dict[str, int]:
    """Examine what has not left; returns how many are ready and held, and how much was there."""
    with room(slug) as here:
        return {} if here.clinic.claims is None else examine(here, now)


def examine(here: Room, now: datetime) -> dict[str, int]:
    """All of it in one transaction: what one claim finds, the next may stand on."""
    found: Counter[str] = Counter(ready=0, held=0, fields_there=0, fields_needed=0)
    tables = shipped_tables()
    with here.ledger.write() as con:
        rows = claims.open_claims(con)
        known = known_of(here.ledger, con, here.clinic, rows)
        looked = [Act(Deed.IDENTITY_READ, one, "to put a claim together") for one in known.people]
        record(here.ledger, con, looked)
        for row in rows:
            examined = _examine_one(here, con, row, known, tables, now)
            found["ready" if examined.is_ready else "held"] += 1
            found["fields_there"] += examined.there
            found["fields_needed"] += examined.needed
    return dict(found)


def drafted(here: Room, row: Any, known: Known) -> Drafted:
    """The claim as far as anybody said it."""
    day = claims.charges_of(here.ledger, row)
    who = known.people.get(row.patient_id, NOBODY)
    cover = _cover(here, row, day, known)
    part = claim_part(here.clinic)
    charted = (one.place_of_service for one in day.rows)
    place = place_of(charted, known.visit_types.get(row.visit_id or ""), places_of(here.clinic))
    draft = draft_of(row.control, day, who, cover, part.billing.npi, place.code)
    prior = prior_of(here.ledger, row) if row.first_claim_id else None
    # The chart's own number is the first payer's.
    named = None if prior else draft.authorization_number
    if named is None and cover is not None:
        leaves = known.leaves_of(here.clinic, row.patient_id, cover)
        named = leave_number((one for one in leaves if one.payer_name or not prior), day.service_on)
    draft = draft.model_copy(update={"authorization_number": named})
    return Drafted(draft, day, who, cover, place, prior)


def _examine_one(
    here: Room, con: Connection, row: Any, known: Known, tables: ClaimTables, now: datetime
) -> claims.Examined:
    made = drafted(here, row, known)
    today = now.astimezone(here.clinic.zone).date()
    facts = known.facts(here.clinic, row, made.cover, today)
    codes = {line.procedure for line in made.draft.lines}
    pairs = pairs_among(con, tables.pairs, codes)
    gap = gap_of(con)
    billing = claim_part(here.clinic).billing.npi
    findings = (
        *gaps(made.day, billing),
        *([made.place.finding] if made.place.finding else []),
        *_after_restore(here, row, gap),
        *scrub(made.draft, facts, replace(tables, pairs=pairs)),
        *_of_second(row, known, facts),
    )
    fields = fields_of(made.day, made.who, made.cover, made.place.code)
    examined = claims.Examined(
        is_ready=_may_leave(findings, is_released=_is_released(row, gap)),
        payer=made.cover.payer if made.cover else row.payer,
        findings=findings,
        there=sum(one.is_there for one in fields),
        needed=len(fields),
    )
    claims.set_examined(con, row, examined, now)
    if not examined.is_ready:
        grave = sorted({one.code for one in findings if one.severity is not Severity.NOTE})
        detail = {"what": grave, "missing": [one.name for one in fields if not one.is_there]}
        ask_to_mend_claim(con, row, Reason.CLAIM_HELD, detail, now)
    return examined


def _of_second(row: Any, known: Known, facts: ClaimFacts) -> Iterator[Finding]:
    if row.first_claim_id:
        yield from coordination(
            is_medicare=facts.terms.is_medicare,
            is_first_changed=row.first_claim_id in known.changed_firsts,
        )


def _is_released(row: Any, gap: Gap | None) -> bool:
    return row.released_at is not None and (gap is None or row.released_at > gap.until)


def _after_restore(here: Room, row: Any, gap: Gap | None) -> Iterator[Finding]:
    """What was done before a restore may have been claimed in the time that was lost."""
    if gap is None:
        return
    last = gap.until.astimezone(here.clinic.zone).date().isoformat()
    if row.service_on <= last:
        yield Finding(
            "claim.may_have_left",
            Severity.REVIEW,
            "claim",
            "the ledger was restored from a copy, and the claim may have left before",
            "look it up at the clearinghouse; let it go only if it is not there",
        )


def _may_leave(findings: tuple[Finding, ...], *, is_released: bool) -> bool:
    found = {one.severity for one in findings}
    return Severity.BLOCK not in found and (is_released or Severity.REVIEW not in found)


def _cover(here: Room, row: Any, day: DayCharges, known: Known) -> Cover | None:
    """The plan that the charge names, else the one that pays first."""
    written = None if row.first_claim_id else day.newest.payer
    covers = [
        cover_of(here.ledger, here.clinic, one, written)
        for one in known.covers.get(row.patient_id, ())
    ]
    best = [one for one in covers if one.payer == row.payer]
    # A second payer whose card is gone is nobody: never the first in its place.
    best = best or ([] if row.first_claim_id else covers)
    return best[0] if best else None


def release(here: Room, control: str, now: datetime) -> str:
    """A person looked at a held claim and lets it go; one turned back is filed anew.

    Raises UserError where there is none, or where something blocks it still.
    """
    slug = here.clinic.slug
    with here.ledger.write() as con:
        row = claims.by_control(con, [control]).get(control)
        if row is None:
            raise UserError(f"{slug}: no claim has the number {control}; `ptclinic claims list`")
        blocking = [one for one in claims.findings_of(con, row.claim_id) if one.severity == "block"]
        if row.status == "rejected" and row.first_claim_id:
            keep_again(here.ledger, con, row, now)
        elif row.status == "rejected":
            day = claims.charges_of(here.ledger, row)
            rendering = day.newest.rendering_npi or ""
            key = f"{day.newest.patient_source_id}|{row.service_on}|{rendering}"
            whose = claims.Whose(row.patient_id, row.visit_id, key)
            claims.keep_charges(here.ledger, con, whose, day, row.payer, now, is_again=True)
        elif blocking:
            what = "; ".join(f"{one.problem}: {one.remedy}" for one in blocking)
            raise UserError(f"{slug}: {control} cannot leave yet. {what}")
        elif not claims.release(con, row.claim_id, now):
            raise UserError(f"{slug}: {control} is {row.status}, not held; nothing to let go")
        record(here.ledger, con, [Act(Deed.CLAIM_RELEASED, row.claim_id, "by hand")])
    return str(row.claim_id)
