"""Northside on the pretend Cliniko and carrier, with one patient who was reminded and answers."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select

from data_contracts.inbound import InboundEvent, InboundKind
from data_contracts.visit import VisitStatus
from ledger.schema import messages, patients, staff_tasks, visits
from tasks.book import keep_snapshot
from tasks.keeping import keep_inbound
from tests.book import book_of, visit_tomorrow
from tests.cast import NOW

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MORNING = NOW + 2 * HOUR
"""When Ana is reminded; her visit was booked at NOW and is a day and some minutes later."""


class Desk:
    """Northside on the sandbox's Cliniko, with Ana in it, reminded of tomorrow's visit."""

    def __init__(self, house: Any, number: str) -> None:
        self.house, self.here, self.sandbox = house, house.here, house.sandbox
        self.number, self.said = number, count(1)
        door = self.sandbox.ask
        ana = door("patients", first_name="Ana", phone=number, reminder_type="SMS & Email")
        self.patient = str(ana["id"])
        self.visit = visit_tomorrow(self.sandbox, self.patient, MORNING + DAY)
        self.read()
        house.plan(MORNING)
        house.dispatch(MORNING)
        assert "Reply C" in self.texts()[0], "she was reminded"

    def leave(self) -> None:
        """Gives the time back for the next test."""
        if self.shown().status is VisitStatus.BOOKED:
            self.sandbox.ask("visits", act="cancel", id=self.visit)

    def read(self, now: datetime = MORNING) -> None:
        """Reads the whole book anew."""
        with book_of(self.sandbox.cliniko) as system:
            keep_snapshot(self.here, system.fetch(None, now, 60 * DAY), now)

    def writes(self, *bodies: str, now: datetime = MORNING) -> dict[str, int]:
        """Texts from Ana's phone, handled together as the flow does; what was done."""
        for body in bodies:
            self.house.hear(self.number, body, str(next(self.said)), now)
        return self.work(now)

    def presses(self, digits: str, now: datetime = MORNING) -> dict[str, int]:
        """A key during the last message's call."""
        with self.here.ledger.read() as con:
            # The whole book is read, and other people's reminders were planned in the same moment.
            mine = select(patients.c.patient_id).where(patients.c.source_id == self.patient)
            query = (
                select(messages.c.message_id)
                .where(messages.c.patient_id == mine.scalar_subquery())
                .order_by(messages.c.planned_at.desc())
            )
            message_id = con.execute(query).scalars().first()
        event = InboundEvent(
            clinic="northside",
            dedupe_key=f"key:{self.number}:{next(self.said)}",
            kind=InboundKind.KEY_PRESS,
            message_id=message_id,
            from_number=self.number,
            digits=digits,
            received_at=now,
        )
        keep_inbound(self.here, event)
        return self.work(now)

    def work(self, now: datetime = MORNING) -> dict[str, int]:
        """The steps of the flow."""
        return self.house.attend(now)

    def texts(self) -> list[str]:
        """What was sent to Ana, in order."""
        return [one["body"] for one in self.sandbox.texts(self.number)]

    def shown(self) -> Any:
        """Ana's visit as the practice system shows it."""
        with book_of(self.sandbox.cliniko) as system:
            return system.visit(self.visit)

    def known(self) -> Any:
        """Ana's visit as the ledger has it."""
        with self.here.ledger.read() as con:
            return con.execute(select(visits).where(visits.c.source_id == self.visit)).one()

    def rows(self, table: Any) -> list[Any]:
        with self.here.ledger.read() as con:
            mine = self.known().patient_id
            column = table.c.get("patient_id")
            query = select(table)
            return list(con.execute(query if column is None else query.where(column == mine)))

    def tasks(self) -> list[tuple[str, str]]:
        return [(one.kind, one.reason) for one in self.rows(staff_tasks)]
