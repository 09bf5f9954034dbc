"""Whatever a claim says: it is scrubbed without an error, and nothing of a person comes out."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from data_contracts.charge import ChargeLine, DraftClaim
from data_contracts.finding import Severity
from data_contracts.inquiry import Person
from data_contracts.payer_terms import payer_terms
from rules.claim_facts import ClaimFacts, shipped_tables
from rules.findings import CATALOGUE
from rules.scrub import scrub

CANARY = "Zzyzx"
TABLES = shipped_tables()
CODES = st.sampled_from([*TABLES.codes.codes, "99999"])
DAYS = st.dates(date(2016, 1, 1), date(2028, 12, 31))
LINES = st.builds(
    ChargeLine,
    procedure=CODES,
    units=st.integers(0, 9),
    minutes=st.none() | st.integers(0, 180),
    assistant_minutes=st.integers(0, 180),
    modifiers=st.lists(st.sampled_from(["GP", "GO", "CQ", "KX", "59", "XU", "76"]), max_size=4).map(
        tuple
    ),
    diagnoses=st.lists(st.integers(-1, 13), max_size=4).map(tuple),
    charge=st.decimals(0, 999, places=2),
    is_distinct=st.booleans(),
)
PERSONS = st.builds(
    Person,
    first_name=st.just(CANARY) | st.text(max_size=3),
    last_name=st.just(CANARY),
    birth_date=st.none() | DAYS,
    member_id=st.none() | st.just(CANARY * 2),
)
TEXTS = st.none() | st.just(CANARY) | st.text(max_size=12)
CLAIMS = st.builds(
    DraftClaim,
    control=st.just("C1"),
    payer_id=TEXTS,
    subscriber=st.none() | PERSONS,
    dependent=st.none() | PERSONS,
    service_on=DAYS,
    billing_npi=TEXTS,
    rendering_npi=TEXTS,
    referring_npi=TEXTS,
    authorization_number=TEXTS,
    diagnoses=st.lists(st.just(CANARY) | st.just("M54.50"), max_size=12).map(tuple),
    lines=st.lists(LINES, max_size=5).map(tuple),
)
FACTS = st.builds(
    ClaimFacts,
    today=DAYS,
    terms=st.sampled_from(list(payer_terms().kinds.values())),
    allowed_before=st.none() | st.decimals(0, 4000, places=2),
)


@settings(max_examples=60)
@given(CLAIMS, FACTS)
def test_any_claim_is_scrubbed_and_no_finding_names_anybody(claim, facts):
    found = scrub(claim, facts, TABLES)
    assert CANARY.casefold() not in str(found).casefold()
    assert {one.code for one in found} <= set(CATALOGUE)
    order = list(Severity)
    assert [order.index(one.severity) for one in found] == sorted(
        order.index(one.severity) for one in found
    )


@settings(max_examples=60)
@given(CLAIMS, FACTS, st.decimals(Decimal("3000.01"), 9000, places=2))
def test_above_the_threshold_every_bare_line_of_medicare_is_named(claim, facts, before):
    known = replace(facts, terms=payer_terms().of("MB"), allowed_before=before)
    day = claim.service_on.replace(year=2026, day=1)
    of_2026 = claim.model_copy(update={"service_on": day})
    named = {
        one.field for one in scrub(of_2026, known, TABLES) if one.code == "modifier.kx_missing"
    }
    bare = [at for at, line in enumerate(claim.lines, 1) if "KX" not in line.modifiers]
    assert named == {f"lines[{at}].modifiers" for at in bare}
