"""Every deployment is written down, valid to Prefect, and fits its flow."""

import ast
import importlib.util
import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from prefect.client.schemas.schedules import CronSchedule
from prefect.server.events.schemas.automations import EventTrigger
from prefect.server.events.schemas.events import ReceivedEvent

from data_contracts.clinic_file import load_clinic, load_clinics
from data_contracts.errors import UserError
from data_contracts.visit import BookChange
from deployments.alarm import alarms
from deployments.build import clinic_config, placeholders, version
from deployments.render import Entry, Trigger, render
from tasks.feed import clinic_resource, event_of

ROOT = Path(__file__).parents[2]
CLINICS = load_clinics(ROOT / "deployments" / "clinics")
SNAPSHOTS = Path(__file__).parent / "snapshots"
ENTRIES = [entry for clinic in CLINICS.values() for entry in render(clinic)]


def rendered(slug: str) -> str:
    """The deployments as a snapshot keeps them: the version would change with every comment."""
    entries = [entry.model_dump(exclude={"version"}) for entry in render(CLINICS[slug])]
    return json.dumps(entries, indent=1, sort_keys=True) + "\n"


@pytest.mark.parametrize("slug", sorted(CLINICS))
def test_the_deployments_are_those_of_the_snapshot(slug: str) -> None:
    """After a change that is meant, run this file with PYTHONPATH=. to write them anew."""
    assert (SNAPSHOTS / f"{slug}.json").read_text() == rendered(slug)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: f"{e.name}-{e.entrypoint}")
def test_parameters_fit_the_flow(entry: Entry) -> None:
    module, _, name = entry.entrypoint.rpartition(".")
    spec = importlib.util.find_spec(module)
    assert spec
    assert spec.origin
    body = ast.parse(Path(spec.origin).read_text()).body
    (flow,) = [n for n in body if isinstance(n, ast.FunctionDef) and n.name == name]
    known = {argument.arg for argument in (*flow.args.args, *flow.args.kwonlyargs)}
    required = flow.args.args[: len(flow.args.args) - len(flow.args.defaults)]
    assert {argument.arg for argument in required} <= set(entry.parameters) <= known


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: f"{e.name}-{e.entrypoint}")
def test_every_trigger_is_named_hears_its_own_clinic_and_gives_the_flow_its_parameters(
    entry: Entry,
) -> None:
    for one in entry.triggers:
        assert one.name.startswith(f"{entry.name}-")
        assert one.match == {"prefect.resource.id": clinic_resource(entry.name)}
        kinds = {f"ptclinic.visits.{change.value}" for change in BookChange}
        assert set(one.expect) <= kinds, "events that we really tell"
        assert one.parameters == {"clinic": entry.name}


FOLLOWS = {
    # what starts, by what changed in the book
    "fill_open_slots": {BookChange.CANCELLED, BookChange.RESCHEDULED, BookChange.DELETED},
    "verify_eligibility": {BookChange.BOOKED, BookChange.RESCHEDULED, BookChange.UNCANCELLED},
}


@pytest.mark.parametrize("change", BookChange)
def test_what_changed_in_the_book_starts_what_follows_from_it_at_that_clinic_alone(
    change: BookChange,
) -> None:
    """The events as we tell them, against every trigger as it is deployed; no server is asked."""
    for slug in CLINICS:
        told = event_of(slug, f"visits.{change.value}", ["4a0dbf4c6d0a4bb99d2b6f5f2f0f0d11"])
        received = ReceivedEvent.model_validate(
            told | {"id": uuid4(), "occurred": datetime.now(UTC)}
        )
        started = {
            (entry.name, entry.entrypoint.rpartition(".")[2])
            for entry in ENTRIES
            for one in entry.triggers
            if _trigger(one).covers(received) and _trigger(one).expects(received.event)
        }
        assert started == {(slug, flow) for flow, those in FOLLOWS.items() if change in those}


