"""A claim that is right in all, and the words with which a row of a table changes it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from data_contracts.authorization import Authorization
from data_contracts.benefit import Source
from data_contracts.charge import ChargeLine, DraftClaim
from data_contracts.coverage import AuthorizationNeed, CoverageStatus, CoverageSummary, OtherPayer
from data_contracts.inquiry import Person
from data_contracts.payer_terms import payer_terms
from rules.certification import PlanPeriod
from rules.claim_facts import ClaimFacts, SentClaim, shipped_tables

DAY, TODAY = date(2026, 11, 3), date(2026, 11, 10)
ANA = Person(
    first_name="Ana", last_name="Reyes", birth_date=date(1956, 3, 2), member_id="1EG4TE5MK73"
)
CLAIM = DraftClaim(
    control="C1",
    payer_id="P1",
    subscriber=ANA,
    service_on=DAY,
    billing_npi="1234567893",
    rendering_npi="1245319599",
    referring_npi="1003000126",
    diagnoses=("M54.50",),
)
FACTS = ClaimFacts(
    today=TODAY,
    terms=payer_terms().of("MB"),
    coverage=CoverageSummary(DAY, CoverageStatus.ACTIVE),
    need=AuthorizationNeed.NOT_REQUIRED,
    periods=(PlanPeriod(date(2026, 10, 20), signed_on=date(2026, 10, 25)),),
    allowed_before=Decimal("1000.00"),
)
TABLES_IN_USE = shipped_tables()
COMPARED = replace(
    TABLES_IN_USE,
    pairs=TABLES_IN_USE.pairs.model_copy(update={"quarters": frozenset({"2026Q4", "2027Q1"})}),
)


def line(text):
    """`97110 2 28/13 GP CQ`: the code, units, minutes, the assistant's of these, modifiers."""
    code, units, minutes, *rest = text.split()
    all_of_them, _, assistant = minutes.partition("/")
    return ChargeLine(
        procedure=code,
        units=int(units),
        minutes=None if all_of_them == "-" else int(all_of_them),
        assistant_minutes=int(assistant or 0),
        modifiers=tuple(word for word in rest if word not in ("apart", "free")),
        diagnoses=(1,),
        charge=Decimal("0.00" if "free" in rest else "120.00" if code == "97110" else "80.00"),
        is_distinct="apart" in rest,
    )


def day(text):
    return date.fromisoformat(text) if text else None


def made(changed):
    """The claim, the facts and the tables of a row."""
    head, has_lines, tail = changed.partition("do=")
    words = head.split()
    said = dict(word.split("=", 1) for word in words if "=" in word)
    rest = [word for word in words if "=" not in word]
    on = day("2027-01-05" if said.get("year") else str(DAY))
    claim = CLAIM.model_copy(update={"service_on": on} | _of_claim(said, rest))
    written = tail if has_lines else "97110 2 30 GP, 97140 1 15 GP"
    lines = [line(one) for one in written.split(",") if one.strip()]
    if "one" in rest:
        del lines[1:]
    if "kx" in rest:
        lines = [one.model_copy(update={"modifiers": (*one.modifiers, "KX")}) for one in lines]
    if "points" in said:
        places = tuple(int(one) for one in said["points"].split(",") if one)
        lines[0] = lines[0].model_copy(update={"diagnoses": places})
    of_that_day = replace(FACTS, coverage=CoverageSummary(on, CoverageStatus.ACTIVE))
    facts = replace(of_that_day, **_terms(said, rest), **_of_facts(said, rest))
    tables = TABLES_IN_USE if "quarter" in rest else COMPARED
    if "never" in rest:
        pairs = [one.model_copy(update={"modifier": False}) for one in tables.pairs.pairs]
        of_none = tables.pairs.model_copy(update={"pairs": tuple(pairs)})
        tables = replace(tables, pairs=of_none)
    return claim.model_copy(update={"lines": tuple(lines)}), facts, tables


def _of_claim(said, rest):
    found = {}
    for name in ("payer_id", "billing_npi", "rendering_npi", "referring_npi"):
        if name in said:
            found[name] = said[name] or None
    if "diagnoses" in said:
        found["diagnoses"] = tuple(one for one in said["diagnoses"].split(",") if one)
    found["authorization_number"] = said.get("number")
    person = {name: said[name] for name in ("first_name", "last_name", "member_id") if name in said}
    if "birth_date" in said:
        person["birth_date"] = day(said["birth_date"])
    if person:
        whose = "dependent" if "dependent" in rest else "subscriber"
        found[whose] = ANA.model_copy(update=person)
    if rest[:2] == ["no", "subscriber"]:
        found["subscriber"] = None
    return found


def _terms(said, rest):
    if "CI" in rest:
        days = said.get("days", "365")
        terms = payer_terms().of("CI")
        return {"terms": terms.model_copy(update={"filing_days": int(days) if days else None})}
    if "WC" in rest:
        return {"terms": payer_terms().of("WC").model_copy(update={"filing_days": 365})}
    return {}


_MONEY = {
    "before": "allowed_before",
    "here": "allowed_here",
    "ours": "allowed_by_us",
    "open": "charged_open",
}


def _of_facts(said, rest):
    found = {}
    if "today" in said or "year" in said:
        found["today"] = day(said.get("today", "2027-01-10"))
    if "year" in said:
        found["periods"] = (PlanPeriod(date(2026, 12, 20), signed_on=date(2026, 12, 22)),)
    if "sent" in said:
        payer = "P2" if "other" in rest else "P1"
        codes = frozenset(one for one in rest[1:] if one != "other")
        found["sent"] = (SentClaim(said["sent"], payer, day(rest[0]), codes),)
    if "need" in said:
        found["need"] = AuthorizationNeed(said["need"])
    if "has" in said:
        found["authorizations"] = _authorizations(said, rest)
        before = range(1, int(said.get("used", 0)) + 1)
        found["days_claimed"] = frozenset(DAY - timedelta(days=one) for one in before)
    if "plan" in said:
        found["periods"] = _periods(said["plan"], rest)
    for name, ours in _MONEY.items():
        if name in said:
            found[ours] = Decimal(said[name]) if said[name] else None
    if "coverage" in said:
        found["coverage"] = _coverage(said["coverage"], rest)
    return found


def _authorizations(said, rest):
    first = _authorization(said, rest)
    if "extended" not in rest:
        return (first,)
    return first.model_copy(update={"starts_on": DAY, "ends_on": TODAY}), first


def _authorization(said, rest):
    return Authorization(
        source_id="1",
        patient_source_id="1",
        number=said["has"],
        starts_on=day(said.get("from")),
        ends_on=day(said.get("until")),
        visits_authorized=None if "asked" in rest else 12,
        is_active="inactive" not in rest,
        is_removed="removed" in rest,
        updated_at=datetime(2026, 10, 1, tzinfo=UTC),
    )


def _periods(plan, rest):
    if plan == "unrecorded":
        return None
    signed_on = day(rest[-1]) if "signed" in rest else None
    return (PlanPeriod(day(plan), signed_on=signed_on, is_recorded="kept" not in rest),)


def _coverage(status, rest):
    if not status:
        return None
    return CoverageSummary(
        day(next((one for one in rest if one[:2] == "20"), str(DAY))),
        CoverageStatus(status),
        pt_covered=False if "excluded" in rest else None,
        other_payers=(OtherPayer("Other", "PR", Source(9, "EB*R")),) if "second" in rest else (),
        is_qmb="qmb" in rest,
    )
