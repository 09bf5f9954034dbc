"""Claims on a real Prefect server: both flows, each twice, and nothing done twice."""

from pathlib import Path

import pytest
import yaml

from data_contracts.claim_life import ClaimState
from data_contracts.settings import Settings
from ledger import claims
from ledger.keys import create_master_key
from ledger.store import open_ledger
from tasks.room import Room, room
from tests.cast import NOW, clinic, clinic_file
from tests.contract.x12.envelopes import enveloped
from tests.unit.tasks.claiming import Desk, filing_clinic

pytestmark = [pytest.mark.prefect, pytest.mark.slow, pytest.mark.xdist_group("insured")]


def test_a_claim_leaves_once_and_its_payment_counts_once(
    tmp_path: Path,
    ledger_url: str | None,
    prefect_server: None,
    secrets_of_northside: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from flows.read_remittances import read_remittances
    from flows.submit_claims import submit_claims

    folder = tmp_path / "claims"
    create_master_key(tmp_path / "var/northside/master.key")
    ledger = open_ledger(tmp_path / "var", "northside", url=ledger_url)
    desk = Desk(lambda **file: Room(clinic(**file), Settings(), ledger), folder)
    desk.insure()
    desk.charge()
    (tmp_path / "clinics").mkdir()
    content = yaml.safe_dump(clinic_file(**filing_clinic(folder)))
    (tmp_path / "clinics/northside.yaml").write_text(content)
    monkeypatch.setenv("PTCLINIC_CLINICS", str(tmp_path / "clinics"))
    first, again = (submit_claims("northside", NOW) for _ in range(2))
    assert first["filed"] == {"claims": 1, "held": 0}
    assert (first["sent"]["sent"], again["sent"]["sent"]) == (1, 0)
    assert first["examined"] == {"ready": 1, "held": 0, "fields_there": 14, "fields_needed": 14}
    (claim,) = desk.left()
    body = f"BPR*I*0*C*NON~CLP*{claim.control}*4*120*0~SVC*HC:97110:GP*120*0~CAS*CO*197*120"
    (folder / "pickup/a.835").write_bytes(enveloped("835", body.replace("~", "\n")))
    assert read_remittances("northside", NOW) == {"read": 1}
    assert read_remittances("northside", NOW) == {}
    with room("northside") as here, here.ledger.read() as con:
        assert claims.counts(con) == {ClaimState.ANSWERED.value: 1}
    assert desk.tasks() == [("denied_claim", "claim_denied")]
    ledger.close()
