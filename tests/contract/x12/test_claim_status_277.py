"""A 277CA tells of each claim whether it was taken, by the number that we gave the claim."""

from datetime import date

import pytest

from connectors.x12.claim_status_277 import read_status_reports
from connectors.x12.errors import X12Error
from data_contracts.claim_status import Status
from rules.acknowledgement import Fate, batch_fate, claim_fate
from tests.contract.x12.envelopes import enveloped

REPORT = """
    BHT*0085*08*277X2140001*20261124*0900*TH
    HL*1**20*1
    NM1*AY*2*FIRST CLEARINGHOUSE*****46*CLHR00
    TRN*1*SOURCE1
    DTP*050*D8*20261124
    HL*2*1*21*1
    NM1*41*2*NORTHSIDE PHYSICAL THERAPY*****46*NORTH1
    TRN*2*BATCH0001
    STC*A1:19:PR*20261124*WQ*560
    HL*3*2*19*1
    NM1*85*2*NORTHSIDE PHYSICAL THERAPY*****XX*1234567893
    HL*4*3*PT
    NM1*QC*1*DOE*JANE****MI*W123456789
    TRN*2*C0001
    STC*A2:20:PR*20261124*WQ*250
    REF*1K*EV9001
    DTP*472*D8*20261102
    HL*5*3*PT
    NM1*QC*1*ROE*RICHARD****MI*W987654321
    TRN*2*C0002
    STC*A7:562:85*20261124*U*150******A6:128:IL
    TRN*2*C0003
    STC*A3:21:82*20261124*U*160
    SVC*HC:97110:GP*160*****2
    STC*A3:122**U*******A3:153:82
"""


def test_each_claim_is_found_by_our_number_with_what_was_said_of_it():
    (found,) = read_status_reports(enveloped("277", REPORT))
    assert found.is_acknowledgement
    assert (found.sender, found.batch) == ("FIRST CLEARINGHOUSE", "BATCH0001")
    assert found.batch_statuses == (Status("A1", "19", "PR"),)
    taken, turned_back, third = found.claims
    assert (taken.control, taken.payer_control, taken.charge) == ("C0001", "EV9001", 250)
    assert taken.stated_on == date(2026, 11, 24)
    assert claim_fate(taken) is Fate.ACCEPTED
    assert turned_back.statuses == (Status("A7", "562", "85"), Status("A6", "128", "IL"))
    assert claim_fate(turned_back) is Fate.REJECTED
    assert third.control == "C0003"
    assert third.line_statuses == (Status("A3", "122", None), Status("A3", "153", "82"))


@pytest.mark.parametrize(
    ("statuses", "fate"),
    [
        ("A0:16", Fate.ACCEPTED),
        ("A1:19", Fate.ACCEPTED),
        ("A2:20", Fate.ACCEPTED),
        ("A3:21", Fate.REJECTED),
        ("A4:35", Fate.NOT_FOUND),
        ("A5:42", Fate.ACCEPTED),
        ("A6:128", Fate.REJECTED),
        ("A7:562:85", Fate.REJECTED),
        ("A8:496", Fate.REJECTED),
        ("P3:317", Fate.UNKNOWN),  # of a 277 that answers a question
    ],
)
def test_a_category_says_whether_a_claim_was_taken(statuses, fate):
    body = REPORT.replace("A2:20:PR", statuses)
    (found,) = read_status_reports(enveloped("277", body))
    assert claim_fate(found.claims[0]) is fate


def test_a_file_that_was_turned_back_as_a_whole_names_no_claim():
    head = REPORT[: REPORT.index("HL*3")].replace("A1:19:PR", "A3:24:41")
    (found,) = read_status_reports(enveloped("277", head))
    assert found.claims == ()
    assert batch_fate(found) is Fate.REJECTED


def test_an_answer_about_a_claim_is_no_acknowledgement():
    raw = enveloped("277", REPORT).replace(b"005010X214", b"005010X212")
    assert not read_status_reports(raw)[0].is_acknowledgement


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw[: raw.index(b"HL*5")],
        lambda raw: raw.replace(b"ST*277", b"ST*835"),
        lambda raw: raw.replace(b"*WQ*250", b"*WQ*many"),
        lambda raw: b"",
    ],
)
def test_a_bad_file_is_refused_without_a_word_of_it(spoil):
    with pytest.raises(X12Error) as caught:
        read_status_reports(spoil(enveloped("277", REPORT)))
    assert not any(secret in str(caught.value) for secret in ("DOE", "W123456789", "many"))
