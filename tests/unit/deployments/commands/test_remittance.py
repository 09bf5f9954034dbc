"""`ptclinic remittance read` tells what was denied, why, and what could have prevented it."""

import pytest

from tests.contract.x12.envelopes import enveloped

BODY = """
    BPR*I*90*C*ACH************20261125
    TRN*1*EFT0001*1999999999
    N1*PR*EVERGREEN HEALTH*XV*EVER1
    CLP*C0001*1*250*90*20*12*EV9001*11*1
    NM1*QC*1*QUILLFEATHER*CANARY****MI*W123456789
    SVC*HC:97110:GP*120*90**2
    CAS*CO*45*10
    CAS*PR*3*20
    SVC*HC:97140:GP*130*0**1
    CAS*CO*16*130
    LQ*HE*M62
    CLP*C0002*4*80*0**12*EV9002*11*1
    SVC*HC:97530*80*0**1
    CAS*PR*1*80
    CLP*C0003*1*70*0**12*EV9003*11*1
    SVC*HC:97112*70*0**1
    CAS*CO*B7*70
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "2026-11-25.835"
    path.write_bytes(enveloped("835", BODY))
    return path


def test_json_holds_claims_lines_denial_class_and_whether_it_was_preventable(ptclinic, file):
    found = ptclinic("remittance", "read", file, "--json")
    assert found.code == 0
    document = found.document
    first, deductible, unknown = document["claims"]
    assert (first["claim"], first["outcome"], first["denied"]) == ("C0001", "partly_denied", True)
    assert (first["denied_amount"], first["preventable_amount"]) == (130.0, 130.0)
    paid, denied = first["lines"]
    assert (paid["outcome"], paid["denied"], paid["denial_class"]) == ("paid", False, None)
    assert denied["procedure"] == "97140"
    assert denied["denial_code"] == "CO-16"
    assert (denied["denial_class"], denied["preventable"]) == ("authorization", "yes")
    assert (denied["step"], denied["is_code_known"]) == ("authorisation", True)
    assert denied["adjustments"] == [{"group": "CO", "reason": "16", "amount": 130.0}]
    assert (deductible["status"], deductible["outcome"]) == ("4", "patient_owes")
    assert not deductible["denied"]
    assert (unknown["denial_class"], unknown["is_code_known"]) == ("other", False)
    assert document["summary"]["denied_claims"] == 2
    assert document["summary"]["by_class"]["authorization"] == {"claims": 1, "amount": 130.0}
    assert document["payments"][0]["payer"] == {"name": "EVERGREEN HEALTH", "id": "EVER1"}
    assert document["warnings"] == []


def test_people_read_a_table_and_what_it_comes_to(ptclinic, file):
    found = ptclinic("remittance", "read", file)
    assert found.code == 0
    assert "authorisation or referral" in found.out
    assert "a code that we do not know" in found.out
    assert "3 claims charge 400.00; 90.00 was paid." in found.out
    assert "A check before the visit would have prevented 130.00." in found.out


def test_nobody_s_name_or_member_number_is_shown(ptclinic, file):
    for options in ([], ["--json"]):
        found = ptclinic("remittance", "read", file, *options)
        told = found.out + found.err
        assert not any(word in told for word in ("QUILLFEATHER", "CANARY", "W123456789"))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"<html>Sign in</html>", "not an X12 message"),
        (enveloped("835", BODY)[:450], "ends"),
        (enveloped("835", BODY).replace(b"*250*", b"*many*"), "segment 5 (CLP), element 3"),
        (enveloped("835", BODY).replace(b"ST*835", b"ST*999"), "not 835"),
    ],
)
def test_a_file_that_is_no_remittance_is_refused_by_name_with_what_to_do(
    ptclinic, tmp_path, content, words
):
    path = tmp_path / "bad.835"
    path.write_bytes(content)
    found = ptclinic("remittance", "read", path)
    assert found.code == 1
    assert found.err.startswith("bad.835: ")
    assert words in found.err
    assert "QUILLFEATHER" not in found.err


def test_a_file_that_is_not_there_is_said_to_be_so(ptclinic, tmp_path):
    found = ptclinic("remittance", "read", tmp_path / "none.835", "--json")
    assert found.code == 1
    assert "cannot be read" in found.document["problems"][0]