def _trigger(one: Trigger) -> EventTrigger:
    stated = one.model_dump(include={"type", "expect", "match"})
    return EventTrigger.model_validate(stated | {"posture": "Reactive"})


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: f"{e.name}-{e.entrypoint}")
def test_prefect_accepts_every_schedule(entry: Entry) -> None:
    for schedule in entry.schedules:
        CronSchedule(cron=schedule.cron, timezone=schedule.timezone)
        assert schedule.timezone == CLINICS[entry.name].timezone


def test_clinics_do_not_all_start_in_the_same_minute() -> None:
    one = CLINICS["northside"]
    minutes = {
        placeholders(one.model_copy(update={"slug": f"clinic-{n}"}))["sync_cron"].split()[0]
        for n in range(60)
    }
    assert len(minutes) > 30


def test_the_version_changes_with_the_clinic_and_with_pausing() -> None:
    one = CLINICS["northside"]
    other = one.model_copy(update={"timezone": "America/Chicago"})
    assert len({version(one), version(other), version(one, is_active=False)}) == 3
    assert version(one) == version(load_clinic(ROOT / "deployments/clinics/northside.yaml"))


@pytest.mark.parametrize("slug", [None, "", "{{ $CLINIC }}"])
def test_an_unset_clinic_is_refused(slug: str | None) -> None:
    with pytest.raises(UserError, match="CLINIC is not set"):
        clinic_config(slug)


def event(name: str, tag: str = "clinic:northside") -> ReceivedEvent:
    return ReceivedEvent.model_validate(
        {
            "occurred": "2026-05-31T12:00:00Z",
            "event": name,
            "resource": {"prefect.resource.id": "prefect.flow-run.1f7e"},
            "related": [
                {"prefect.resource.id": f"prefect.tag.{tag}", "prefect.resource.role": "tag"}
            ],
            "id": "4a0dbf4c-6d0a-4bb9-9d2b-6f5f2f0f0d11",
        }
    )


@pytest.mark.parametrize(
    ("alarm", "name", "rings"),
    [
        ("ptclinic-failed", "prefect.flow-run.Failed", True),
        ("ptclinic-failed", "prefect.flow-run.Crashed", True),
        ("ptclinic-failed", "prefect.flow-run.TimedOut", True),
        ("ptclinic-failed", "prefect.flow-run.Completed", False),
        ("ptclinic-late", "prefect.flow-run.Late", True),
        ("ptclinic-late", "prefect.flow-run.Failed", False),
        ("ptclinic-stuck", "prefect.flow-run.Completed", True),
    ],
)
def test_alarms_cover_the_events_they_name(alarm: str, name: str, rings: bool) -> None:
    trigger = EventTrigger.model_validate(alarms()[alarm])
    assert (trigger.covers(event(name)) and trigger.expects(name)) is rings
    assert not trigger.covers(event(name, tag="something-else"))


@pytest.mark.parametrize(
    ("later", "is_stuck"),
    [
        ([], True),
        (["heartbeat", "heartbeat"], True),
        (["heartbeat", "Cancelling"], True),
        (["heartbeat", "Completed"], False),
        (["Failed"], False),
        (["TimedOut"], False),
        (["Crashed"], False),
        (["Cancelled"], False),
    ],
)
def test_a_run_is_stuck_that_has_not_ended_half_an_hour_after_its_start(
    later: list[str], is_stuck: bool
) -> None:
    """A run that hangs still beats: Prefect's engine sends heartbeats from a thread of its own."""
    trigger = EventTrigger.model_validate(alarms()["ptclinic-stuck"])
    assert trigger.starts_after("prefect.flow-run.Running")
    assert not trigger.starts_after("prefect.flow-run.heartbeat")
    assert trigger.within.total_seconds() == 1800
    names = [f"prefect.flow-run.{name}" for name in later]
    counted = sum(trigger.covers(event(name)) and trigger.expects(name) for name in names)
    assert trigger.meets_threshold(counted) is is_stuck


if __name__ == "__main__":
    for clinic_slug in CLINICS:
        (SNAPSHOTS / f"{clinic_slug}.json").write_text(rendered(clinic_slug))
