"""What comes back about claims is read once, finds its claim, and is counted honestly."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from ledger import remittances
from ledger.schema_claims import claim_answers, claim_denials, claim_payments, claim_statements
from tasks.claim_examining import release
from tasks.erasing import erase
from tasks.room import Room
from tests.cast import NOW
from tests.contract.x12.envelopes import enveloped
from tests.unit.tasks.claiming import Desk

Enter = Callable[..., Room]


@pytest.fixture
def desk(enter: Enter, tmp_path: Path) -> Desk:
    """Northside, with one claim that left."""
    made = Desk(enter, tmp_path / "claims")
    made.insure()
    made.charge()
    made.submit()
    return made


def test_a_999_that_takes_the_file_says_that_it_arrived(desk: Desk) -> None:
    assert desk.answer("a.999", acknowledged(desk, "A")) == {"read": 1}
    assert [one.status for one in desk.files()] == ["acknowledged"]
    assert desk.states() == ["filed"]


def test_a_999_that_refuses_the_file_turns_its_claims_back_and_is_no_denial(desk: Desk) -> None:
    desk.answer("a.999", acknowledged(desk, "R"))
    assert [one.status for one in desk.files()] == ["refused"]
    assert desk.states() == ["rejected"]
    assert desk.tasks() == [("look_up_claim_file", "claim_file_refused")]
    assert rows(desk, claim_payments) == []


def test_a_999_about_a_question_of_the_same_number_is_none_of_a_claim(desk: Desk) -> None:
    raw = acknowledged(desk, "R").replace(b"AK1*HC", b"AK1*HS")
    desk.answer("a.999", raw)
    assert desk.states() == ["filed"]


def test_a_277ca_says_of_each_claim_whether_it_was_taken(desk: Desk) -> None:
    desk.answer("a.277", status_of(desk, "A2:20:PR"))
    assert desk.states() == ["accepted"]
    (said,) = rows(desk, claim_statements)
    assert (said.fate, said.category, said.code, said.entity) == ("accepted", "A2", "20", "PR")
    assert desk.tasks() == []


def test_a_claim_turned_back_is_mended_and_filed_anew_under_a_new_number(desk: Desk) -> None:
    desk.answer("a.277", status_of(desk, "A7:562:85"))
    assert desk.states() == ["rejected"]
    assert desk.tasks() == [("mend_claim", "claim_rejected")]
    (first,) = desk.claims()
    release(desk.here, first.control, NOW)
    assert desk.submit()["sent"] == 1
    numbers = [one.control for one in desk.left()]
    assert len(set(numbers)) == 2
    assert sorted(desk.states()) == ["filed", "rejected"]


def test_a_file_that_nobody_could_tell_of_is_settled_by_its_answer(desk: Desk) -> None:
    from tests.unit.tasks.test_claims_leave import back_in_doubt

    back_in_doubt(desk, desk.files()[0])
    desk.answer("a.277", status_of(desk, "A2:20"))
    assert [one.status for one in desk.files()] == ["acknowledged"]
    assert desk.send()["in_doubt"] == 0


def test_a_payment_is_kept_with_its_lines_and_nobody_is_asked(desk: Desk) -> None:
    paid = payment(desk, "1*120*90*20", "SVC*HC:97110:GP*120*90**2~CAS*CO*45*10~CAS*PR*3*20")
    assert desk.answer("a.835", paid) == {"read": 1}
    (row,) = rows(desk, claim_payments)
    assert (row.payer, row.charge_cents, row.paid_cents) == ("evergreen", 12_000, 9_000)
    assert (row.is_first, row.is_standing, row.denied_cents) == (True, True, 0)
    assert row.claim_id == desk.claims()[0].claim_id
    assert desk.states() == ["answered"]
    assert desk.tasks() == []


SHARED = "SVC*HC:97110:GP*120*90**2~CAS*CO*45*10~CAS*PR*2*20"


def test_a_share_that_a_beneficiary_does_not_owe_is_kept_off_the_bill_by_a_person(
    enter: Enter, tmp_path: Path
) -> None:
    desk = Desk(enter, tmp_path / "claims")
    desk.insure()
    desk.verify(is_qmb=True, asked_at=NOW + timedelta(days=1))
    desk.charge()
    desk.submit()
    desk.answer("a.835", payment(desk, "1*120*90*20", SHARED))
    assert desk.tasks() == [("write_off_share", "share_not_owed")]


def test_medicare_s_own_remark_is_enough_for_it(desk: Desk) -> None:
    desk.answer("a.835", payment(desk, "1*120*90*20", f"MOA***N782~{SHARED}"))
    assert desk.tasks() == [("write_off_share", "share_not_owed")]
    again = f"CLP*{number(desk)}*22*-120*-90**12*EV1~SVC*HC:97110*-120*-90~CAS*PR*2*-30"
    desk.answer("b.835", remitted("0", again, on="20260109"))
    assert len(desk.tasks()) == 1, "a reversal asks for nothing"


DENIED = "SVC*HC:97110:GP*120*0**2~CAS*CO*197*120"


def test_a_denial_is_a_row_with_its_class_and_a_line_for_a_person(desk: Desk) -> None:
    desk.answer("a.835", payment(desk, "4*120*0", DENIED))
    (row,) = rows(desk, claim_denials)
    assert (row.group_code, row.reason, row.denial_class) == ("CO", "197", "authorization")
    assert (row.preventable, row.step, row.amount_cents) == ("yes", "authorisation", 12_000)
    (paid,) = rows(desk, claim_payments)
    assert (paid.denied_cents, paid.preventable_cents, paid.denial_step) == (
        12_000, 12_000, "authorisation"
    )  # fmt: skip
    assert desk.tasks() == [("denied_claim", "claim_denied")]


def test_a_reversal_in_a_later_file_is_netted_against_the_first(desk: Desk) -> None:
    desk.answer("a.835", payment(desk, "4*120*0", DENIED))
    again = (
        f"CLP*{number(desk)}*22*-120*0**12*EV1~SVC*HC:97110*-120*0~CAS*CO*197*-120~"
        f"CLP*{number(desk)}*1*120*110**12*EV2~SVC*HC:97110*120*110~CAS*CO*45*10"
    )
    desk.answer("b.835", remitted("110", again, on="20260109"))
    found = {row.status: row for row in rows(desk, claim_payments)}
    assert [found[one].is_first for one in ("4", "22", "1")] == [True, False, False]
    assert [found[one].is_standing for one in ("4", "22", "1")] == [False, False, True]
    assert desk.tasks() == [("denied_claim", "claim_denied")]


def test_files_that_come_in_the_wrong_order_count_as_they_were_decided(desk: Desk) -> None:
    later = f"CLP*{number(desk)}*1*120*110**12*EV2~SVC*HC:97110*120*110~CAS*CO*45*10"
    desk.answer("b.835", remitted("110", later, on="20260109"))
    desk.answer("a.835", payment(desk, "4*120*0", DENIED))
    found = {row.status: row for row in rows(desk, claim_payments)}
    assert (found["4"].is_first, found["1"].is_first) == (True, False)
    assert (found["4"].is_standing, found["1"].is_standing) == (False, True)


def test_each_file_is_read_once_under_whatever_name(desk: Desk) -> None:
    raw = payment(desk, "4*120*0", DENIED)
    desk.answer("a.835", raw)
    assert desk.answer("again.835", raw) == {}
    assert len(rows(desk, claim_payments)) == 1


def test_a_payment_that_comes_in_another_envelope_is_posted_once(desk: Desk) -> None:
    """Sent anew by the clearinghouse, or a file that was read while it was still being written."""
    first = payment(desk, "4*120*0", DENIED)
    desk.answer("a.835", first)
    anew = first.replace(b"000000101", b"000000909").replace(b"~\n", b"~\r\n")
    assert desk.answer("anew.835", anew) == {"read": 1}
    second = f"CLP*{number(desk)}*22*-120*0**12*EV1~SVC*HC:97110*-120*0~CAS*CO*197*-120"
    grown = first + remitted("0", second, on="20260109").replace(b"000000101", b"000000102")
    assert desk.answer("grown.835", grown) == {"read": 1}
    assert sorted(row.status for row in rows(desk, claim_payments)) == ["22", "4"]
    assert len(rows(desk, claim_denials)) == 1
    assert len(rows(desk, claim_answers)) == 3, "every file is kept as it came"


def test_claims_of_another_system_are_counted_without_their_numbers(desk: Desk) -> None:
    body = "CLP*CHART-4711*4*80*0**12*EV7~SVC*HC:97110*80*0~CAS*CO*27*80"
    desk.answer("a.835", remitted("0", body))
    (row,) = rows(desk, claim_payments)
    assert (row.claim_id, row.patient_id, row.denial_class) == (None, None, "coverage")
    assert "4711" not in repr(list(row))
    assert rows(desk, claim_answers)[0].unknown == 1
    assert desk.tasks() == []


BAD = {
    "x12_empty": b"",
    "x12_html": b"<html>Maintenance</html>",
    "x12_binary": bytes(range(256)) * 4,
    "x12_no_amount": enveloped("835", "BPR*I*ten*C"),
    "x12_wrong_kind": enveloped("277", "BHT*0085*08*X").replace(b"005010X214", b"005010X212"),
}


def test_what_cannot_be_read_is_set_aside_with_the_reason_and_told_once(desk: Desk) -> None:
    for reason, raw in BAD.items():
        assert desk.answer(f"{reason}.835", raw) == {"quarantined": 1}
    assert desk.answer("again.835", raw) == {}
    found = {row.reason: row for row in rows(desk, claim_answers)}
    assert set(found) == set(BAD)
    for reason, raw in BAD.items():
        assert found[reason].status == "quarantined"
        assert remittances.raw_answer(desk.here.ledger, found[reason]) == raw
    assert desk.tasks() == [("look_up_claim_file", "claim_answer_unreadable")] * len(BAD)


def test_a_file_still_on_its_way_is_waited_for(desk: Desk) -> None:
    whole = payment(desk, "4*120*0", DENIED)
    path = desk.folder / "pickup" / "a.835"
    path.write_bytes(whole[:-60])
    moment = desk.here.ledger.clock()
    from tasks.claim_answers import take_answers

    assert take_answers(desk.here, moment) == {"coming": 1}
    path.write_bytes(whole)
    assert take_answers(desk.here, moment) == {"read": 1}
    (desk.folder / "pickup" / "b.835").write_bytes(whole[:-60] + b" ")
    assert take_answers(desk.here, moment + timedelta(hours=1)) == {"quarantined": 1}


def test_a_file_as_it_came_is_sealed_and_an_erasure_forgets_it(desk: Desk) -> None:
    desk.answer("a.835", payment(desk, "4*120*0", DENIED))
    (row,) = rows(desk, claim_answers)
    assert b"QUILLFEATHER" not in row.raw
    assert b"QUILLFEATHER" in remittances.raw_answer(desk.here.ledger, row)
    erase(desk.here, "ana", "asked", NOW, legal_basis="court")
    assert desk.claims() == []
    assert rows(desk, claim_denials) == []
    (row,) = rows(desk, claim_answers)
    assert row.raw is None


def number(desk: Desk) -> str:
    """Our number of the first claim."""
    return str(desk.claims()[0].control)


def rows(desk: Desk, table):
    """Every row of a table."""
    with desk.here.ledger.read() as con:
        return list(con.execute(select(table)))


def acknowledged(desk: Desk, verdict: str) -> bytes:
    """A 999 of the first file."""
    (file,) = desk.files()
    taken = 1 if verdict == "A" else 0
    body = (
        f"AK1*HC*{file.control}*005010X222A1~AK2*837*0001~IK5*{verdict}~AK9*{verdict}*1*1*{taken}"
    )
    return enveloped("999", body.replace("~", "\n"))


def status_of(desk: Desk, status: str, file: Any = None, of: str = "") -> bytes:
    """A 277CA of the first claim, or of another in the file that it left in."""
    file = file or desk.files()[0]
    body = f"""BHT*0085*08*X*20260105*0900*TH
    HL*1**20*1
    NM1*AY*2*CLEARING*****46*CLHR00
    TRN*1*S1
    HL*2*1*21*1
    NM1*41*2*NORTHSIDE*****46*NORTH1
    TRN*2*{file.batch}
    STC*A1:19*20260105*WQ*120
    HL*3*2*19*1
    NM1*85*2*NORTHSIDE*****XX*1234567893
    HL*4*3*PT
    NM1*QC*1*QUILLFEATHER*CANARY
    TRN*2*{of or number(desk)}
    STC*{status}*20260105*WQ*120"""
    return enveloped("277", body)


def payment(desk: Desk, said: str, lines: str) -> bytes:
    """An 835 of the first claim: status, charge and paid, then its lines."""
    paid = said.split("*")[2]
    body = f"CLP*{number(desk)}*{said}" + ("*" if said.count("*") == 2 else "") + "*12*EV1~"
    return remitted(paid, f"{body}NM1*QC*1*QUILLFEATHER*CANARY~{lines}")


def remitted(total: str, body: str, on: str = "20260106") -> bytes:
    """An 835 of one payment."""
    paid = f"BPR*I*{total}*C*ACH************{on}~TRN*1*EFT1*1999999999"
    head = f"{paid}~N1*PR*EVERGREEN HEALTH*XV*EVER1~"
    return enveloped("835", (head + body).replace("~", "\n"))
