"""The flow that verifies, on a real Prefect: card, payer and chart over sockets, nothing twice."""

from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from ledger.keys import create_master_key
from tests.cast import NOW, clinic_file
from tests.conftest import Sandbox
from tests.unit.tasks.intake import AGREED, insurance

pytestmark = [pytest.mark.prefect, pytest.mark.slow, pytest.mark.xdist_group("insured")]
SLUG = "northside"


@pytest.fixture
def patient(
    tmp_path: Path,
    sandbox: Sandbox,
    secrets_of_northside: None,
    ledger_url: str | None,
    prefect_server: None,
    monkeypatch: pytest.MonkeyPatch,
) -> str:
    """Somebody insured, with a visit in two days, at a clinic that asks payers."""
    content = clinic_file(agreements=AGREED, insurance=insurance(sandbox.stedi, note="memo"))
    content["practice"] |= {"base_url": sandbox.cliniko, "card": {}}
    (tmp_path / "clinics").mkdir()
    (tmp_path / "clinics" / f"{SLUG}.yaml").write_text(yaml.safe_dump(content))
    monkeypatch.setenv("PTCLINIC_CLINICS", str(tmp_path / "clinics"))
    create_master_key(tmp_path / "var" / SLUG / "master.key")
    sandbox.forget_inquiries()
    card = {"payer_id": "91001", "member_id": "ACTIVE"}
    made = sandbox.ask("patients", first_name="Ana", phone="+13075550177", insurance=card)
    starts_at = (NOW + timedelta(days=2)).isoformat()
    sandbox.ask("visits", act="make", patient_id=str(made["id"]), starts_at=starts_at)
    return str(made["id"])


def test_a_visit_is_verified_once_and_the_chart_says_so(patient: str, sandbox: Sandbox) -> None:
    from flows.sync_practice import sync_practice
    from flows.verify_eligibility import verify_eligibility

    sync_practice(SLUG, NOW)
    first = verify_eligibility(SLUG, NOW)
    assert first["policies"]["policies"] > 0
    assert first["asked"]["usable"] >= 2
    assert first["noted"]["noted"] >= 1
    asked, memos = sandbox.inquiries(), memos_of(sandbox, patient)
    assert len(memos) == 1

    again = verify_eligibility(SLUG, NOW + timedelta(minutes=15))
    assert "answered" not in again["asked"]
    assert (sandbox.inquiries(), memos_of(sandbox, patient)) == (asked, memos)


def memos_of(sandbox: Sandbox, patient: str) -> list[str]:
    """What the chart was told of a patient's insurance."""
    found = sandbox.told_by_cliniko("communications")
    mine = [one for one in found if one["patient"]["links"]["self"].endswith(f"/{patient}")]
    return [one["content"] for one in mine if "Insurance checked" in (one["content"] or "")]
