"""An 837P holds all that a payer asks for, in its order, and reads back as what was meant."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.x12.claim_837 import Submitter, build_claims, read_claims
from connectors.x12.errors import X12Error
from connectors.x12.outgoing import Envelope
from connectors.x12.separators import Separators
from data_contracts.claim import (
    BillingProvider,
    Claim,
    Claimant,
    ClaimLine,
    Clinician,
    PostalAddress,
    Relationship,
)
from data_contracts.inquiry import Person

NOW = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
HOME = PostalAddress(street="12 Elm St", city="Denver", state="CO", postal_code="80202")
CLINIC = BillingProvider(
    npi="1234567893",
    name="Northside Physical Therapy",
    tax_id="841234567",
    address=PostalAddress(street="400 Main St", city="Denver", state="CO", postal_code="802021234"),
)
JANE = Claimant(
    person=Person(
        first_name="Jané", last_name="O'Doe", birth_date=date(1980, 1, 2), member_id="W123"
    ),
    gender="F",
    address=HOME,
)
TIM = Claimant(
    person=Person(first_name="Tim", last_name="Doe", birth_date=date(2012, 3, 4)),
    gender="M",
    address=HOME,
)
SUBMITTER = Submitter(
    "Northside Physical Therapy", "NORTH1", "Front Desk", "3035550100", "CLEARING", "CLHR00"
)
ENVELOPE = Envelope("NORTH1", "CLHR00", 7, is_test=True)
LINE = ClaimLine(
    control="L1",
    procedure="97110",
    modifiers=("GP", "59"),
    charge=Decimal("120.50"),
    units=2,
    service_on=date(2026, 11, 20),
    diagnoses=(1, 2),
)
CLAIM = Claim(
    control="C0001",
    billing=CLINIC,
    payer_id="EVER1",
    payer_name="Evergreen Health",
    place_of_service="11",
    subscriber=JANE,
    authorization_number="AUTH77",
    onset_on=date(2026, 10, 1),
    diagnoses=("M545", "M6281"),
    rendering=Clinician(npi="1999999984", first_name="Ann", last_name="Lee", taxonomy="225100000X"),
    referring=Clinician(npi="1888888884", first_name="Bo", last_name="Ray"),
    lines=(LINE, LINE.model_copy(update={"control": "L2", "procedure": "97140", "modifiers": ()})),
)
WHOLE = """ISA*00*          *00*          *ZZ*NORTH1         *ZZ*CLHR00         *261123*1630\
*^*00501*000000007*0*T*:
GS*HC*NORTH1*CLHR00*20261123*1630*7*X*005010X222A1
ST*837*0001*005010X222A1
BHT*0019*00*BATCH1*20261123*1630*CH
NM1*41*2*NORTHSIDE PHYSICAL THERAPY*****46*NORTH1
PER*IC*FRONT DESK*TE*3035550100
NM1*40*2*CLEARING*****46*CLHR00
HL*1**20*1
PRV*BI*PXC*225100000X
NM1*85*2*NORTHSIDE PHYSICAL THERAPY*****XX*1234567893
N3*400 MAIN ST
N4*DENVER*CO*802021234
REF*EI*841234567
HL*2*1*22*0
SBR*P*18*******CI
NM1*IL*1*O'DOE*JANE****MI*W123
N3*12 ELM ST
N4*DENVER*CO*80202
DMG*D8*19800102*F
NM1*PR*2*EVERGREEN HEALTH*****PI*EVER1
CLM*C0001*241***11:B:1*Y*A*Y*Y
DTP*431*D8*20261001
REF*G1*AUTH77
HI*ABK:M545*ABF:M6281
NM1*DN*1*RAY*BO****XX*1888888884
NM1*82*1*LEE*ANN****XX*1999999984
PRV*PE*PXC*225100000X
LX*1
SV1*HC:97110:GP:59*120.5*UN*2***1:2
DTP*472*D8*20261120
REF*6R*L1
LX*2
SV1*HC:97140*120.5*UN*2***1:2
DTP*472*D8*20261120
REF*6R*L2
SE*34*0001
GE*1*7
IEA*1*000000007"""


def test_a_claim_of_a_subscriber_is_written_segment_by_segment():
    assert written(CLAIM).decode() == "".join(f"{line}~" for line in WHOLE.splitlines())


def test_a_dependent_stands_below_the_subscriber_and_carries_the_claim():
    child = changed(relationship=Relationship.CHILD, dependent=TIM, group_number="G100")
    text = written(child).decode()
    assert "HL*2*1*22*1~SBR*P**G100******CI~NM1*IL*1*O'DOE*JANE****MI*W123~" in text
    assert "HL*3*2*23*0~PAT*19~NM1*QC*1*DOE*TIM~" in text
    assert text.index("PAT*19") < text.index("CLM*C0001")
    assert read_claims(text.encode())[0].claims[0].is_for_dependent


def test_claims_of_one_file_count_their_levels_on():
    child = changed(control="C2", relationship=Relationship.CHILD, dependent=TIM)
    raw = build_claims([CLAIM, child, changed(control="C3")], SUBMITTER, ENVELOPE, "B", NOW)
    levels = [line.split("*") for line in raw.decode().split("~") if line.startswith("HL*")]
    assert [(one[1], one[2], one[3]) for one in levels] == [
        ("1", "", "20"), ("2", "1", "22"), ("3", "1", "22"), ("4", "3", "23"), ("5", "1", "22")
    ]  # fmt: skip
    assert [one.control for one in read_claims(raw)[0].claims] == ["C0001", "C2", "C3"]


def test_a_claim_that_replaces_another_names_it():
    text = written(changed(frequency="7", replaces="EV9001")).decode()
    assert "CLM*C0001*241***11:B:7*" in text
    assert "REF*F8*EV9001~" in text


def test_the_one_who_treats_is_left_out_where_they_are_who_is_paid():
    alone = CLAIM.rendering.model_copy(update={"npi": CLINIC.npi})
    assert "NM1*82" not in written(changed(rendering=alone)).decode()


def test_what_was_written_reads_back():
    (batch,) = read_claims(written(CLAIM))
    assert (batch.version, batch.batch, batch.warnings) == ("005010X222A1", "BATCH1", ())
    (found,) = batch.claims
    assert (found.control, found.charge, found.authorization_number) == ("C0001", 241, "AUTH77")
    assert (found.place_of_service, found.frequency, found.filing) == ("11", "1", "CI")
    assert found.diagnoses == ("M545", "M6281")
    assert (found.billing_npi, found.rendering_npi) == ("1234567893", "1999999984")
    assert (found.payer_id, found.payer_name) == ("EVER1", "EVERGREEN HEALTH")
    first = found.lines[0]
    assert (first.procedure, first.modifiers, first.charge) == ("97110", ("GP", "59"), LINE.charge)
    assert (first.units, first.diagnoses, first.control) == (2, (1, 2), "L1")
    assert first.service_on == date(2026, 11, 20)


LINES = st.builds(
    ClaimLine,
    control=st.from_regex(r"\A[A-Z0-9]{1,8}\Z"),
    procedure=st.from_regex(r"\A9[0-9]{4}\Z"),
    modifiers=st.lists(st.from_regex(r"\A[A-Z0-9]{2}\Z"), max_size=4).map(tuple),
    charge=st.decimals(0, 9999, places=2),
    units=st.integers(1, 20),
    service_on=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    diagnoses=st.lists(st.integers(1, 2), min_size=1, max_size=4).map(tuple),
)
MARKS = st.sampled_from(
    [
        Separators(),
        Separators("|", "}", ":", "~"),
        Separators("*", "^", ">", "\x1d"),
        Separators("~", "^", "<", "\x1d"),
    ]
)


@settings(max_examples=40)
@given(st.lists(LINES, min_size=1, max_size=6), MARKS)
def test_any_claim_reads_back_as_it_was_meant_under_any_separators(lines, marks):
    claim = changed(lines=tuple(lines))
    envelope = ENVELOPE._replace(separators=marks)
    (batch,) = read_claims(build_claims([claim], SUBMITTER, envelope, "BATCH1", NOW))
    (found,) = batch.claims
    assert batch.warnings == ()
    assert found.charge == claim.total
    assert [(one.procedure, one.modifiers, one.charge, one.units) for one in found.lines] == [
        (one.procedure, one.modifiers, one.charge, one.units) for one in lines
    ]
    assert [(one.diagnoses, one.service_on, one.control) for one in found.lines] == [
        (one.diagnoses, one.service_on, one.control) for one in lines
    ]


@dataclass(frozen=True)
class Wrong:
    """A change that makes a claim no claim, and what is said of it."""

    change: dict[str, object]
    words: str


@pytest.mark.parametrize(
    "wrong",
    [
        Wrong({"dependent": TIM}, "the dependent, and no other"),
        Wrong({"relationship": Relationship.CHILD}, "the dependent, and no other"),
        Wrong({"subscriber": TIM}, "no member number"),
        Wrong({"frequency": "7"}, "names it"),
        Wrong({"replaces": "EV1"}, "names none"),
        Wrong({"diagnoses": ("M545",)}, "does not list"),
        Wrong({"diagnoses": ("M54.5", "M6281")}, "diagnoses"),
        Wrong({"lines": ()}, "lines"),
        Wrong({"control": "C" * 21}, "control"),
    ],
)
def test_a_claim_that_would_be_turned_back_is_never_made(wrong):
    with pytest.raises(ValidationError) as caught:
        Claim.model_validate({**CLAIM.model_dump(), **_plain(wrong.change)})
    assert wrong.words in str(caught.value)
    assert not any(secret in str(caught.value) for secret in ("Doe", "W123", "Elm"))


def test_what_cannot_travel_is_refused_by_its_place():
    person = JANE.person.model_copy(update={"last_name": "DOE*~W9"})
    claim = changed(subscriber=JANE.model_copy(update={"person": person}))
    with pytest.raises(X12Error, match="NM1") as caught:
        written(claim)
    assert "W9" not in str(caught.value)


def test_a_file_needs_a_claim_and_one_who_is_paid():
    other = changed(billing=CLINIC.model_copy(update={"tax_id": "841234568"}))
    for claims in ([], [CLAIM, other]):
        with pytest.raises(X12Error):
            build_claims(claims, SUBMITTER, ENVELOPE, "B", NOW)


def changed(**values: object) -> Claim:
    """The claim with other values, checked again."""
    return Claim.model_validate({**CLAIM.model_dump(), **_plain(values)})


def written(claim: Claim) -> bytes:
    """A file of one claim."""
    return build_claims([claim], SUBMITTER, ENVELOPE, "BATCH1", NOW)


def _plain(values):
    return {
        name: one.model_dump() if hasattr(one, "model_dump") else one
        for name, one in values.items()
    }
