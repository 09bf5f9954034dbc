"""The same simulated clinic, once without and once with insurance verified: what payers deny.

Everything in between is real: the practice system's book and cards, questions and answers in X12,
the report of charges, claims in a hub's folder, acknowledgements and payments. Only the people at
the desk are played: they do the one thing that an errand asks for, and let go what nobody checked.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from sqlalchemy import select

from connectors.files.local_folder import LocalFolder
from data_contracts.errors import UserError
from ledger.schema import patients, staff_tasks
from ledger.schema_claims import claim_denials, claim_payments, claims
from sandbox.clinic.payer import PAYERS
from sandbox.server import Running, serve
from sandbox.settings import Settings
from tasks.book import read_book
from tasks.charging import keep_reports
from tasks.choosing import choose
from tasks.claim_answers import take_answers
from tasks.claim_examining import examine, release
from tasks.claim_filing import send_files, write_file
from tasks.inquiring import ask
from tasks.policies import fetch_policies
from tasks.room import Room
from tests.cast import clinic_file
from tests.unit.tasks.claiming import claims_part

pytestmark = pytest.mark.slow
Enter = Callable[..., Room]
CLINIC = Settings(seed=8, patients=40, history_days=5, rate_limit=0)
MONDAY = datetime(2026, 1, 5, 15, tzinfo=UTC)
LOOKS = tuple(MONDAY + timedelta(days=day) for day in (0, 4, 8))
END, PAID = MONDAY + timedelta(days=12), "2026-03-15T00:00:00Z"
APPROVED = {"visits": 40, "begins": "2026-01-01", "days": 180}
VENDORS = ("cliniko", "twilio", "ses", "stedi", "clearing")


class Judged(NamedTuple):
    """Claims that payers judged, and of these how many were denied, preventably."""

    claims: int
    preventable: int
    reasons: list[str]


class Season:
    """Twelve days of a clinic, its claims, and what its payers said."""

    def __init__(self, enter: Enter, folder: Path, box: Running, control: httpx.Client) -> None:
        self.folder, self.control = folder, control
        self.here = enter(
            practice=clinic_file()["practice"] | {"base_url": box.cliniko, "card": {}},
            insurance=_insurance(box.address["stedi"]),
            claims=claims_part(folder),
            agreements=[{"vendor": one, "signed_on": "2025-01-01"} for one in VENDORS],
        )
        self._done: set[tuple[str, str]] = set()

    def live(self, *, verifying: bool) -> None:
        """The book and the cards are read; if so, who comes is verified, and staff act on it."""
        read_book(self.here, self._at(LOOKS[0]))
        for now in LOOKS:
            fetch_policies(self.here, self._at(now))
            if verifying:
                self._verify(now)
                if self._act():
                    fetch_policies(self.here, now + timedelta(minutes=1))
                    self._verify(now + timedelta(minutes=1))
        read_book(self.here, self._at(END))
        fetch_policies(self.here, END)

    def claim(self) -> Judged:
        """What was done is charged, filed, judged and read."""
        report = self.control.get("/reports/charges.csv", params={"since": f"{MONDAY:%Y-%m-%d}"})
        (self.folder / "charges" / "charges.csv").write_text(report.text)
        keep_reports(self.here, END)
        examine(self.here, END)
        self._let_go()
        examine(self.here, END)
        write_file(self.here, END)
        send_files(self.here, LocalFolder(self.folder / "drop"), END)
        self.control.post("/claims/sweep").raise_for_status()
        self.control.post("/clock", json={"now": PAID}).raise_for_status()
        take_answers(self.here, END)
        denials = self._rows(claim_denials)
        wrong = {one.payment_id for one in denials if one.preventable == "yes"}
        reasons = sorted(f"{one.group_code}-{one.reason}" for one in denials)
        return Judged(len(self._rows(claim_payments)), len(wrong), reasons)

    def _at(self, now: datetime) -> datetime:
        self.control.post("/clock", json={"now": now.isoformat()}).raise_for_status()
        return now

    def _verify(self, now: datetime) -> None:
        choose(self.here, now)
        ask(self.here, now)

    def _act(self) -> int:
        """Staff do the one thing that each new errand asks for; how many they did."""
        query = select(staff_tasks.c.kind, patients.c.source_id).join(
            patients, patients.c.patient_id == staff_tasks.c.patient_id
        )
        with self.here.ledger.read() as con:
            new = {(str(one.kind), str(one.source_id)) for one in con.execute(query)} - self._done
        for kind, own in new:
            if kind == "authorization_needed":
                self.control.post(f"/insurances/{own}/authorizations", json=APPROVED)
            else:
                self.control.post(f"/insurances/{own}/card")
        self._done |= new
        return len(new)

    def _let_go(self) -> None:
        """What is to be looked at leaves; what is blocked stays."""
        query = select(claims.c.control).where(claims.c.status == "held")
        with self.here.ledger.read() as con:
            held = [str(one.control) for one in con.execute(query)]
        for control in held:
            with suppress(UserError):
                release(self.here, control, END)

    def _rows(self, table: Any) -> list[Any]:
        with self.here.ledger.read() as con:
            return list(con.execute(select(table)))


def _insurance(stedi: str) -> dict[str, Any]:
    payers: dict[str, dict[str, Any]] = {
        one.name.split()[0].lower(): {"payer_id": one.id, "name": one.name.title()}
        for one in PAYERS.values()
    }
    payers["medicare"] |= {"is_medicare": True, "enrolled_on": "2025-01-01"}
    house = {"vendor": "stedi", "api_key": "STEDI_KEY", "base_url": f"{stedi}/2024-04-01"}
    asker = {"npi": "1234567893", "organization": "Northside PT"}
    part = {"clearinghouse": house, "asker": asker, "originator": "9NORTHSIDE"}
    return part | {"payers": payers}


@pytest.fixture
def season(enter: Enter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Season]:
    monkeypatch.setenv("STEDI_KEY", CLINIC.clearinghouse_key)
    hub, ours = tmp_path / "hub", tmp_path / "claims"
    hub.mkdir()
    for name, theirs in (("drop", "in"), ("pickup", "out")):
        (ours / name).mkdir(parents=True)
        (hub / theirs).symlink_to(ours / name)
    with (
        serve(replace(CLINIC, claims_folder=str(hub))) as box,
        httpx.Client(base_url=box.control, trust_env=False, timeout=60) as control,
    ):
        yield Season(enter, ours, box, control)


def test_unasked_payers_deny_what_a_check_would_have_told(season: Season) -> None:
    season.live(verifying=False)
    found = season.claim()
    assert found.preventable >= 0.15 * found.claims, found
    assert {"CO-197", "PR-27"} <= set(found.reasons)


def test_asked_payers_deny_next_to_nothing_that_could_be_known_before(season: Season) -> None:
    """Nothing but visits of people who were booked and seen between two looks."""
    season.live(verifying=True)
    found = season.claim()
    assert found.claims > 20
    assert found.preventable <= 0.06 * found.claims, found
    assert "CO-197" not in found.reasons
