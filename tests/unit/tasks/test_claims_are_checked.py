"""Denials fall when coverage and authorisation were checked: the same patients, asked or not.

The pretend clearinghouse judges by what is true of each plan, whatever we knew. Twelve claims go to
each payer: four plans are in force, four ended, four want an authorisation. Of one payer nobody
asked; of the other what the payer said held claims back until a person had mended them.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from data_contracts.authorization import Authorization
from data_contracts.coverage import AuthorizationNeed, CoverageStatus
from data_contracts.metric import MetricParameters
from ledger import policies
from sandbox.server import Running, serve
from sandbox.settings import Settings
from tasks.claim_answers import take_answers
from tasks.claim_examining import release
from tasks.loading import load_warehouse, warehouse
from tasks.room import Room
from tests.cast import NOW
from tests.sandbox.inquiry import CLIENT
from tests.unit.tasks.claiming import DAY, INSURANCE, Desk, claims_part
from warehouse.metric_sql import Period, load_metrics, run_metric

LATER = NOW + timedelta(days=40)
PLANS = {
    "good": {},
    "ended": {"ends": "2025-12-31"},
    "leave": {"needs_authorization": True},
}
PAYERS = {"blind": "91001", "asked": "91002"}
WHO = {f"{arm}{kind}{n}": (arm, kind) for arm in PAYERS for kind in PLANS for n in range(4)}
NAMED = {
    "blind": {"payer_id": "91001", "name": "Meridian Mutual"},
    "asked": {"payer_id": "91002", "name": "Summit Choice"},
}


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[tuple[Running, dict[str, int]]]:
    """A clearinghouse that knows everybody, and its numbers of them."""
    folder = str(tmp_path / "hub")
    settings = Settings(patients=1, history_days=1, rate_limit=0, claims_folder=folder)
    with serve(settings) as running:
        ids = {
            name: made(running, f"{name.upper()}", PAYERS[arm], PLANS[kind])
            for name, (arm, kind) in WHO.items()
        }
        yield running, ids


def made(running: Running, member_id: str, payer_id: str, known: dict[str, object]) -> int:
    """Somebody whom the payer knows by that number; the sandbox's id of them."""
    insurance = {"member_id": member_id, "payer_id": payer_id} | known
    who = {"first_name": "Ana", "last_name": "Example", "insurance": insurance}
    answer = CLIENT.post(f"{running.control}/patients", json=who).raise_for_status()
    return int(answer.json()["id"])


def test_denials_fall_by_what_was_checked_before_the_claim_left(
    hub: tuple[Running, dict[str, int]], enter: Callable[..., Room], tmp_path: Path
) -> None:
    running, ids = hub
    part = claims_part(tmp_path / "ours")
    part |= {"drop": {"kind": "local", "path": str(tmp_path / "hub/in")}}
    part |= {"pickup": {"kind": "local", "path": str(tmp_path / "hub/out")}}
    part["receiver"] = {"name": "Hub", "identifier": "SANDBOXHUB"}
    desk = Desk(enter, tmp_path / "ours", claims=part, insurance=INSURANCE | {"payers": NAMED})
    desk.book(*WHO)
    for name, (arm, kind) in WHO.items():
        desk.card(name, member_id=name.upper(), payer=NAMED[arm]["name"])
        if arm == "asked":
            desk.verify(name, *said(kind))
    desk.charge("charges-1.csv", *(row(name, arm) for name, (arm, _) in WHO.items()))
    desk.examine()
    for claim in desk.claims():
        if claim.payer == "blind":
            release(desk.here, claim.control, NOW)
    assert desk.examine()["ready"] == 16, "twelve that nobody asked about, and four that are well"
    desk.file()
    assert desk.send()["sent"] == 1
    mend(desk, running, ids)
    assert desk.submit()["sent"] == 1
    assert set(desk.states()) == {"filed"}
    answered(desk, running)
    assert set(desk.states()) == {"answered"}
    found = rates(desk)
    assert found["blind"] == (8, 12)
    assert found["asked"] == (0, 12)


def said(kind: str) -> tuple[CoverageStatus, AuthorizationNeed]:
    """What the payer answers about such a plan."""
    status = CoverageStatus.INACTIVE if kind == "ended" else CoverageStatus.ACTIVE
    wants = kind == "leave"
    return status, AuthorizationNeed.REQUIRED if wants else AuthorizationNeed.NOT_REQUIRED


def row(name: str, arm: str, **changes: str) -> dict[str, str]:
    """One charge of a patient."""
    return {"charge_id": name, "patient_id": name, "payer": NAMED[arm]["name"]} | changes


def mend(desk: Desk, running: Running, ids: dict[str, int]) -> None:
    """What staff do with the claims that are held: a new card, an authorisation."""
    rows = []
    for name, (arm, kind) in WHO.items():
        if arm != "asked" or kind == "good":
            continue
        if kind == "ended":
            made(running, f"NEW{name.upper()}", PAYERS[arm], {})
            later = NOW + timedelta(days=1)
            desk.card(
                name, member_id=f"NEW{name.upper()}", payer=NAMED[arm]["name"], updated_at=later
            )
            desk.verify(name, asked_at=later)
            continue
        with running.world.lock:
            leave = running.world.claims.insurer.authorize(ids[name], 8, DAY, 90)
        keep_leave(desk, name, leave.number)
        rows.append(row(name, arm, auth=leave.number, modified="2026-01-05"))
    desk.charge("charges-2.csv", *rows)


def keep_leave(desk: Desk, name: str, number: str) -> None:
    """The authorisation as the practice system has it."""
    leave = Authorization(
        source_id=f"leave-{name}",
        patient_source_id=name,
        number=number,
        starts_on=DAY,
        ends_on=DAY + timedelta(days=89),
        visits_authorized=8,
        updated_at=NOW,
    )
    with desk.here.ledger.write() as con:
        policies.keep_authorizations(desk.here.ledger, con, [leave])


def answered(desk: Desk, running: Running) -> None:
    """The hub takes what lies there; forty days later everything is judged and read."""
    CLIENT.post(f"{running.control}/claims/sweep").raise_for_status()
    CLIENT.post(f"{running.control}/clock", json={"now": LATER.isoformat()}).raise_for_status()
    CLIENT.post(f"{running.control}/claims/sweep").raise_for_status()
    assert set(take_answers(desk.here, LATER)) == {"read"}


def rates(desk: Desk) -> dict[str | None, tuple[float | None, int | None]]:
    """The first-pass denial rate by payer, as the report shows it."""
    load_warehouse(desk.here, LATER)
    parameters = MetricParameters(timezone="America/Denver", visit_value_cents=11_500)
    metric = load_metrics()["claim_denial_rate"]
    with warehouse(desk.here) as con:
        cells = run_metric(con, metric, parameters, LATER, Period.OVERALL, "payer")
    return {one.group: (one.numerator, one.denominator) for one in cells}
