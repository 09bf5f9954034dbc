"""Whether a claim's diagnoses, codes and units are what the chart's minutes make."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from data_contracts.charge import ChargeLine, DraftClaim
from data_contracts.finding import Finding
from data_contracts.therapy_code import CodeKind, TherapyCode
from data_contracts.unit_count import UnitCount
from rules.claim_facts import ClaimFacts, ClaimTables
from rules.findings import finding
from rules.timed_units import fits, units

_DIAGNOSIS = re.compile(r"[A-Z]\d[0-9A-Z](\.?[0-9A-Z]{1,4})?")
_EXTERNAL = frozenset("VWXY")
"""Chapter 20 of ICD-10-CM: how it happened, never what is treated."""


def diagnoses(claim: DraftClaim) -> Iterator[Finding]:
    """Findings about what was treated, and what each line points to."""
    if not claim.diagnoses:
        yield finding("diagnosis.none", "diagnoses")
    for place, one in enumerate(claim.diagnoses, 1):
        if not _DIAGNOSIS.fullmatch(one.strip().upper()):
            yield finding("diagnosis.implausible", f"diagnoses[{place}]")
    if claim.diagnoses and claim.diagnoses[0][:1].upper() in _EXTERNAL:
        yield finding("diagnosis.external_first", "diagnoses[1]")
    for place, line in enumerate(claim.lines, 1):
        if not _is_pointed(line, len(claim.diagnoses)):
            yield finding("diagnosis.no_pointer", f"lines[{place}].diagnoses")


def services(claim: DraftClaim, facts: ClaimFacts, tables: ClaimTables) -> Iterator[Finding]:
    """Findings about codes and units."""
    if not claim.lines:
        yield finding("lines.none", "lines")
    known = [tables.codes.known(line.procedure, claim.service_on) for line in claim.lines]
    for place, (line, code) in enumerate(zip(claim.lines, known, strict=True), 1):
        yield from _line(f"lines[{place}]", line, code, is_medicare=facts.terms.is_medicare)
    yield from _untimed(claim.lines, known)
    timed = [
        line
        for line, code in zip(claim.lines, known, strict=True)
        if code and code.kind is CodeKind.TIMED
    ]
    if timed and all(line.minutes is not None for line in timed):
        yield from _timed(timed, facts.terms.engine)


def _is_pointed(line: ChargeLine, listed: int) -> bool:
    return bool(line.diagnoses) and all(1 <= at <= listed for at in line.diagnoses)


def _line(
    field: str, line: ChargeLine, code: TherapyCode | None, *, is_medicare: bool
) -> Iterator[Finding]:
    named = {"code": line.procedure}
    if not line.units:
        yield finding("units.none", f"{field}.units", **named)
    if not line.charge:
        yield finding("code.zero_charge", f"{field}.charge", **named)
    if line.assistant_minutes > (line.minutes or 0):
        yield finding("assistant.too_long", f"{field}.assistant_minutes", **named)
    if code is None:
        yield finding("code.unknown", f"{field}.procedure", **named)
        return
    if is_medicare and not code.medicare:
        instead = code.instead or "another code"
        yield finding("code.not_paid", f"{field}.procedure", **named, instead=instead)
    if code.kind is CodeKind.TIMED and line.minutes is None:
        yield finding("units.no_minutes", f"{field}.minutes", **named)


def _untimed(lines: Sequence[ChargeLine], known: Sequence[TherapyCode | None]) -> Iterator[Finding]:
    billed: Counter[str] = Counter()
    for line, code in zip(lines, known, strict=True):
        if code and code.kind is CodeKind.UNTIMED:
            billed[line.procedure] += line.units
    for procedure, count in billed.items():
        if count > 1:
            yield finding("units.untimed", "lines", code=procedure, units=count)


def _timed(lines: Sequence[ChargeLine], engine: UnitCount | None) -> Iterator[Finding]:
    spent = [(line.procedure, line.minutes or 0) for line in lines]
    billed: Counter[str] = Counter()
    for line in lines:
        billed[line.procedure] += line.units
    if engine is None:
        yield finding("units.unknown", "payer_id")
    engines = tuple(UnitCount) if engine is None else (engine,)
    allowed = max(units(spent, one).total for one in engines)
    total, minutes = billed.total(), sum(minutes for _, minutes in spent)
    named = {"billed": total, "minutes": minutes, "allowed": allowed}
    if total > allowed:
        yield finding("units.too_many", "lines", **named)
    elif not any(fits(billed, spent, one) for one in engines):
        least = min(units(spent, one).total for one in engines)
        if total < least:
            yield finding("units.too_few", "lines", **named)
        else:
            yield finding("units.misplaced", "lines")
