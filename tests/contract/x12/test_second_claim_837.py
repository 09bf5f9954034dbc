"""A claim to the second payer holds what the first decided, in the guide's order, and adds up."""

import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from pyx12.params import params
from pyx12.x12n_document import x12n_document

from connectors.x12.claim_837 import read_claims
from data_contracts.claim import Claim
from data_contracts.prior_payer import PriorAdjustment, PriorLine, PriorPayer
from tests.contract.x12.other_readers import by_draftedi, is_exact
from tests.contract.x12.test_claim_837 import CLAIM, JANE, LINE, changed, written


def off(group, reason, amount):
    return PriorAdjustment(group=group, reason=reason, amount=Decimal(amount))


FIRST = PriorPayer(
    payer_id="SUMM1",
    payer_name="Summit Choice",
    filing="BL",
    group_number="G7",
    relationship="18",
    subscriber=JANE.person,
    payer_control="SU9001",
    decided_on=date(2026, 12, 1),
    paid=Decimal("80.50"),
    lines=(
        PriorLine(
            procedure="97110",
            modifiers=("GP", "59"),
            units=Decimal(2),
            paid=Decimal("80.50"),
            adjustments=(off("PR", "2", 20), off("CO", "45", 15), off("PR", "1", 5)),
        ),
        PriorLine(
            procedure="97140",
            units=Decimal(2),
            paid=Decimal(0),
            adjustments=(off("PR", "1", "120.50"),),
        ),
    ),
)
SECOND = changed(prior=FIRST)
LOOPS = """SBR*P*18*G7******BL
AMT*D*80.5
OI***Y***Y
NM1*IL*1*O'DOE*JANE****MI*W123
NM1*PR*2*SUMMIT CHOICE*****PI*SUMM1
REF*F8*SU9001
LX*1
SV1*HC:97110:GP:59*120.5*UN*2***1:2
DTP*472*D8*20261120
REF*6R*L1
SVD*SUMM1*80.5*HC:97110:GP:59**2
CAS*CO*45*15
CAS*PR*2*20**1*5
DTP*573*D8*20261201
AMT*EAF*25
LX*2
SV1*HC:97140*120.5*UN*2***1:2
DTP*472*D8*20261120
REF*6R*L2
SVD*SUMM1*0*HC:97140**2
CAS*PR*1*120.5
DTP*573*D8*20261201
AMT*EAF*120.5
"""


def test_the_first_payer_s_word_stands_claim_by_claim_and_line_by_line():
    text = written(SECOND).decode()
    assert "SBR*S*18*******CI~" in text
    assert "".join(f"{line}~" for line in LOOPS.splitlines()) in text


def test_what_was_said_of_the_claim_alone_stands_at_the_claim():
    whole = {"paid": "201", "adjustments": (off("CO", "45", 15), off("PR", "3", 25)), "lines": ()}
    text = written(with_prior(**whole)).decode()
    assert "CAS*CO*45*15~CAS*PR*3*25~AMT*D*201~AMT*EAF*25~OI***Y***Y~" in text
    assert "NM1*PR*2*SUMMIT CHOICE*****PI*SUMM1~DTP*573*D8*20261201~REF*F8*SU9001~LX*1~" in text
    assert "SVD" not in text


@pytest.mark.parametrize("claim", [CLAIM, SECOND], ids=["first", "second"])
def test_other_readers_hold_it_against_the_guide_s_own_maps(claim, tmp_path):
    raw = written(claim)
    path = tmp_path / "one.837"
    path.write_bytes(raw)
    assert x12n_document(params(), str(path), io.StringIO(), None, None)
    assert is_exact(raw)
    (segments,) = by_draftedi(raw)
    assert sum(one[0] == "SVD" for one in segments) == (2 if claim.prior else 0)


def test_it_reads_back_with_the_first_payer_apart_from_its_own():
    (found,) = read_claims(written(SECOND))[0].claims
    assert (found.order, found.payer_id, found.filing, found.replaces) == ("S", "EVER1", "CI", None)
    assert found.rendering_npi == CLAIM.rendering.npi
    prior = found.prior
    assert (prior.order, prior.payer_id, prior.payer_control) == ("P", "SUMM1", "SU9001")
    assert (prior.paid, prior.taken) == (Decimal("80.5"), 0)
    assert [(one.prior.paid, one.prior.taken) for one in found.lines] == [
        (Decimal("80.5"), Decimal(40)),
        (Decimal(0), Decimal("120.5")),
    ]
    assert {one.prior.decided_on for one in found.lines} == {date(2026, 12, 1)}
    (first,) = read_claims(written(CLAIM))[0].claims
    assert (first.order, first.prior, first.lines[0].prior) == ("P", None, None)


@settings(max_examples=30)
@given(
    st.lists(
        st.tuples(st.integers(0, 9000), st.lists(st.integers(1, 3000), max_size=9)),
        min_size=1,
        max_size=4,
    )
)
def test_whatever_adds_up_reads_back_and_adds_up_there(cents):
    """Of each line what was paid and what each reason took, in cents."""
    lines, charges = [], []
    for paid, taken in cents:
        reasons = tuple(off("PR", str(at), Decimal(one) / 100) for at, one in enumerate(taken, 1))
        money = Decimal(paid) / 100
        lines.append(
            PriorLine(procedure="97110", units=Decimal(1), paid=money, adjustments=reasons)
        )
        charges.append(money + sum(Decimal(one) / 100 for one in taken))
    claim = with_prior(
        charges=charges, paid=sum(one.paid for one in lines), lines=tuple(lines), adjustments=()
    )
    (found,) = read_claims(written(claim))[0].claims
    assert [one.charge for one in found.lines] == [
        one.prior.paid + one.prior.taken for one in found.lines
    ]
    assert found.charge == found.prior.paid + sum(one.prior.taken for one in found.lines)


@pytest.mark.parametrize(
    "change",
    [
        {"paid": Decimal("80.49")},
        {"adjustments": (off("PR", "3", 1),)},
        {"lines": FIRST.lines[:1]},
        {"lines": (FIRST.lines[0], FIRST.lines[1].model_copy(update={"adjustments": ()}))},
    ],
)
def test_what_does_not_add_up_is_never_made(change):
    with pytest.raises(ValidationError) as caught:
        with_prior(**change)
    assert "is not what" in str(caught.value)
    assert not any(secret in str(caught.value) for secret in ("Doe", "W123"))


def with_prior(charges=None, **change) -> Claim:
    """The claim after another word of the first payer."""
    prior = {**FIRST.model_dump(), **change}
    prior["adjustments"] = [one.model_dump() for one in change.get("adjustments", ())]
    prior["lines"] = [one.model_dump() for one in change.get("lines", FIRST.lines)]
    more = {}
    if charges is not None:
        more["lines"] = [
            LINE.model_copy(update={"control": f"L{at}", "charge": one}).model_dump()
            for at, one in enumerate(charges)
        ]
    return changed(prior=PriorPayer.model_validate(prior), **more)
