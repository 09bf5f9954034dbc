"""A clinic that files claims: its folders, its charges, and what a clearinghouse would answer."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from connectors.files.local_folder import LocalFolder
from connectors.x12.claim_837 import read_claims
from data_contracts.claim import FiledClaim
from data_contracts.coverage import AuthorizationNeed, CoverageStatus, CoverageSummary
from data_contracts.policy import Policy
from ledger import policies
from ledger.coverages import Owed, Placed, keep_coverage
from ledger.schema import staff_tasks, visits
from ledger.schema_claims import claim_files, claims
from tasks.book import keep_snapshot
from tasks.charging import keep_reports
from tasks.claim_answers import take_answers
from tasks.claim_examining import examine
from tasks.claim_filing import send_files, write_file
from tasks.room import Room
from tests.cast import NOW, clinic_file, person, snapshot, visit

HEAD = (
    "charge_id,patient_id,dos,cpt,mod1,units,minutes,charge,dx1,ins_name,pos,auth_number,"
    "therapist_npi,therapist_first_name,therapist_last_name,gender,address,city,state,zip,"
    "modified_date,export_flag,physician_npi,referring_last_name\n"
)
DAY = date(2026, 1, 2)
BORN = datetime(1980, 1, 1, tzinfo=UTC)
_ROW = {
    "charge_id": "c1",
    "patient_id": "ana",
    "dos": DAY.isoformat(),
    "cpt": "97110",
    "mod1": "GP",
    "units": 2,
    "minutes": 30,
    "charge": "120.00",
    "dx1": "M54.50",
    "payer": "Evergreen",
    "pos": "11",
    "auth": "",
    "npi": "1999999984",
    "first": "Caro",
    "last": "Lee",
    "gender": "F",
    "street": "12 Elm St",
    "city": "Denver",
    "state": "CO",
    "zip": "80202",
    "modified": "2026-01-03",
    "flag": "1",
    "physician": "",
    "physician_name": "",
}
INSURANCE = {
    "clearinghouse": {"vendor": "stedi", "api_key": "STEDI_KEY"},
    "asker": {"npi": "1234567893", "organization": "Northside PT"},
    "originator": "1841234567",
    "payers": {
        "evergreen": {"payer_id": "EVER1", "name": "Evergreen Health", "aliases": ["Evergreen"]}
    },
}


def claims_part(folder: Path) -> dict[str, Any]:
    """The clinic file's `claims`, on folders of this machine."""
    for name in ("charges", "drop", "pickup"):
        (folder / name).mkdir(exist_ok=True, parents=True)
    return {
        "vendor": "clearing",
        "drop": {"kind": "local", "path": str(folder / "drop")},
        "pickup": {"kind": "local", "path": str(folder / "pickup")},
        "charges": {"folder": {"kind": "local", "path": str(folder / "charges")}},
        "billing": {
            "npi": "1234567893",
            "name": "Northside PT",
            "tax_id": "841234567",
            "address": {
                "street": "1 Main St",
                "city": "Denver",
                "state": "CO",
                "postal_code": "802021234",
            },
        },
        "submitter": {"identifier": "NORTH1", "contact": "Front Desk", "phone": "3035550140"},
        "receiver": {"name": "Clearing", "identifier": "CLHR00"},
    }


def filing_clinic(folder: Path, **changes: Any) -> dict[str, Any]:
    """What Northside's file says of claims and payers."""
    agreements = [*clinic_file()["agreements"], {"vendor": "clearing", "signed_on": "2025-01-01"}]
    given = {"claims": claims_part(folder), "insurance": INSURANCE, "agreements": agreements}
    return given | changes


def charge_row(**changes: Any) -> str:
    """A row of the practice system's report that lacks nothing, but for changes."""
    return ",".join(str(one) for one in (_ROW | changes).values()) + "\n"


