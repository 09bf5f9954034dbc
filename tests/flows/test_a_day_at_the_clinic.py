"""The four flows on a real Prefect server, a real ledger and the sandbox's vendors."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey

from ledger.keys import create_master_key
from ledger.schema import messages
from tasks.room import room
from tests.cast import NOW, clinic_file
from tests.conftest import Sandbox

pytestmark = [pytest.mark.prefect, pytest.mark.slow]
SLUG = "northside"


@pytest.fixture
def deployed(
    tmp_path: Path,
    sandbox: Sandbox,
    aws: str,
    secrets_of_northside: None,
    prefect_server: None,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """Northside's file pointed at the sandbox, as a flow run in another process would find it."""
    carriers = {"sms": {"base_url": sandbox.twilio}, "voice": {"base_url": sandbox.twilio}}
    content = clinic_file(**carriers, email={"base_url": aws})
    content["practice"]["base_url"] = sandbox.cliniko
    (tmp_path / "clinics").mkdir()
    (tmp_path / "clinics" / f"{SLUG}.yaml").write_text(yaml.safe_dump(content))
    monkeypatch.setenv("PTCLINIC_CLINICS", str(tmp_path / "clinics"))
    create_master_key(tmp_path / "var" / SLUG / "master.key")
    return tmp_path / "var" / SLUG


def test_a_day_runs_through_the_flows_and_nothing_goes_twice(
    deployed: Path, sandbox: Sandbox
) -> None:
    from flows.appointment_reminders import appointment_reminders
    from flows.refresh_benchmarks import refresh_benchmarks
    from flows.sync_practice import sync_practice
    from flows.train_no_show_model import train_no_show_model

    assert sync_practice(SLUG, NOW)["visits"] > 20
    assert train_no_show_model(SLUG, NOW)["model_id"]

    before = len(sandbox.texts())
    first = appointment_reminders(SLUG, NOW)
    sent = len(sandbox.texts()) - before
    again = appointment_reminders(SLUG, NOW)

    assert first["sent"]["accepted"] >= sent > 0
    assert "accepted" not in again["sent"]
    assert len(sandbox.texts()) - before == sent
    assert _tasks_of_last_run() <= 20

    refreshed = refresh_benchmarks(SLUG, NOW + timedelta(minutes=5))
    page = Path(refreshed["report"]).read_text(encoding="utf-8")
    assert "<svg" in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert _artifact(f"metrics-{SLUG}") is not None
    assert _artifact(f"contracts-{SLUG}") is not None


def test_a_clean_night_notes_the_head_and_a_breach_fails_the_run_and_stops_reminders(
    deployed: Path, sandbox: Sandbox
) -> None:
    from flows.appointment_reminders import appointment_reminders
    from flows.audit import audit
    from tasks.guard import SafeError

    assert appointment_reminders(SLUG, NOW)["sent"]["accepted"] > 0
    night = audit(SLUG, NOW + timedelta(hours=15))
    assert night["invariants"] == {"breaches": 0}, "what was really sent was allowed"
    assert night["audit"]["rows"] > 20
    notes = (deployed / "anchors.jsonl").read_text().splitlines()

    with room(SLUG) as here, here.ledger.write() as con:
        left = messages.c.status == "accepted"
        later = NOW + timedelta(hours=16)
        con.execute(messages.update().where(left).values(consent_id=None, sent_on=later))
    with pytest.raises(SafeError, match="InvariantBroken") as error:
        audit(SLUG, NOW + timedelta(days=1))
    assert "@" not in str(error.value)
    assert len((deployed / "anchors.jsonl").read_text().splitlines()) == len(notes) + 1
    sent = appointment_reminders(SLUG, NOW + timedelta(days=1))["sent"]
    assert "accepted" not in sent
    assert sent["paused"] > 0


def test_a_practice_system_that_is_down_fails_the_run_but_not_the_fresh_reminders(
    deployed: Path, sandbox: Sandbox
) -> None:
    from flows.appointment_reminders import appointment_reminders
    from flows.sync_practice import sync_practice
    from tasks.guard import SafeError

    sync_practice(SLUG, NOW)
    sandbox.strike(where="cliniko", match=".*", kind="status", status=503, times=None)
    before = len(sandbox.texts())
    with pytest.raises(SafeError, match="Unavailable"):
        appointment_reminders(SLUG, NOW + timedelta(minutes=10))
    assert len(sandbox.texts()) > before


def _tasks_of_last_run() -> int:
    with get_client(sync_client=True) as client:
        run = client.read_flow_runs(limit=1)[0]
        found: list[Any] = client.read_task_runs(limit=100)
        return sum(task.flow_run_id == run.id for task in found)


def _artifact(key: str) -> Any:
    with get_client(sync_client=True) as client:
        wanted = ArtifactFilter(key=ArtifactFilterKey(any_=[key]))
        return next(iter(client.read_artifacts(artifact_filter=wanted)), None)
