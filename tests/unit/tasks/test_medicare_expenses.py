"""What Medicare allowed for our own claims is the least that a year can have come to."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest

from ledger.claim_expenses import allowed_claims
from tasks.claim_facts import known_of
from tasks.room import Room
from tests.unit.tasks.claiming import INSURANCE, Desk, filing_clinic
from tests.unit.tasks.test_claims_come_back import DENIED, number, payment, remitted

PAID = "SVC*HC:97110:GP*120*90**2~CAS*CO*45*10~CAS*PR*3*20"
TODAY = date(2026, 1, 10)


@pytest.fixture
def desk(enter: Callable[..., Room], tmp_path: Path) -> Desk:
    """Northside, with one claim that left."""
    made = Desk(enter, tmp_path / "claims")
    made.insure()
    made.charge()
    made.submit()
    return made


def allowed(desk: Desk, payer: str = "evergreen") -> list[int]:
    ids = [row.patient_id for row in desk.claims()]
    with desk.here.ledger.read() as con:
        return [one.cents for one in allowed_claims(con, [payer], ids)]


def test_what_was_paid_and_what_the_patient_owes_was_allowed(desk: Desk) -> None:
    assert allowed(desk) == []
    desk.answer("a.835", payment(desk, "1*120*90*20", PAID))
    assert allowed(desk) == [11_000], "the ten dollars that the contract takes off were not"
    assert allowed(desk, "another") == []


def test_what_was_denied_was_not(desk: Desk) -> None:
    desk.answer("a.835", payment(desk, "4*120*0", DENIED))
    assert allowed(desk) == []


def test_what_was_taken_back_was_not(desk: Desk) -> None:
    desk.answer("a.835", payment(desk, "1*120*90*20", PAID))
    back = f"CLP*{number(desk)}*22*-120*-90*-20*12*EV1~"
    lines = "SVC*HC:97110:GP*-120*-90**-2~CAS*CO*45*-10~CAS*PR*3*-20"
    desk.answer("b.835", remitted("-90", back + lines, on="20260109"))
    assert allowed(desk) == []


def test_a_later_claim_of_the_year_is_held_against_it(
    desk: Desk, enter: Callable[..., Room]
) -> None:
    desk.answer("a.835", payment(desk, "1*120*90*20", PAID))
    of_medicare = {"evergreen": INSURANCE["payers"]["evergreen"] | {"is_medicare": True}}
    file = filing_clinic(desk.folder, insurance=INSURANCE | {"payers": of_medicare})
    here = enter(**file)
    (first,) = desk.claims()
    later = first._asdict() | {"claim_id": "another", "service_on": "2026-01-09"}
    this_year = SimpleNamespace(**later)
    with here.ledger.read() as con:
        known = known_of(here.ledger, con, here.clinic, [first])
    ours = known.facts(here.clinic, this_year, None, TODAY).allowed_by_us
    assert ours == Decimal("110.00")
    assert known.facts(here.clinic, first, None, TODAY).allowed_by_us == 0, "not beside itself"
    next_year = SimpleNamespace(**later | {"service_on": "2027-01-09"})
    assert known.facts(here.clinic, next_year, None, TODAY).allowed_by_us == 0
