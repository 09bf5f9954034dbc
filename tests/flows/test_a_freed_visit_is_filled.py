"""A patient cancels by text, the event starts the flow that refills, the first to accept has it."""

import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import yaml
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterDeploymentId
from prefect.events import DeploymentEventTrigger
from prefect.flow_engine import run_flow
from prefect.states import Pending

from data_contracts.clinic_file import load_clinic
from deployments.receiving import receivers
from deployments.render import render
from ledger.keys import create_master_key
from ledger.schema_dialogue import offers
from tasks.room import room
from tests.book import visit_tomorrow
from tests.cast import NOW, clinic_file
from tests.conftest import Sandbox
from tests.house import House
from tests.portal.linking import Clock
from tests.portal.listening import listening, receiving
from tests.unit.tasks.ward import DAY, MINUTE, MORNING, Person, Ward, several

pytestmark = [pytest.mark.prefect, pytest.mark.slow]
SLUG, SENDER, FLOW = "northside", "+13035550141", "flows.fill_open_slots.fill_open_slots"
_NEXT = count(101)


class Site:
    """Northside from its file, its receiver, and whoever waits for a time that comes free."""

    def __init__(self, ward: Ward, url: str, clock: Clock, clinics: Path) -> None:
        self.ward, self.url, self.clock, self.clinics = ward, url, clock, clinics

    def text(self, one: Person, body: str) -> None:
        """Somebody writes; the carrier signs it and posts it to the receiver."""
        webhook = f"{self.url}/twilio/{SLUG}/sms"
        said = {"sender": one.number, "to": SENDER, "body": body, "webhook": webhook}
        assert self.ward.sandbox.ask("inbound", **said)["answer"]["status"] == 200


@pytest.fixture
def site(
    tmp_path: Path,
    sandbox: Sandbox,
    secrets_of_northside: None,
    prefect_events: None,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Site]:
    at, clock = listening(), Clock(MORNING)
    content = clinic_file(sms={"base_url": sandbox.twilio})
    content["channels"]["public_url"] = at[1]
    content["practice"]["base_url"] = sandbox.cliniko
    content["ladder"] = [{"name": "one_day", "channel": "sms", "before": "P1D"}]
    content["waiting_list"] = {"wait_before_first_offer": "PT0M", "group_size": 2}
    path = tmp_path / "clinics" / f"{SLUG}.yaml"
    path.parent.mkdir()
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    monkeypatch.setenv("PTCLINIC_CLINICS", str(path.parent))
    create_master_key(tmp_path / "var" / SLUG / "master.key")
    with (
        room(SLUG) as here,
        receivers([SLUG]) as clinics,
        receiving(None, at, clock, record=clinics[SLUG].record),
    ):
        ward = Ward(House(here, sandbox), lambda: f"+1928555{next(_NEXT):04d}")
        yield Site(ward, at[1], clock, path)
        ward.leave()


@pytest.fixture
def triggered(site: Site) -> Iterator[Any]:
    """Deploys the flow with its trigger as prefect.yaml states it; waits for a run that it made."""
    from flows.fill_open_slots import fill_open_slots

    (entry,) = [one for one in render(load_clinic(site.clinics)) if one.entrypoint == FLOW]
    (stated,) = entry.triggers
    with get_client(sync_client=True) as client:
        flow_id = client.create_flow(fill_open_slots)
        own = client.create_deployment(flow_id, entry.name, parameters=entry.parameters)
        trigger = DeploymentEventTrigger.model_validate(stated.model_dump(exclude={"type"}))
        trigger.set_deployment_id(own)
        automation = client.create_automation(trigger.as_automation())
        yield lambda: _first_run(client, own)
        client.delete_automation(automation)
        client.delete_deployment(own)


def _first_run(client: SyncPrefectClient, deployment: Any) -> Any:
    mine = FlowRunFilter(deployment_id=FlowRunFilterDeploymentId(any_=[deployment]))
    until = time.monotonic() + 120
    while time.monotonic() < until:
        if found := client.read_flow_runs(flow_run_filter=mine):
            client.set_flow_run_state(found[0].id, Pending())
            return client.read_flow_run(found[0].id)
        time.sleep(0.1)
    raise AssertionError("the event started no run")


def test_a_cancellation_by_text_is_offered_booked_for_the_first_and_told_the_others(
    site: Site, triggered: Any
) -> None:
    from flows.fill_open_slots import fill_open_slots
    from flows.patient_replies import patient_replies

    ward = site.ward
    first, second = several(ward, 2)
    number = ward.number()
    made = ward.sandbox.ask("patients", first_name="Ana", phone=number, reminder_type="SMS & Email")
    own = visit_tomorrow(ward.sandbox, str(made["id"]), MORNING + DAY)
    ana = Person(str(made["id"]), own, number)
    ward.made.append(own)
    ward.read(MORNING)
    for one in (first, second):
        ward.wait(one)
    ward.house.plan(MORNING)
    ward.house.dispatch(MORNING)

    site.text(ana, "Sorry, I can't make it tomorrow")
    assert patient_replies(SLUG, MORNING)["written"] == {"cancel_done": 1}
    run = triggered()
    assert run.parameters == {"clinic": SLUG}
    # The process of a worker starts it at the real time; the clinic's day is another.
    at = {"now": MORNING + MINUTE}
    offered = run_flow(fill_open_slots, flow_run=run, parameters=run.parameters | at)
    assert offered["slots"] == {"offered": 1}
    assert all("Reply 1 to take it" in ward.texts(one)[0] for one in (first, second))

    before = ward.booked(first), ward.booked(second)
    site.clock.at = MORNING + 2 * MINUTE
    site.text(first, "1")
    site.clock.pass_by(seconds=1)
    site.text(second, "1")
    done = patient_replies(SLUG, MORNING + 3 * MINUTE)
    assert (done["inbox"]["inbox_take"], done["inbox"]["inbox_taken"]) == (1, 1)
    assert done["written"] == {"book_done": 1}
    slot = ward.slot()
    assert ward.booked(first) == sorted([*before[0], slot.starts_at])
    assert ward.booked(second) == before[1]
    assert "done, your visit is" in ward.texts(first)[1]
    assert "somebody was quicker" in ward.texts(second)[1]
    assert sorted(one.status for one in ward.rows(offers)) == ["accepted", "lost"]
    assert (slot.status, slot.starts_at > NOW) == ("filled", True)
