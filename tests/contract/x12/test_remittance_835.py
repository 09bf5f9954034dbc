"""An 835 is read to the cent, whatever its order; what is cut off or is no number is refused."""

from datetime import date
from decimal import Decimal

import pytest

from connectors.x12.errors import X12Error
from connectors.x12.remittance_835 import read_remittances
from data_contracts.remittance import Adjustment, ProviderAdjustment
from rules.balance import unbalanced
from rules.denial import Outcome
from rules.remittance_account import account_of
from tests.contract.x12.envelopes import enveloped

PAYMENT = """
    BPR*I*110*C*ACH*CCP*01*111*DA*33*1999999999**01*111*DA*22*20261125
    TRN*1*EFT0001*1999999999
    DTM*405*20261124
    N1*PR*EVERGREEN HEALTH*XV*EVER1
    N1*PE*NORTHSIDE PHYSICAL THERAPY*XX*1234567893
    LX*1
    CLP*C0001*1*250*110*20*12*EV9001*11*1
    NM1*QC*1*DOE*JANE****MI*W123456789
    NM1*82*1*ROE*RICHARD****XX*1999999984
    DTM*232*20261102
    SVC*HC:97110:GP:59*120*90**2
    DTM*472*20261102
    CAS*CO*45*10**253*0
    CAS*PR*3*20
    REF*6R*L1
    AMT*B6*110
    SVC*HC:97140:GP*80*0**1*HC:97530
    DTM*150*20261102
    DTM*151*20261103
    CAS*CO*97*80*1
    LQ*HE*N20
    SVC*HC:97530*50*20**1
    CAS*CO*45*30
    MOA***MA01*N130
    PLB*1234567893*20261231*WO:EV8000*15*CS*-15
"""
REVERSAL = """
    BPR*I*60*C*CHK************20261130
    TRN*1*EFT0002*1999999999
    N1*PR*EVERGREEN HEALTH
    REF*2U*EVER1
    CLP*C0002*22*-100*-40**12*EV9002*11*1
    SVC*HC:97110:GP*-100*-40
    CAS*CO*45*-60
    CLP*C0002*1*100*100**12*EV9003*11*7
    SVC*HC:97110:GP*100*100
"""


def test_a_payment_is_read_with_its_claims_lines_and_reasons():
    (found,) = read_remittances(enveloped("835", PAYMENT))
    assert (found.total, found.method, found.trace) == (Decimal(110), "ACH", "EFT0001")
    assert (found.paid_on, found.produced_on) == (date(2026, 11, 25), date(2026, 11, 24))
    assert (found.payer_name, found.payer_id) == ("EVERGREEN HEALTH", "EVER1")
    assert found.payee_npi == "1234567893"
    (claim,) = found.claims
    assert (claim.control, claim.status, claim.payer_control) == ("C0001", "1", "EV9001")
    assert (claim.charge, claim.paid, claim.patient_share) == (250, 110, 20)
    assert (claim.begins, claim.ends) == (date(2026, 11, 2), date(2026, 11, 2))
    exercise, manual, activity = claim.lines
    assert (exercise.procedure, exercise.modifiers) == ("97110", ("GP", "59"))
    assert (exercise.units, exercise.control, exercise.begins) == (2, "L1", date(2026, 11, 2))
    assert exercise.adjustments == (
        Adjustment("CO", "45", Decimal(10), None),
        Adjustment("CO", "253", Decimal(0), None),
        Adjustment("PR", "3", Decimal(20), None),
    )
    assert (manual.procedure, manual.billed_as, manual.remarks) == ("97140", "97530", ("N20",))
    assert manual.adjustments == (Adjustment("CO", "97", Decimal(80), Decimal(1)),)
    assert (manual.begins, manual.ends) == (date(2026, 11, 2), date(2026, 11, 3))
    assert activity.begins is None
    assert found.provider_adjustments == (
        ProviderAdjustment("WO", "EV8000", Decimal(15), date(2026, 12, 31)),
        ProviderAdjustment("CS", None, Decimal(-15), date(2026, 12, 31)),
    )
    assert unbalanced(found) == []


def test_remarks_of_the_claim_are_taken_wherever_they_stand():
    body = PAYMENT.replace("DTM*232*20261102", "MOA***MA01*N130")
    (found,) = read_remittances(enveloped("835", body))
    assert found.claims[0].remarks == ("MA01", "N130")


def test_six_reasons_stand_in_one_segment():
    six = "CAS*CO*45*1**253*2**97*3**50*4**29*5**197*6*2"
    body = PAYMENT.replace("CAS*CO*45*30", six)
    (found,) = read_remittances(enveloped("835", body))
    reasons = found.claims[0].lines[2].adjustments
    assert [(one.reason, one.amount) for one in reasons] == [
        ("45", 1), ("253", 2), ("97", 3), ("50", 4), ("29", 5), ("197", 6)
    ]  # fmt: skip
    assert reasons[-1].quantity == 2


def test_a_reversal_and_its_correction_are_netted_and_balance():
    (found,) = read_remittances(enveloped("835", REVERSAL))
    assert found.payer_id == "EVER1"
    assert unbalanced(found) == []
    account = account_of([found])
    assert (account.judged, account.denied, account.reversals) == (1, 0, 1)
    assert account.paid == 60


