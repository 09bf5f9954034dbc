"""People with visits, a waiting list and phones, on the sandbox's Cliniko and carrier."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Any, NamedTuple

from sqlalchemy import select

from data_contracts.visit import VisitStatus
from ledger import waiting
from ledger.schema import patients, visits
from ledger.schema_dialogue import open_slots
from tasks.book import keep_snapshot
from tasks.filling import offer_free, open_freed
from tests.book import book_system
from tests.cast import NOW

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MORNING = NOW + 2 * HOUR


class Person(NamedTuple):
    """Somebody in the practice system, by its ids."""

    patient: str
    visit: str
    number: str


class Ward:
    """Northside on the sandbox's Cliniko: people with visits, a waiting list and a phone."""

    def __init__(self, house: Any, number: Callable[[], str]) -> None:
        self.house, self.here, self.sandbox = house, house.here, house.sandbox
        self.number, self.said = number, count(1)
        self.made: list[str] = []
        self.system = book_system(self.sandbox.cliniko)
        seen = self.system.fetch(None, NOW).visits
        self.who, self.where = sorted(
            (v.practitioner_source_id, v.location_source_id) for v in seen
        )[0]

    def free(self, after: datetime, days: int = 1) -> list[datetime]:
        """Free times with one therapist from a moment on."""
        first = after.date()
        last = first + timedelta(days=days)
        found = self.system.available_times(self.who, "Follow-up", self.where, first, last)
        return [one.starts_at for one in found if one.starts_at >= after]

    def person(self, at: datetime, name: str = "Ana") -> Person:
        """Somebody new with a visit."""
        number = self.number()
        made = self.sandbox.ask(
            "patients", first_name=name, phone=number, reminder_type="SMS & Email"
        )
        visit = self.sandbox.ask(
            "visits",
            act="make",
            patient_id=str(made["id"]),
            starts_at=at.isoformat(),
            practitioner_id=self.who,
        )
        self.made.append(str(visit["id"]))
        return Person(str(made["id"]), str(visit["id"]), number)

    def read(self, now: datetime = MORNING) -> None:
        """Reads the whole book anew."""
        keep_snapshot(self.here, self.system.fetch(None, now, 60 * DAY), now)

    def cancel(self, one: Person) -> None:
        """The front desk cancels a visit."""
        self.sandbox.ask("visits", act="cancel", id=one.visit)

    def wait(self, one: Person, **about: Any) -> str:
        """Puts somebody on the list."""
        wishes, urgency = about.pop("wishes", {}), about.pop("urgency", 0)
        with self.here.ledger.write() as con:
            own = self.id_of(one)
            return waiting.add_entry(con, own, wishes, urgency, "desk", NOW, **about)

    def fill(self, now: datetime = MORNING) -> dict[str, int]:
        """The steps of the flow."""
        found = dict(open_freed(self.here, now)) | dict(offer_free(self.here, now))
        self.house.dispatch(now)
        return found

    def writes(self, one: Person, body: str, now: datetime = MORNING) -> dict[str, int]:
        """A text from somebody's phone, handled as by who attends."""
        self.house.hear(one.number, body, str(next(self.said)), now)
        return self.work(now)

    def work(self, now: datetime = MORNING) -> dict[str, int]:
        return self.house.attend(now)

    def texts(self, one: Person) -> list[str]:
        return [text["body"] for text in self.sandbox.texts(one.number)]

    def id_of(self, one: Person) -> str:
        with self.here.ledger.read() as con:
            query = select(patients.c.patient_id).where(patients.c.source_id == one.patient)
            return str(con.execute(query).scalar_one())

    def booked(self, one: Person) -> list[datetime]:
        """When the practice system has somebody booked."""
        every = self.system.fetch(None, NOW, 60 * DAY).visits
        return sorted(
            visit.starts_at
            for visit in every
            if visit.patient_source_id == one.patient and visit.status is VisitStatus.BOOKED
        )

    def rows(self, table: Any) -> list[Any]:
        with self.here.ledger.read() as con:
            return list(con.execute(select(table)))

    def slot(self) -> Any:
        (one,) = self.rows(open_slots)
        return one

    def leave(self) -> None:
        """Gives every time back for the next test."""
        every = self.system.fetch(None, NOW, 60 * DAY).visits
        ours = {row.source_id for row in self.rows(visits)} & set(self.made)
        people = {v.patient_source_id for v in every if v.source_id in ours}
        for one in every:
            if one.patient_source_id in people and one.status is VisitStatus.BOOKED:
                self.sandbox.ask("visits", act="cancel", id=one.source_id)
        self.system.close()


def several(house: Ward, count: int) -> list[Person]:
    """People who have a visit in ten days."""
    times = house.free(NOW + 10 * DAY)
    return [house.person(times[place], f"P{place}") for place in range(count)]
