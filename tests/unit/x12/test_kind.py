"""One message in place of another is told clearly."""

import pytest

from connectors.x12.benefit_271 import read_answers
from connectors.x12.envelope import read
from connectors.x12.errors import Fault, X12Error
from connectors.x12.kind import TA1, Kind, kinds_in, transactions
from tests.unit.x12.messages import answer, interchange

ACKNOWLEDGED = ["AK1*HS*7*005010X279A1", "AK2*270*0001", "IK5*A", "AK9*A*1*1*1"]
A_999 = interchange(ACKNOWLEDGED, kind="999", group="FA", version="005010X231A1")
A_TA1 = interchange([]).split(b"GS*")[0] + b"TA1*000000007*261126*1500*R*006~IEA*0*000000007~"
NOTHING = interchange([]).split(b"ST*")[0] + b"GE*0*7~IEA*1*000000007~"


def test_a_file_says_what_it_holds() -> None:
    raw = answer() + A_999 + A_TA1
    assert kinds_in(raw) == (
        Kind("271", "005010X279A1"),
        Kind("999", "005010X231A1"),
        Kind(TA1, "00501"),
    )
    assert [str(kind) for kind in kinds_in(raw)] == [
        "271 (eligibility answer)",
        "999 (acknowledgement)",
        "TA1 (interchange acknowledgement)",
    ]


@pytest.mark.parametrize(
    ("raw", "code", "held"),
    [
        (A_999, Fault.WRONG_KIND, "999 (acknowledgement)"),
        (A_TA1, Fault.WRONG_KIND, "TA1 (interchange acknowledgement)"),
        (A_999 + interchange([], kind="835"), Fault.WRONG_KIND,
         "835 (remittance advice) and 999 (acknowledgement)"),
        (interchange([], kind="VALENTINA"), Fault.WRONG_KIND, "an unknown message"),
        (interchange([], kind="820"), Fault.WRONG_KIND, "820"),
        (NOTHING, Fault.NO_TRANSACTION, ""),
    ],
    ids=["999", "TA1", "several", "unknown", "unread", "nothing"],
)  # fmt: skip
def test_another_message_in_place_of_an_answer_is_named(raw: bytes, code: Fault, held: str) -> None:
    with pytest.raises(X12Error) as caught:
        read_answers(raw)
    told = f"it holds {held}, not 271 (eligibility answer)"
    assert caught.value.code == code
    assert caught.value.message == (told if held else "an envelope without any message in it")


def test_an_answer_that_is_cut_off_is_refused() -> None:
    raw = answer("EB*1**30", "EB*C*IND*30***23*1500")
    with pytest.raises(X12Error, match="ends before its SE segment") as caught:
        read_answers(raw[: raw.index(b"00~SE*")])
    assert caught.value.code == Fault.TRUNCATED


def test_only_the_wanted_are_given() -> None:
    found = list(transactions(read(A_999 + answer()), "271"))
    assert [transaction.kind for _, _, transaction in found] == ["271"]
