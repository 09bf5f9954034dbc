"""What a receiver says of our file is read with its reasons, and without what stood in it."""

import pytest

from connectors.x12.acknowledgement import read_group_verdicts, read_interchange_verdicts
from connectors.x12.errors import Fault, X12Error
from data_contracts.acknowledgement import (
    ElementFlaw,
    Flaw,
    InterchangeVerdict,
    SegmentFlaw,
    Verdict,
)
from tests.unit.x12.messages import answer, interchange

PARTLY = [
    "AK1*HC*17*005010X222A1",
    "AK2*837*0001*005010X222A1",
    "IK5*A",
    "AK2*837*0002*005010X222A1",
    "IK3*CLM*22*2300*8",
    "CTX*CLM01:C-204",
    "IK4*5:2:1*1325*7*VALENTINA",
    "IK4*2*782*1",
    "IK3*NM1*30*2310",
    "CTX*SITUATIONAL TRIGGER*CLM*43**5:3*C023:1325",
    "IK5*R*5*I5",
    "AK2*837*0003*005010X222A1",
    "AK9*P*3*3*1*5",
]


def acknowledgement(*body: str, kind: str = "999", component: str = ":") -> bytes:
    """In its envelope."""
    return interchange(body, kind=kind, group="FA", version="005010X231A1", component=component)


def test_a_group_is_taken_in_part() -> None:
    (group,) = read_group_verdicts(acknowledgement(*PARTLY))
    assert (group.functional_id, group.control) == ("HC", "17")
    assert group.verdict is Verdict.PARTLY_ACCEPTED
    assert not group.verdict.is_taken
    assert (group.sent, group.received, group.accepted) == (3, 3, 1)
    assert group.flaws == (Flaw("5", "GE01 counts another number of transactions"),)
    assert [(one.kind, one.control, one.verdict) for one in group.transactions] == [
        ("837", "0001", Verdict.ACCEPTED),
        ("837", "0002", Verdict.REJECTED),
        ("837", "0003", Verdict.UNKNOWN),
    ]
    assert group.warnings == ()


def test_a_rejected_transaction_says_where_it_is_wrong_and_of_which_claim() -> None:
    (group,) = read_group_verdicts(acknowledgement(*PARTLY))
    transaction = group.transactions[1]
    assert [flaw.code for flaw in transaction.flaws] == ["5", "I5"]
    assert transaction.segments == (
        SegmentFlaw(
            segment="CLM",
            position=22,
            loop="2300",
            flaw=Flaw("8", "elements of the segment are wrong"),
            claim="C-204",
            elements=(
                ElementFlaw(5, 2, 1, Flaw("7", "a code that is not allowed")),
                ElementFlaw(2, None, None, Flaw("1", "a required element is missing")),
            ),
        ),
        SegmentFlaw("NM1", 30, "2310", None, None, ()),
    )
    assert "VALENTINA" not in str(group)


def test_a_claim_is_found_where_the_receiver_ignores_its_own_separator() -> None:
    raw = acknowledgement(*PARTLY, component=">").replace(b"CLM01>", b"CLM01:")
    (group,) = read_group_verdicts(raw)
    assert group.transactions[1].segments[0].claim == "C-204"


def test_a_997_of_older_versions_is_read_alike() -> None:
    old = [one.replace("IK", "AK") for one in PARTLY if not one.startswith("CTX")]
    (group,) = read_group_verdicts(acknowledgement(*old, kind="997"))
    (new,) = read_group_verdicts(acknowledgement(*PARTLY))
    assert group.verdict is new.verdict
    assert [one.verdict for one in group.transactions] == [one.verdict for one in new.transactions]
    assert group.transactions[1].segments[0].elements == new.transactions[1].segments[0].elements


@pytest.mark.parametrize(
    ("code", "verdict", "is_taken"),
    [
        ("A", Verdict.ACCEPTED, True),
        ("E", Verdict.ACCEPTED_WITH_ERRORS, True),
        ("P", Verdict.PARTLY_ACCEPTED, False),
        ("R", Verdict.REJECTED, False),
        ("M", Verdict.REJECTED, False),
        ("W", Verdict.REJECTED, False),
        ("X", Verdict.REJECTED, False),
        ("?", Verdict.UNKNOWN, False),
        ("", Verdict.UNKNOWN, False),
    ],
)
def test_each_code_is_a_verdict(code: str, verdict: Verdict, is_taken: bool) -> None:
    raw = acknowledgement("AK1*HC*17", "AK2*837*0001", f"IK5*{code}", f"AK9*{code}*1*1*1")
    (group,) = read_group_verdicts(raw)
    assert (group.verdict, group.transactions[0].verdict) == (verdict, verdict)
    assert group.verdict.is_taken is is_taken


def test_counts_that_are_none_are_not_known() -> None:
    raw = acknowledgement("AK1*HC*17", "AK9*R*A FEW*-1*" + "9" * 10)
    (group,) = read_group_verdicts(raw)
    assert (group.sent, group.received, group.accepted) == (None, None, None)


def test_an_acknowledgement_without_a_verdict_is_refused() -> None:
    with pytest.raises(X12Error) as caught:
        read_group_verdicts(acknowledgement("AK1*HC*17"))
    assert caught.value.code == Fault.TRUNCATED
    with pytest.raises(X12Error, match="it holds 271"):
        read_group_verdicts(answer())


@pytest.mark.parametrize(
    ("ta1", "expected"),
    [
        ("TA1*000000012*261126*1500*A*000", (Verdict.ACCEPTED, None)),
        ("TA1*000000012*261126*1500*R*006",
         (Verdict.REJECTED, Flaw("006", "the sender is not known"))),
        ("TA1*000000012*261126*1500*E*999",
         (Verdict.ACCEPTED_WITH_ERRORS, Flaw("999", "a code that the standard does not know"))),
    ],
)  # fmt: skip
def test_an_interchange_is_taken_or_not(ta1: str, expected: tuple[Verdict, Flaw | None]) -> None:
    raw = acknowledgement(*PARTLY).replace(b"~GS*", f"~{ta1}~GS*".encode())
    assert read_interchange_verdicts(raw) == (InterchangeVerdict("000000012", *expected),)
    assert len(read_group_verdicts(raw)) == 1


def test_silence_about_an_interchange_is_no_verdict() -> None:
    assert read_interchange_verdicts(acknowledgement(*PARTLY)) == ()
