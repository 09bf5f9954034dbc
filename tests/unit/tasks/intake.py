"""Northside with patients who have a card, and a clearinghouse that knows their payers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select

from connectors.practice.base import InsuranceReading
from data_contracts.policy import Policy
from ledger.schema import patients, staff_tasks, visits
from ledger.schema_insurance import coverages, inquiries
from tasks.book import keep_snapshot
from tasks.choosing import choose
from tasks.inquiring import ask
from tasks.policies import keep_insurance
from tests.cast import NOW, person, snapshot, visit

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
AGREED = [
    {"vendor": vendor, "signed_on": "2025-01-01"}
    for vendor in ("cliniko", "twilio", "ses", "stedi")
]
MEDICARE = {"is_medicare": True, "enrolled_on": "2025-01-01"}
_NEXT = count()


def insurance(address: str, **changes: Any) -> dict[str, Any]:
    """The clinic file's part: two payers and Medicare, over the sandbox's Stedi."""
    house = {"vendor": "stedi", "api_key": "STEDI_KEY", "base_url": f"{address}/2024-04-01"}
    payers = {
        "meridian": {"payer_id": "91001", "name": "Meridian Mutual", "aliases": ["Meridian PPO"]},
        "harbor": {"payer_id": "91003", "name": "Harbor Health Plan", "service_types": ["30"]},
        "medicare": {"payer_id": "91005", "name": "Medicare Part B", **MEDICARE},
    }
    asker = {"npi": "1234567893", "organization": "Northside PT"}
    part = {"clearinghouse": house, "originator": "9NORTHSIDE", "asker": asker, "payers": payers}
    return part | changes


class Intake:
    """Northside's insured patients."""

    def __init__(self, house: Any, delivery: str = "sandbox", **changes: Any) -> None:
        part = insurance(house.stedi, **changes)
        self.house = house(insurance=part, agreements=AGREED, ladder=[], delivery=delivery)
        self.here = self.house.here

    def patient(
        self, member_id: str | None = "ACTIVE", at: Any = NOW + 2 * DAY, **changes: Any
    ) -> str:
        """Somebody new with a visit and a card; their id in the practice system."""
        place = next(_NEXT)
        name, day = f"p{place}", datetime(1980, 1, 1, tzinfo=UTC) + timedelta(days=place)
        born = {"birth_date": changes.pop("born", day.isoformat()), "mobile": None}
        visits = changes.pop("visits", [at])
        booked = [
            visit(name, f"{name}-{n}", starts_at=one, booked_at=NOW - HOUR)
            for n, one in enumerate(visits)
        ]
        # A part of the book: a full reading would miss those who were here before.
        part = replace(snapshot([person(name, **born)], booked), reconciled=None)
        keep_snapshot(self.here, part, NOW)
        self.card(name, member_id, **changes)
        return name

    def card(self, name: str, member_id: str | None, now: Any = NOW, **changes: Any) -> None:
        """What the practice system has of the card."""
        values = {
            "source_id": f"card-of-{name}",
            "patient_source_id": name,
            "payer": "Meridian PPO",
            "member_id": member_id,
            "updated_at": now,
        }
        found = InsuranceReading(policies=[Policy.model_validate(values | changes)])
        keep_insurance(self.here, found, now)

    def verify(self, now: Any = NOW) -> dict[str, int]:
        """The steps of the flow."""
        return dict(choose(self.here, now) + ask(self.here, now))

    def rows(self, table: Any, name: str) -> list[Any]:
        """A table's rows of one patient."""
        query = select(table).join(patients, patients.c.patient_id == table.c.patient_id)
        with self.here.ledger.read() as con:
            return list(con.execute(query.where(patients.c.source_id == name)))

    def questions(self, name: str) -> list[Any]:
        """What was asked about a patient, in order."""
        found = self.rows(inquiries, name)
        return sorted(found, key=lambda row: (row.created_at, row.service_type))

    def coverage(self, name: str) -> Any:
        """What is known of a patient's only visit."""
        (found,) = self.rows(coverages, name)
        return found

    def tasks(self, name: str | None = None) -> list[tuple[str, str]]:
        """What is asked of people: about one patient, or about nobody."""
        query = select(staff_tasks).order_by(staff_tasks.c.created_at, staff_tasks.c.kind)
        with self.here.ledger.read() as con:
            own = select(patients.c.patient_id).where(patients.c.source_id == (name or ""))
            whose = con.execute(own).scalar()
            found = [row for row in con.execute(query) if row.patient_id == whose]
        return [(row.kind, row.reason) for row in found if row.done_at is None]

    def visits(self, name: str) -> list[Any]:
        """A patient's visits."""
        return self.rows(visits, name)
