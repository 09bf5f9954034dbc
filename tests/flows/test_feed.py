"""What is told to Prefect's feed is what a trigger of prefect.yaml waits for, and ids alone."""

import asyncio
import time
from typing import Any

import pytest
from prefect.client.orchestration import get_client
from prefect.server.events.schemas.automations import EventTrigger
from prefect.server.events.schemas.events import ReceivedEvent
from prefect.server.utilities.user_templates import render_user_template

from data_contracts.visit import BookChange
from deployments.render import Trigger
from tasks.feed import clinic_resource, tell

pytestmark = [pytest.mark.prefect, pytest.mark.slow]

IDS = ["4a0dbf4c6d0a4bb99d2b6f5f2f0f0d11", "7c1e0b5a2f3d4e5f8a9b0c1d2e3f4a5b"]


def heard(name: str) -> list[dict[str, Any]]:
    """Events of a name, as the server keeps them, once there are any."""
    wanted = {"filter": {"event": {"name": [name]}}}
    end = time.monotonic() + 60
    with get_client(sync_client=True) as client:
        while time.monotonic() < end:
            found = client.request("POST", "/events/filter", json=wanted).json()["events"]
            if found:
                return list(found)
            time.sleep(0.2)
    raise AssertionError(f"{name} was not heard of")


def trigger(slug: str) -> EventTrigger:
    """As an entry of prefect.yaml states it: through our strict form, then Prefect's own."""
    stated = Trigger.model_validate(
        {
            "name": f"{slug}-cancelled",
            "type": "event",
            "enabled": True,
            "expect": [f"ptclinic.visits.{BookChange.CANCELLED.value}"],
            "match": {"prefect.resource.id": clinic_resource(slug)},
            "parameters": {"clinic": slug, "count": "{{ event.payload.count }}"},
        }
    )
    return EventTrigger.model_validate(
        stated.model_dump(include={"type", "expect", "match"}) | {"posture": "Reactive"}
    )


def test_what_changed_in_the_book_starts_the_flow_of_that_clinic_alone(prefect_events: None):
    tell("northside", "visits.cancelled", IDS)
    (event,) = heard("ptclinic.visits.cancelled")
    received = ReceivedEvent.model_validate(event)
    assert trigger("northside").covers(received)
    assert not trigger("riverbend").covers(received)
    rendered = asyncio.run(render_user_template("{{ event.payload.count }}", {"event": received}))
    assert rendered == "2"
    assert event["payload"] == {"count": 2, "ids": IDS}


def test_another_kind_of_change_starts_nothing(prefect_events: None):
    tell("northside", "visits.booked", IDS[:1])
    (event,) = heard("ptclinic.visits.booked")
    assert not trigger("northside").covers(ReceivedEvent.model_validate(event))


def test_of_a_thousand_ids_five_hundred_and_their_number_are_told(prefect_events: None):
    tell("northside", "visits.deleted", [f"{number:032x}" for number in range(1000)])
    (event,) = heard("ptclinic.visits.deleted")
    assert event["payload"]["count"] == 1000
    assert len(event["payload"]["ids"]) == 500
