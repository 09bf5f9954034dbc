"""A ledger with people, each with a visit tomorrow and a message that is due."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from data_contracts.message import Channel
from data_contracts.outbox import Candidate, Claimed, Decision
from ledger import book, claiming, outbox, people, plans, records
from ledger.candidates import BOOK_READ
from ledger.schema import messages, patients, visits
from ledger.store import Ledger
from rules.gates import decide
from tests.cast import CARO, NORTHSIDE, NOW, clinic, crowd, planned, visit

WALL = NOW
VENDORS: dict[Channel, str | None] = {Channel.SMS: "twilio", Channel.EMAIL: "ses"}
_CLINIC = clinic()


@dataclass(frozen=True)
class Filled:
    """A ledger, and the ids of who and what is in it, in order."""

    ledger: Ledger
    patients: list[str]
    visits: list[str]

    def claim(self, wall: datetime = WALL, now: datetime = NOW, limit: int = 50) -> list[Claimed]:
        """What a dispatcher gets, by the real rules."""
        claimed, _, _ = claiming.claim(
            self.ledger, now, wall, by_the_rules(now), VENDORS, frozenset(), limit
        )
        return claimed

    def message(self, message_id: str) -> Any:
        """One message's row."""
        with self.ledger.read() as con:
            return outbox.of_message(con, message_id)

    def statuses(self) -> list[tuple[str, str]]:
        """Status and reason of every message."""
        with self.ledger.read() as con:
            query = select(messages.c.status, messages.c.reason).order_by(messages.c.message_id)
            return [tuple(row) for row in con.execute(query)]

    def phone_index(self, place: int = 0) -> str:
        """The keyed hash of one person's number."""
        with self.ledger.read() as con:
            query = select(patients.c.phone_index).where(
                patients.c.patient_id == self.patients[place]
            )
            return str(con.execute(query).scalar_one())

    def set_visit(self, **values: Any) -> None:
        """Changes every visit, as a sync would."""
        with self.ledger.write() as con:
            con.execute(visits.update().values(**values))


def by_the_rules(now: datetime) -> Any:
    """The real gates, for a clinic whose file lets everything through."""

    def verdict(candidate: Candidate) -> Decision:
        return decide(_CLINIC, candidate, now)

    return verdict


def fill(ledger: Ledger, count: int) -> Filled:
    """People with consent, visits and one due reminder each."""
    everyone = crowd(count)
    with ledger.write() as con:
        people.upsert_patients(ledger, con, [(one, "America/Denver") for one in everyone])
        book.upsert_staff(con, [CARO], [NORTHSIDE])
        booked = [(visit(one.source_id), None, 1) for one in everyone]
        ids = book.write_visits(con, booked, NOW)
        own = {
            row.source_id: row.patient_id
            for row in con.execute(select(patients.c.source_id, patients.c.patient_id))
        }
        grants = {own[one.source_id]: dict.fromkeys(VENDORS, True) for one in everyone}
        people.follow_preferences(ledger, con, grants, NOW - timedelta(days=9))
        patient_ids = [own[one.source_id] for one in everyone]
        visit_ids = [ids[f"visit-of-{one.source_id}"] for one in everyone]
        due = [planned(v, p) for v, p in zip(visit_ids, patient_ids, strict=True)]
        plans.add_planned(ledger, con, due, NOW)
        records.set_cursor(con, BOOK_READ, NOW.isoformat(), NOW)
    return Filled(ledger, patient_ids, visit_ids)
