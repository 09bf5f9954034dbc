"""A Prefect server of its own, and a clinic in whose book planted patients stand."""

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from ledger.keys import create_master_key
from tests.cast import NOW, clinic_file
from tests.conftest import Sandbox
from tests.contract.x12.envelopes import enveloped
from tests.flows.conftest import prefect_server
from tests.leaks.planted import (
    ADDRESS,
    BORN,
    FIRST,
    LAST,
    MAIL,
    MEMBER,
    PHONES,
    TEMPLATE,
    WORDS,
)
from tests.unit.tasks.claiming import HEAD, charge_row, claims_part
from tests.unit.tasks.intake import AGREED, insurance

__all__ = ["prefect_server"]


class Site:
    """Northside on this machine: what lies in `kept` is scanned, what the clinic wrote is not."""

    def __init__(self, place: Path, sandbox: Sandbox, aws: str) -> None:
        self.kept, self.written, self.sandbox = place / "kept", place / "written", sandbox
        self._numbers = iter(PHONES)
        channels = {"sms": {"base_url": sandbox.twilio}, "voice": {"base_url": sandbox.twilio}}
        told = {
            "owner_email": "owner@example.com",
            "board": {"public_url": "https://b.example.com"},
        }
        self._file = clinic_file(**channels, email={"base_url": aws}, waiting_list={}, **told)
        self._file |= {"claims": claims_part(self.written / "claims")}
        self._file["practice"] |= {"base_url": sandbox.cliniko, "card": {}}
        self._file["insurance"] = insurance(sandbox.stedi, note="memo")
        self._file["agreements"] = [*AGREED, {"vendor": "clearing", "signed_on": "2025-01-01"}]
        self.write_file(f"{{{{ clinic_name }}}} {{{{ day }}}} {{{{ time }}}}. {TEMPLATE}")

    def write_file(self, template: str) -> None:
        """Write the clinic's file, with its own words for a reminder."""
        content = self._file | {"templates": {"reminder.sms.en": template}}
        path = self.written / "clinics/northside.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(content))

    def charge(self, name: str) -> None:
        """A report of charges, and a payment, with everything of a patient in them."""
        row = {"charge_id": name, "patient_id": FIRST, "last": LAST, "street": ADDRESS}
        row |= {"auth": MEMBER, "payer": WORDS}
        folder = self.written / "claims"
        (folder / "charges" / f"charges-{name}.csv").write_text(HEAD + charge_row(**row))
        body = f"BPR*I*0*C*NON~NM1*QC*1*{LAST}*{FIRST}****MI*{MEMBER}~CLP*{name}*4*80*0"
        paid = enveloped("835", body.replace("ä", "a").replace("~", "\n"))
        (folder / "pickup" / f"{name}.835").write_bytes(paid)

    def plant(self) -> tuple[str, str]:
        """One more patient with a visit tomorrow; their id and number."""
        number = f"+1{next(self._numbers)}"
        who = {"first_name": FIRST, "last_name": LAST, "email": MAIL, "birth": BORN}
        card = {"payer_id": "91001", "member_id": f"{MEMBER}-{number[-3:]}"}
        own: dict[str, Any] = self.sandbox.ask("patients", phone=number, insurance=card, **who)
        starts_at = (NOW + timedelta(hours=24)).isoformat()
        self.sandbox.ask("visits", act="make", patient_id=str(own["id"]), starts_at=starts_at)
        return str(own["id"]), number


@pytest.fixture
def site(
    tmp_path: Path,
    sandbox: Sandbox,
    aws: str,
    secrets_of_northside: None,
    prefect_server: None,
    monkeypatch: pytest.MonkeyPatch,
) -> Site:
    """A clinic before its first run; temporary files lie where the scan sees them."""
    found = Site(tmp_path, sandbox, aws)
    (found.kept / "temporary").mkdir(parents=True)
    monkeypatch.setattr(tempfile, "tempdir", str(found.kept / "temporary"))
    monkeypatch.setenv("PTCLINIC_HOME", str(found.kept / "var"))
    monkeypatch.setenv("PTCLINIC_CLINICS", str(found.written / "clinics"))
    create_master_key(found.kept / "var/northside/master.key")
    return found