class Desk:
    """One clinic with the steps of its claims, as the flows would call them."""

    def __init__(self, enter: Callable[..., Room], folder: Path, **changes: Any) -> None:
        self.folder = folder
        self.here = enter(**filing_clinic(folder, **changes))
        self.drop = LocalFolder(Path(self.here.clinic.claims.drop.path))

    def insure(self, patient: str = "ana", **changes: Any) -> None:
        """A patient with a visit on the day, a card, and a plan that was verified."""
        self.book(patient)
        self.card(patient, **changes)
        self.verify(patient)

    def book(self, *patients: str, **changes: Any) -> None:
        """Patients with a visit each on the day of service."""
        seen = {
            "starts_at": datetime(2026, 1, 2, 17, tzinfo=UTC),
            "status": "arrived",
            "booked_at": datetime(2025, 12, 1, tzinfo=UTC),
        } | changes
        # In small readings: a large one is judged as a whole, which is other tests' matter.
        for start in range(0, len(patients), 10):
            some = patients[start : start + 10]
            people = [person(one, birth_date=BORN) for one in some]
            read = snapshot(people, [visit(one, **seen) for one in some])
            keep_snapshot(self.here, replace(read, complete=False, reconciled=None), NOW)

    def card(self, patient: str, **changes: Any) -> None:
        """The card that the practice system has on file."""
        card = {
            "source_id": f"policy-{patient}",
            "patient_source_id": patient,
            "payer": "Evergreen",
            "member_id": "W123456789",
            "updated_at": NOW,
        }
        ledger = self.here.ledger
        with ledger.write() as con:
            policies.keep_policies(ledger, con, [Policy(**(card | changes))], [], NOW)

    def verify(
        self,
        patient: str = "ana",
        status: CoverageStatus = CoverageStatus.ACTIVE,
        need: AuthorizationNeed = AuthorizationNeed.NOT_REQUIRED,
        asked_at: datetime = NOW,
        **said: Any,
    ) -> None:
        """What a payer said of the patient's visit."""
        ledger = self.here.ledger
        whole = {"service_on": DAY, "pt_covered": True, "authorization": need} | said
        with ledger.write() as con:
            query = select(visits).where(visits.c.source_id == f"visit-of-{patient}")
            row = con.execute(query).one()
            check_id = f"check-{patient}-{asked_at:%d}"
            where = Placed(row.visit_id, check_id, row.patient_id, "p", asked_at)
            summary = CoverageSummary(status=status, **whole)
            keep_coverage(ledger, con, where, summary, Owed(None, None), asked_at)

    def charge(self, name: str = "charges-1.csv", *rows: dict[str, Any]) -> dict[str, int]:
        """A report of charges arrives and is read."""
        lines = [charge_row(**row) for row in rows or ({},)]
        (self.folder / "charges" / name).write_text(HEAD + "".join(lines))
        return keep_reports(self.here, NOW)

    def examine(self) -> dict[str, int]:
        """The step `examine-claims`."""
        return examine(self.here, NOW)

    def file(self) -> dict[str, int]:
        """The step `file-claims`."""
        return write_file(self.here, NOW)

    def send(self, now: datetime = NOW) -> dict[str, int]:
        """The step `send-claim-files`."""
        return send_files(self.here, self.drop, now)

    def submit(self) -> dict[str, int]:
        """All three."""
        self.examine()
        self.file()
        return self.send()

    def answer(self, name: str, raw: bytes, now: datetime = NOW) -> dict[str, int]:
        """A file comes back and is read."""
        (self.folder / "pickup" / name).write_bytes(raw)
        return take_answers(self.here, now)

    def left(self) -> list[FiledClaim]:
        """The claims in the files that lie in the drop."""
        files = sorted((self.folder / "drop").glob("*.837"))
        return [one for path in files for one in read_claims(path.read_bytes())[0].claims]

    def claims(self) -> list[Any]:
        """Our claims, oldest first."""
        with self.here.ledger.read() as con:
            return list(con.execute(select(claims).order_by(claims.c.created_at, claims.c.control)))

    def states(self) -> list[str]:
        """Where they stand."""
        return [row.status for row in self.claims()]

    def files(self) -> list[Any]:
        """The files of claims."""
        with self.here.ledger.read() as con:
            return list(con.execute(select(claim_files).order_by(claim_files.c.control)))

    def tasks(self) -> list[tuple[str, str]]:
        """Kind and reason of what people are asked to do."""
        query = select(staff_tasks.c.kind, staff_tasks.c.reason)
        with self.here.ledger.read() as con:
            return [tuple(row) for row in con.execute(query)]
