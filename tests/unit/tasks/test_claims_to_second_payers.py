"""What the first payer leaves is claimed of the second: once, and only where there is something."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from ledger.schema_claims import claim_payments
from ledger.schema_insurance import policies
from tasks.claim_examining import release
from tasks.claim_loading import claim_rows, payment_rows
from tasks.coordinating import coordinate
from tests.cast import NOW
from tests.unit.tasks.claiming import INSURANCE, Desk, claims_part
from tests.unit.tasks.test_claims_come_back import payment, remitted, status_of

AFTER, LATER = NOW + timedelta(days=1), NOW + timedelta(days=20)
PAYERS = {
    "payers": INSURANCE["payers"]
    | {
        "summit": {"payer_id": "SUMM1", "name": "Summit Choice"},
        "medicare": {"payer_id": "MEDI1", "name": "Medicare", "is_medicare": True},
    }
}
LEFT = "SVC*HC:97110:GP*120*90**2~CAS*CO*45*10~CAS*PR*2*20"


@pytest.fixture
def make(enter, tmp_path):
    """Northside with one claim that left, of a patient with a second policy."""

    def made(second="Summit Choice", **changes):
        desk = Desk(enter, tmp_path / "claims", insurance=INSURANCE | PAYERS, **changes)
        desk.insure()
        if second:
            two = {"source_id": "second", "rank": 2, "payer": second, "member_id": "S987654"}
            desk.card("ana", **two)
        desk.charge()
        desk.submit()
        return desk

    return made


@pytest.fixture
def desk(make):
    return make()


def answer(desk, clp="1*120*90*20*12*EV1", lines=LEFT, name="a.835"):
    """The first payer's remittance about our first claim comes, and is looked at."""
    return desk.answer(name, payment(desk, clp, lines))


def second(desk):
    found = [row for row in desk.claims() if row.first_claim_id]
    return found[-1] if found else None


def letting_go(desk):
    """A person has looked at what was never verified."""
    desk.examine()
    release(desk.here, second(desk).control, AFTER)
    return desk.submit()


def test_what_the_first_left_is_claimed_of_the_second(desk):
    answer(desk)
    assert coordinate(desk.here, AFTER) == {"claimed": 1}
    assert letting_go(desk)["sent"] == 1
    first, after = sorted(desk.left(), key=lambda one: one.order)
    assert (first.payer_id, first.order, first.prior) == ("EVER1", "P", None)
    assert (after.payer_id, after.order, after.charge) == ("SUMM1", "S", Decimal(120))
    assert (after.prior.payer_id, after.prior.payer_control) == ("EVER1", "EV1")
    assert after.prior.paid == 90
    assert [(one.prior.paid, one.prior.taken) for one in after.lines] == [(90, 30)]
    assert after.control != first.control
    assert after.lines[0].control == f"{after.control}1"


def test_all_of_it_again_claims_nothing_again(desk):
    answer(desk)
    coordinate(desk.here, AFTER)
    letting_go(desk)
    assert coordinate(desk.here, LATER) == {}
    desk.charge("charges-2.csv", {"modified": "2026-01-04"})
    assert desk.submit()["sent"] == 0
    assert desk.states() == ["answered", "filed"]


@pytest.mark.parametrize(
    ("clp", "lines", "what"),
    [
        ("19*120*90*20*12*EV1", LEFT, "forwarded"),
        ("1*120*90*20*12*EV1", f"NM1*TT*2*SUMMIT CHOICE*****PI*SUMM1~{LEFT}", "forwarded"),
        ("1*120*110*0*12*EV1", "SVC*HC:97110:GP*120*110**2~CAS*CO*45*10", "nothing_left"),
        ("4*120*0*0*12*EV1", "SVC*HC:97110:GP*120*0**2~CAS*CO*197*120", "denied"),
    ],
)
def test_nothing_goes_on_where_there_is_nothing_to_claim(desk, clp, lines, what):
    answer(desk, clp, lines)
    before = desk.tasks()
    assert coordinate(desk.here, AFTER) == {what: 1}
    assert second(desk) is None
    assert desk.tasks() == before


