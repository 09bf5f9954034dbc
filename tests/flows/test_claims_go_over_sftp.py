"""A claim leaves over SFTP, and its 999, 277CA and 835 come back over SFTP: each flow, twice."""

from collections import Counter
from pathlib import Path

import pytest
import yaml
from sqlalchemy import select

from ledger.schema_claims import claim_answers
from tests.cast import clinic_file
from tests.office import DAY, MINUTE, office_on

pytestmark = [pytest.mark.prefect, pytest.mark.slow, pytest.mark.xdist_group("insured")]


def test_a_claim_leaves_and_its_payment_comes_back_over_sftp(
    tmp_path: Path,
    ledger_url: str | None,
    prefect_server: None,
    secrets_of_northside: None,
    sftp_password: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from flows.read_remittances import read_remittances
    from flows.submit_claims import submit_claims

    with office_on(tmp_path, ledger_url) as office:
        (tmp_path / "clinics").mkdir()
        content = yaml.safe_dump(clinic_file(**office.file))
        (tmp_path / "clinics/northside.yaml").write_text(content)
        monkeypatch.setenv("PTCLINIC_CLINICS", str(tmp_path / "clinics"))
        office.charge(2, "ana")
        sent = [submit_claims("northside", office.now)["sent"]["sent"] for _ in range(2)]
        assert (sent, len(office.site.renamed)) == ([1, 0], 1)
        read = []
        for wait in (MINUTE, 180 * MINUTE, 22 * DAY):
            office.sweep()
            office.pass_time(wait)
            read += [read_remittances("northside", office.now) for _ in range(2)]
        assert read == [{"read": 1}, {}] * 3
        with office.ledger.read() as con:
            kinds = Counter(con.execute(select(claim_answers.c.kind)).scalars())
        assert kinds == {"999": 1, "277CA": 1, "835": 1}
        assert office.desk.states() == ["answered", "answered"]
        assert not any((office.twice() | office.lost()).values())
        assert office.tasks() == {}
