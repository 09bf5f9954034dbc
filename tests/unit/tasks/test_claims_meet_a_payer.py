"""Claims go out through a hub's folder and come back judged: what was known beforehand is held."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from data_contracts.coverage import AuthorizationNeed
from ledger.schema_claims import claim_denials, claim_payments
from sandbox.server import serve
from sandbox.settings import Settings
from tasks.claim_answers import take_answers
from tasks.room import Room
from tests.cast import NOW
from tests.unit.tasks.claiming import BORN, INSURANCE, Desk

Enter = Callable[..., Room]
NEEDED, NOT_NEEDED = AuthorizationNeed.REQUIRED, AuthorizationNeed.NOT_REQUIRED
PATIENTS: dict[str, tuple[dict[str, Any], AuthorizationNeed]] = {
    # patient   what is true at the payer             what the clinic was told
    "ana": ({}, NOT_NEEDED),
    "bo": ({"ends": "2025-12-31"}, NOT_NEEDED),
    "cy": ({"needs_authorization": True}, NOT_NEEDED),
    "di": ({"needs_authorization": True}, NEEDED),
}


class Town:
    """A clinic's desk, and the hub on whose folder it works."""

    def __init__(self, enter: Enter, folder: Path, control: httpx.Client) -> None:
        insurance = deepcopy(INSURANCE)
        insurance["payers"]["evergreen"]["payer_id"] = "91001"
        self.desk = Desk(enter, folder, insurance=insurance)
        self.control = control
        for number, (patient, (terms, need)) in enumerate(PATIENTS.items()):
            member = f"W12345678{number}"
            born = BORN.date().isoformat()
            named = {"first_name": "Ana", "last_name": "Example", "birth": born}
            made = named | {"insurance": {"member_id": member, "copay": 20} | terms}
            control.post("/patients", json=made).raise_for_status()
            self.desk.insure(patient, need=need, member_id=member)
            row = {"charge_id": f"c{number}", "patient_id": patient}
            self.desk.charge(f"charges-{number}.csv", row)

    def wait(self, until: str) -> None:
        """The hub's clock moves on, and what lies in its folder is taken and answered."""
        self.control.post("/claims/sweep").raise_for_status()
        self.control.post("/clock", json={"now": until}).raise_for_status()
        take_answers(self.desk.here, NOW)

    def rows(self, table: Any) -> list[Any]:
        """All of a table."""
        with self.desk.here.ledger.read() as con:
            return list(con.execute(select(table)))


@pytest.fixture
def town(enter: Enter, tmp_path: Path) -> Iterator[Town]:
    folder, hub = tmp_path / "claims", tmp_path / "hub"
    hub.mkdir()
    for ours, theirs in (("drop", "in"), ("pickup", "out")):
        (folder / ours).mkdir(parents=True)
        (hub / theirs).symlink_to(folder / ours)
    calm = Settings(patients=1, history_days=1, rate_limit=0, claims_folder=str(hub))
    with (
        serve(calm) as running,
        httpx.Client(base_url=running.control, trust_env=False) as control,
    ):
        yield Town(enter, folder, control)


def test_what_was_not_known_is_denied_and_what_was_known_never_left(town: Town) -> None:
    town.desk.submit()
    assert sorted(town.desk.states()) == ["filed", "filed", "filed", "held"]
    town.wait("2026-01-05T20:00:00Z")
    assert sorted(town.desk.states()) == ["accepted", "accepted", "accepted", "held"]
    town.wait("2026-02-10T00:00:00Z")
    denied = [
        (one.group_code, one.reason, one.denial_class, one.preventable, one.step)
        for one in town.rows(claim_denials)
    ]
    assert sorted(denied) == [
        ("CO", "197", "authorization", "yes", "authorisation"),
        ("PR", "27", "coverage", "yes", "eligibility"),
    ]
    paid = sorted(one.paid_cents for one in town.rows(claim_payments))
    assert paid == [0, 0, round(12000 * 0.62) - 2000]
    assert [one for one in town.desk.tasks() if one[1] == "claim_file_refused"] == []