@pytest.mark.parametrize(
    ("lines", "what"),
    [
        ("SVC*HC:97110:GP*120*90**2~CAS*CO*45*10~CAS*PR*2*19", "unbalanced"),
        ("SVC*HC:97140:GP*120*90**2~CAS*CO*45*10~CAS*PR*2*20", "other_lines"),
    ],
)
def test_what_does_not_add_up_or_is_another_service_is_a_person_s(desk, lines, what):
    answer(desk, lines=lines)
    assert coordinate(desk.here, AFTER) == {what: 1}
    assert second(desk) is None
    assert desk.tasks() == [("mend_claim", "second_by_hand")]


def test_medicare_is_not_asked_second_without_the_reason_that_it_wants(make):
    desk = make(second="Medicare")
    answer(desk)
    coordinate(desk.here, AFTER)
    assert desk.submit()["sent"] == 0
    assert second(desk).status == "held"
    with pytest.raises(Exception, match="Medicare pays second only for a stated reason"):
        release(desk.here, second(desk).control, AFTER)


def test_a_patient_with_one_policy_has_one_claim(make):
    desk = make(second=None)
    answer(desk)
    assert coordinate(desk.here, AFTER) == {}


def test_a_second_policy_that_comes_later_is_asked_then(make):
    desk = make(second=None)
    answer(desk)
    coordinate(desk.here, AFTER)
    desk.card("ana", source_id="second", rank=2, payer="Summit Choice", member_id="S987654")
    assert coordinate(desk.here, LATER) == {"claimed": 1}


def test_a_second_card_that_is_gone_is_never_replaced_by_the_first(desk):
    answer(desk)
    coordinate(desk.here, AFTER)
    with desk.here.ledger.write() as con:
        con.execute(policies.delete().where(policies.c.source_id == "second"))
    assert desk.submit()["sent"] == 0
    assert second(desk).status == "held"


def test_a_correction_of_the_first_payer_mends_the_claim_that_waits(desk):
    answer(desk)
    coordinate(desk.here, AFTER)
    answer(desk, *corrected(desk))
    assert coordinate(desk.here, LATER) == {"claimed": 1}
    letting_go(desk)
    assert [one.prior.paid for one in desk.left() if one.prior] == [85]


def test_after_the_claim_has_left_a_correction_is_a_person_s(desk):
    answer(desk)
    coordinate(desk.here, AFTER)
    letting_go(desk)
    before = len(desk.tasks())
    answer(desk, *corrected(desk))
    assert coordinate(desk.here, LATER) == {"left_before": 1}
    assert desk.tasks()[before:] == [("mend_claim", "second_by_hand")]


def test_a_claim_turned_back_by_the_second_payer_is_filed_anew_with_what_the_first_said(desk):
    answer(desk)
    coordinate(desk.here, AFTER)
    letting_go(desk)
    turned = second(desk)
    desk.answer("b.277", status_of(desk, "A7:562:85", file=desk.files()[-1], of=turned.control))
    release(desk.here, turned.control, LATER)
    letting_go(desk)
    told = [one for one in desk.left() if one.prior]
    assert len({one.control for one in told}) == 2
    assert {one.prior.paid for one in told} == {90}


def test_a_rate_of_denials_counts_what_was_done_once(desk):
    answer(desk)
    coordinate(desk.here, AFTER)
    letting_go(desk)
    paid = "2*120*20*0*12*SU1~SVC*HC:97110:GP*120*20~CAS*OA*23*100"
    desk.answer("b.835", remitted("20", f"CLP*{second(desk).control}*{paid}"))
    assert desk.states() == ["answered", "answered"]
    ledger = desk.here.ledger
    with ledger.read() as con:
        assert len(con.execute(select(claim_payments)).all()) == 2
        assert len(claim_rows(ledger, con, None)) == len(payment_rows(ledger, con, None)) == 1


def test_a_clinic_that_files_to_second_payers_elsewhere_says_so(make, tmp_path):
    desk = make(claims=claims_part(tmp_path / "claims") | {"second_payer": False})
    answer(desk)
    assert coordinate(desk.here, AFTER) == {}
    assert second(desk) is None


def corrected(desk):
    """The first payer takes its word back and pays five dollars less."""
    back = "SVC*HC:97110:GP*-120*-90**2~CAS*CO*45*-10~CAS*PR*2*-20"
    control = desk.claims()[0].control
    again = f"CLP*{control}*1*120*85*20*12*EV1~SVC*HC:97110:GP*120*85**2~CAS*CO*45*15~CAS*PR*2*20"
    return "22*-120*-90*-20*12*EV1", f"{back}~{again}", "c.835"