def test_what_was_denied_and_taken_back_is_denied_no_more():
    denied = """
        BPR*I*0*C*NON************20261120
        CLP*C0002*4*100*0**12*EV9002*11*1
        SVC*HC:97110:GP*100*0
        CAS*CO*197*100
    """
    again = REVERSAL.replace("-100*-40", "-100*0").replace("CAS*CO*45*-60", "CAS*CO*197*-100")
    again = again.replace("BPR*I*60", "BPR*I*100")
    account = account_of(read_remittances(enveloped("835", denied, again)))
    assert (account.judged, account.denied, account.still_denied) == (2, 1, 0)
    assert [one.is_taken_back for one in account.claims] == [True, False, False]
    assert account.warnings == ()


def test_a_claim_without_lines_is_judged_as_a_whole():
    body = """
        BPR*I*0*C*NON************20261120
        CLP*C0003*1*100*0
        CAS*CO*27*100
    """
    account = account_of(read_remittances(enveloped("835", body)))
    (claim,) = account.claims
    assert claim.finding.outcome is Outcome.DENIED
    assert [(line, one.reason) for line, one in claim.denied_lines()] == [(None, "27")]
    assert account.preventable_amount == 100


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("BPR*I*110", "BPR*I*100"), "the payment is 100, its claims 110 less 0 withheld"),
        (("CAS*CO*97*80*1", "CAS*CO*97*70"), "80 charged less 70 is not 0 paid"),
        (("SVC*HC:97530*50*20", "SVC*HC:97530*40*20"), "40 charged less 30 is not 20 paid"),
        (("CLP*C0001*1*250*110", "CLP*C0001*1*260*110"), "its lines charge 250, the claim 260"),
    ],
)
def test_what_does_not_add_up_is_told_with_its_place(change, words):
    (found,) = read_remittances(enveloped("835", PAYMENT.replace(*change)))
    told = unbalanced(found)
    assert any(words in one for one in told)
    assert not any("C0001" in one or "EV9001" in one for one in told)


def test_a_claim_that_takes_off_as_a_whole_leaves_its_lines_without_a_balance_of_their_own():
    body = """
        BPR*I*0*C*NON************20261120
        CLP*C0003*4*200*0
        CAS*CO*29*200
        SVC*HC:97110*120*0
        SVC*HC:97140*80*0
    """
    (found,) = read_remittances(enveloped("835", body))
    assert unbalanced(found) == []


def test_money_that_the_payer_takes_back_is_below_zero():
    body = PAYMENT.replace("BPR*I*110*C", "BPR*I*110*D")
    (found,) = read_remittances(enveloped("835", body))
    assert found.total == -110


def test_a_day_that_is_none_is_told_and_not_guessed():
    body = PAYMENT.replace("22*20261125", "22*20261355")
    (found,) = read_remittances(enveloped("835", body))
    assert found.paid_on is None
    assert found.warnings == ("segment 2 (BPR): the day of payment is no date",)


def test_a_wrong_count_is_told_and_read_all_the_same():
    raw = enveloped("835", PAYMENT).replace(b"SE*27*", b"SE*99*")
    (found,) = read_remittances(raw)
    assert len(found.claims) == 1
    assert found.warnings


def test_a_procedure_is_read_where_the_envelope_announces_another_sign():
    body = PAYMENT.replace("HC:97110:GP:59", "HC>97110>GP>59")
    (found,) = read_remittances(enveloped("835", body))
    assert found.claims[0].lines[0].modifiers == ("GP", "59")


BAD = {
    "cut off": (lambda raw: raw[: raw.index(b"SVC*HC:97140")], "ends before its SE"),
    "empty": (lambda raw: b"", "empty"),
    "binary": (lambda raw: bytes(range(256)), "not an X12 message"),
    "a web page": (lambda raw: b"<html><body>Sign in</body></html>", "not an X12 message"),
    "another message": (
        lambda raw: raw.replace(b"ST*835", b"ST*271"),
        "271 (eligibility answer), not 835",
    ),
    "no payment": (lambda raw: raw.replace(b"BPR*", b"BPX*"), "no BPR segment"),
    "no charge": (lambda raw: raw.replace(b"C0001*1*250*", b"C0001*1**"), "element 3"),
    "no number": (lambda raw: raw.replace(b"*250*", b"*ten*"), "element 3"),
    "an exponent": (lambda raw: raw.replace(b"*250*", b"*1E9*"), "element 3"),
    "endless": (lambda raw: raw.replace(b"*250*", b"*" + b"9" * 400 + b"*"), "element 3"),
    "not finite": (lambda raw: raw.replace(b"*250*", b"*NaN*"), "element 3"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_refused_by_place_and_without_a_word_of_it(case):
    spoil, words = BAD[case]
    with pytest.raises(X12Error) as caught:
        read_remittances(spoil(enveloped("835", PAYMENT)))
    assert words in str(caught.value)
    for secret in ("DOE", "JANE", "W123456789", "C0001", "ten", "1E9"):
        assert secret not in str(caught.value)
