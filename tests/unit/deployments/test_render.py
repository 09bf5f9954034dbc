"""Rendering is strict where Prefect is not, and the difference is what it says."""

from pathlib import Path
from uuid import uuid4

import pytest
import yaml

from data_contracts.clinic_file import load_clinic
from data_contracts.errors import GateClosed, UserError
from deployments import deploy
from deployments import render as module
from deployments.diff import Deployed, Difference, compare
from deployments.render import Entry, prefect_document, render

CLINICS = Path(__file__).parents[3] / "deployments" / "clinics"
NORTHSIDE = render(load_clinic(CLINICS / "northside.yaml"))
RIVERBEND = render(load_clinic(CLINICS / "riverbend.yaml"))


def deployed(entry: Entry, version: str | None = None) -> Deployed:
    return Deployed(uuid4(), entry.entrypoint, entry.name, version or entry.version)


def with_definition(old: str, new: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test-only prefect.yaml with one thing changed."""
    text = module.PREFECT_FILE.read_text().replace(old, new)
    monkeypatch.setattr(module, "_document", lambda: yaml.safe_load(text))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("concurrency_limit:", "concurency_limit:", "concurency_limit"),
        ("{{ clinic.timezone }}", "{{ clinic.timezon }}", "clinic.timezon"),
        ("CANCEL_NEW", "CANCEL", "CANCEL_NEW"),
        ("{{ clinic.sync_cron }}", "nightly", "cron"),
    ],
)
def test_a_slip_in_prefect_yaml_is_refused(
    old: str, new: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_definition(old, new, monkeypatch)
    with pytest.raises(UserError, match=says):
        render(load_clinic(CLINICS / "northside.yaml"))


def test_a_rendered_document_holds_no_placeholder_and_keeps_types() -> None:
    document = yaml.safe_load(prefect_document(NORTHSIDE))
    assert "{{" not in str(document)
    assert document["deployments"][0]["schedules"][0]["active"] is True
    assert document["deployments"][0]["concurrency_limit"]["limit"] == 1
    assert document["pull"]


def test_only_what_differs_is_touched() -> None:
    there = [deployed(NORTHSIDE[0]), deployed(NORTHSIDE[1], "old"), deployed(RIVERBEND[0])]
    found = compare(NORTHSIDE, there, set())
    assert found.unchanged == [NORTHSIDE[0]]
    assert found.changed == [NORTHSIDE[1]]
    assert found.created == NORTHSIDE[2:]
    assert found.pruned == [there[2]]


def test_clinics_that_were_not_named_are_left_alone() -> None:
    there = [deployed(RIVERBEND[0], "old"), Deployed(uuid4(), "flows.gone.gone", "riverbend", "x")]
    found = compare([*NORTHSIDE, *RIVERBEND], there, {"northside"})
    assert {entry.name for entry in found.created} == {"northside"}
    assert found.changed == found.pruned == []


def test_a_flow_that_no_file_names_is_pruned() -> None:
    gone = Deployed(uuid4(), "flows.gone.gone", "northside", "x")
    assert compare(NORTHSIDE, [gone], {"northside"}).pruned == [gone]


def test_the_wrong_folder_does_not_empty_the_server() -> None:
    names = ("a", "b", "c")
    found = Difference([], [], [], [Deployed(uuid4(), "flows.x.x", n, "x") for n in names])
    with pytest.raises(GateClosed, match="would prune 3 clinics"):
        deploy._refuse_to_empty(found, {"northside"}, may_prune_most=False)
    deploy._refuse_to_empty(found, {"northside"}, may_prune_most=True)
