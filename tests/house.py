"""One clinic with its steps, as a flow would call them, on the sandbox's carrier."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from connectors.messaging.twilio_sms import TwilioSms
from data_contracts.inbound import InboundEvent, InboundKind
from data_contracts.message import Channel
from data_contracts.visit import Patient, Visit
from ledger.schema import messages, staff_tasks
from tasks import book, book_writing, dispatch, inbox, keeping, planning, reconcile
from tasks.room import Room
from tests.cast import NOW, TWILIO_ACCOUNT, TWILIO_TOKEN, snapshot


class House:
    """One clinic with its steps, as a flow would call them."""

    def __init__(self, here: Room, sandbox: Any) -> None:
        self.here, self.sandbox = here, sandbox

    def keep(self, people: list[Patient], visits: list[Visit], now: datetime = NOW) -> Any:
        """Keeps a full reading of the book."""
        return book.keep_snapshot(self.here, snapshot(people, visits), now)

    def plan(self, now: datetime = NOW) -> dict[str, int]:
        """The step `plan`."""
        return planning.plan_messages.fn("northside", now)

    def dispatch(self, now: datetime = NOW, timeout: float = 5.0) -> dict[str, int]:
        """The step `dispatch`, with a carrier of our own patience."""
        return dispatch.dispatch_due(self.here, self.carriers(timeout), now)

    def settle(self, wall: datetime, now: datetime = NOW) -> dict[str, int]:
        """The step `reconcile`, at a wall clock of our own."""
        return reconcile.settle_open(self.here, self.carriers(), now, wall=wall)

    def hear(self, number: str, body: str, key: str, now: datetime) -> None:
        """A text comes in from a number, and is kept as the receiver keeps it."""
        event = InboundEvent(
            clinic="northside",
            dedupe_key=f"text:{number}:{key}",
            kind=InboundKind.TEXT,
            from_number=number,
            body=body,
            received_at=now,
        )
        keeping.keep_inbound(self.here, event)

    def attend(self, now: datetime) -> dict[str, int]:
        """The steps of whoever attends: handle what came in, act on it, send what is answered."""
        found = dict(inbox.drain_inbox(self.here, now)) | dict(
            book_writing.carry_out(self.here, now)
        )
        self.dispatch(now)
        return found

    def carriers(self, timeout: float = 5.0) -> dict[Channel, TwilioSms]:
        """Twilio's SDK on the sandbox."""
        address = self.sandbox.twilio
        own = {"base_url": address, "sandbox": True, "timeout": timeout}
        return {Channel.SMS: TwilioSms(TWILIO_ACCOUNT, TWILIO_TOKEN, "+13035550141", **own)}

    def messages(self) -> list[tuple[str, str]]:
        """Status and reason of each message in the outbox."""
        with self.here.ledger.read() as con:
            query = select(messages.c.status, messages.c.reason).order_by(messages.c.planned_at)
            return [tuple(row) for row in con.execute(query)]

    def staff_tasks(self) -> list[tuple[str, str]]:
        """Kind and reason of what people are asked to do."""
        with self.here.ledger.read() as con:
            return [
                tuple(row) for row in con.execute(select(staff_tasks.c.kind, staff_tasks.c.reason))
            ]
