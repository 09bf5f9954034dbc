"""Whether a claim's lines carry the modifiers that the chart asks for, and none beyond."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from data_contracts.charge import ChargeLine, DraftClaim
from data_contracts.finding import Finding
from data_contracts.law import UnknownLaw
from data_contracts.therapy_code import CodeKind, TherapyCode
from rules.claim_facts import ClaimFacts, ClaimTables
from rules.code_pairs import Parted, pairs_found
from rules.findings import finding
from rules.therapy_modifiers import ASSISTANT, PHYSICAL_THERAPY, Split, timed_split, untimed_split

_DISCIPLINES = frozenset({"GP", "GO", "GN"})
_ABOVE_THRESHOLD = "KX"
_PAIRS = {
    Parted.TOGETHER: "pair.needs_review",
    Parted.UNMARKED: "pair.unmarked",
    Parted.UNSUPPORTED: "pair.unsupported",
    Parted.NEVER: "pair.never",
}


def modifiers(claim: DraftClaim, facts: ClaimFacts, tables: ClaimTables) -> Iterator[Finding]:
    """Findings about GP, CQ, KX, pairs of codes and lines that stand twice."""
    for place, line in enumerate(claim.lines, 1):
        yield from _discipline(f"lines[{place}].modifiers", line, wants_gp=facts.terms.wants_gp)
    if facts.terms.wants_cq:
        yield from _assistants(claim, tables)
    if facts.terms.is_medicare:
        yield from _threshold(claim, facts, tables)
    yield from _paired(claim, facts, tables)
    seen = Counter((line.procedure, frozenset(line.modifiers)) for line in claim.lines)
    for (procedure, _), count in seen.items():
        if count > 1:
            yield finding("line.repeated", "lines", code=procedure)


def _discipline(field: str, line: ChargeLine, *, wants_gp: bool) -> Iterator[Finding]:
    found = _DISCIPLINES & set(line.modifiers)
    if len(found) > 1:
        yield finding("modifier.two_disciplines", field, code=line.procedure)
    elif wants_gp and PHYSICAL_THERAPY not in found:
        yield finding("modifier.gp_missing", field, code=line.procedure)


def _assistants(claim: DraftClaim, tables: ClaimTables) -> Iterator[Finding]:
    by_code: dict[str, list[ChargeLine]] = defaultdict(list)
    for line in claim.lines:
        by_code[line.procedure].append(line)
    for procedure, lines in by_code.items():
        code = tables.codes.known(procedure, claim.service_on)
        wanted = _split(lines, code) if code else None
        if wanted is None:
            continue
        marked = sum(line.units for line in lines if ASSISTANT in line.modifiers)
        if marked < wanted.assistant:
            missing = wanted.assistant - marked
            yield finding("modifier.cq_missing", "lines", code=procedure, units=missing)
        elif marked > wanted.assistant:
            extra = marked - wanted.assistant
            yield finding("modifier.cq_too_many", "lines", code=procedure, units=extra)


def _split(lines: Sequence[ChargeLine], code: TherapyCode) -> Split | None:
    """Who gave the units billed; None where the minutes do not tell."""
    total = sum(line.units for line in lines)
    assistant = sum(line.assistant_minutes for line in lines)
    if not assistant:
        return Split(total, 0)
    therapist = sum(line.minutes or 0 for line in lines) - assistant
    if therapist < 0:
        return None
    if code.kind is not CodeKind.TIMED:
        return untimed_split(total, therapist, assistant)
    try:
        return timed_split(total, therapist, assistant)
    except ValueError:  # more units than minutes: that is a finding of its own
        return None


def _threshold(claim: DraftClaim, facts: ClaimFacts, tables: ClaimTables) -> Iterator[Finding]:
    try:
        law = tables.thresholds.of(claim.service_on.year)
    except UnknownLaw:
        yield finding("threshold.year_unknown", "service_on")
        return
    least, most = _allowed(claim, facts)
    if most is None and least <= law.kx:
        yield finding("threshold.unknown", "lines")
        return
    if least > law.review:
        yield finding("threshold.review", "lines")
    bare = [
        place for place, line in enumerate(claim.lines, 1) if _ABOVE_THRESHOLD not in line.modifiers
    ]
    if most is not None and most > law.kx >= least and bare:
        yield finding("modifier.kx_perhaps", "lines")
    for place, line in enumerate(claim.lines, 1):
        field = f"lines[{place}].modifiers"
        if least > law.kx and place in bare:
            yield finding("modifier.kx_missing", field, code=line.procedure)
        if most is not None and most <= law.kx and place not in bare:
            yield finding("modifier.kx_early", field, code=line.procedure)


def _allowed(claim: DraftClaim, facts: ClaimFacts) -> tuple[Decimal, Decimal | None]:
    """The least and the most that the year comes to with this claim; no most is known where
    nobody told what other clinics had. What will be allowed is at most what is charged."""
    here = facts.allowed_here
    if facts.allowed_before is None:
        return facts.allowed_by_us + (here or Decimal(0)), None
    charged = sum((line.charge for line in claim.lines), Decimal(0))
    least = facts.allowed_before + (here or Decimal(0))
    most = facts.allowed_before + facts.charged_open + (charged if here is None else here)
    return least, most


def _paired(claim: DraftClaim, facts: ClaimFacts, tables: ClaimTables) -> Iterator[Finding]:
    found = pairs_found(claim.lines, claim.service_on, tables.pairs)
    for one in found:
        if one.standing is not Parted.PARTED:
            named = {"pays": one.pair.pays, "denied": one.pair.denied}
            yield finding(_PAIRS[one.standing], "lines", **named)
    is_listed = tables.pairs.is_compared(claim.service_on)
    if facts.terms.is_medicare and len(claim.lines) > 1 and not is_listed:
        yield finding("pair.not_compared", "lines")
