"""A second payer pays because it is told what the first decided; asked alone it pays nothing.

The pretend clearinghouse judges: three patients whose two plans it knows, by the claims we file.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from ledger.schema_claims import claim_payments, claims
from sandbox.server import Running, serve
from sandbox.settings import Settings
from tasks.claim_answers import take_answers
from tasks.claim_examining import release
from tasks.coordinating import coordinate
from tests.cast import NOW
from tests.sandbox.inquiry import CLIENT
from tests.unit.tasks.claiming import INSURANCE, Desk, claims_part
from tests.unit.tasks.test_claims_are_checked import made

PAYERS = {
    "first": {"payer_id": "91001", "name": "Meridian Mutual"},
    "second": {"payer_id": "91002", "name": "Summit Choice"},
}
WHO = ("ana", "bo", "cy")
PAID, PAID_AGAIN = NOW + timedelta(days=40), NOW + timedelta(days=80)


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Running]:
    """A clearinghouse that knows both plans of everybody."""
    folder = str(tmp_path / "hub")
    settings = Settings(patients=1, history_days=1, rate_limit=0, claims_folder=folder)
    with serve(settings) as running:
        for who in WHO:
            made(running, f"{who.upper()}1", "91001", {"copay": 30})
            made(running, f"{who.upper()}2", "91002", {"copay": 5, "pays_second": True})
        yield running


def test_what_the_first_left_is_paid_by_the_second_and_by_no_second_that_is_asked_alone(
    hub, enter, tmp_path
):
    part = claims_part(tmp_path / "ours")
    part |= {"drop": {"kind": "local", "path": str(tmp_path / "hub/in")}}
    part |= {"pickup": {"kind": "local", "path": str(tmp_path / "hub/out")}}
    part["receiver"] = {"name": "Hub", "identifier": "SANDBOXHUB"}
    desk = Desk(enter, tmp_path / "ours", claims=part, insurance=INSURANCE | {"payers": PAYERS})
    for who in WHO:
        desk.insure(who, member_id=f"{who.upper()}1", payer="Meridian Mutual")
        two = {"source_id": f"two-{who}", "rank": 2, "payer": "Summit Choice"}
        desk.card(who, member_id=f"{who.upper()}2", **two)
    # Of the third the chart names the second payer, as if it came first.
    charged = {"ana": "Meridian Mutual", "bo": "Meridian Mutual", "cy": "Summit Choice"}
    desk.charge(
        "charges-1.csv",
        *({"charge_id": who, "patient_id": who, "payer": name} for who, name in charged.items()),
    )
    desk.submit()
    answered(desk, hub, PAID)
    assert payments(desk, "first") == [("1", "44.40", "30.00", None)] * 2
    assert payments(desk, "second") == [("4", "0.00", "0.00", "payer_order")]
    assert coordinate(desk.here, PAID) == {"claimed": 2, "order": 1}
    desk.examine()
    for row in desk.claims():
        if row.first_claim_id:
            release(desk.here, row.control, PAID)
    assert desk.submit()["sent"] == 1
    answered(desk, hub, PAID_AGAIN)
    # Alone it would have paid 69.40 of 74.40; of what was left it takes the whole.
    assert payments(desk, "second")[1:] == [("2", "30.00", "0.00", None)] * 2
    assert desk.states() == ["answered"] * 5


def answered(desk: Desk, running: Running, at) -> None:
    """The hub takes what lies there; by then everything is judged and read."""
    CLIENT.post(f"{running.control}/claims/sweep").raise_for_status()
    CLIENT.post(f"{running.control}/clock", json={"now": at.isoformat()}).raise_for_status()
    CLIENT.post(f"{running.control}/claims/sweep").raise_for_status()
    assert set(take_answers(desk.here, at)) == {"read"}


def payments(desk: Desk, payer: str) -> list[tuple[str, str, str, str | None]]:
    """What a payer decided, as it was read: status, paid, the patient's, class of denial."""
    query = (
        select(claim_payments)
        .join(claims, claims.c.claim_id == claim_payments.c.claim_id)
        .where(claim_payments.c.payer == payer, claim_payments.c.is_first)
        .order_by(claim_payments.c.decided_at, claims.c.control)
    )
    with desk.here.ledger.read() as con:
        return [
            (
                row.status,
                f"{row.paid_cents / 100:.2f}",
                f"{row.patient_cents / 100:.2f}",
                row.denial_class,
            )
            for row in con.execute(query)
        ]
