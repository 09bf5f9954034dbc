"""A dispatcher in a process of its own that strikes itself down where its orders say.

Nothing of the product is patched: the ledger's engine is listened to, the carrier is wrapped, and
an answer that must not be read passes through a wire that dies with it.
"""

import os
import re
import signal
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Pool, event

from connectors.messaging.base import Accepted, Found, Outgoing
from connectors.messaging.twilio_sms import TwilioSms
from data_contracts.message import Channel, MessageStatus
from data_contracts.remedy import Remedy
from data_contracts.settings import Settings
from ledger import plans
from ledger.store import Ledger, open_ledger
from tasks.dispatch import dispatch_due
from tasks.planning import planned_book
from tasks.room import Room
from tests.cast import TWILIO_ACCOUNT, TWILIO_TOKEN, clinic
from tests.faults.wire import Wire

POINTS = (
    "after_plan",
    "claim_uncommitted",
    "after_claim",
    "sending_uncommitted",
    "after_sending",
    "before_request",
    "after_request",
    "after_answer",
    "finish_uncommitted",
    "after_commit",
)
"""Where a dispatcher may die, in the order of a message's life."""

_STEPS = {"claimed": "claim", "sending": "sending", "accepted": "finish"}
_AFTER = {
    "plan": "after_plan",
    "claim": "after_claim",
    "sending": "after_sending",
    "finish": "after_commit",
}
_SET = re.compile(r"UPDATE messages SET (.*) WHERE", re.DOTALL)
_NAMED = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True)
class Orders:
    """Where to work, when it is, and what befalls the n-th message that comes to `point`."""

    home: Path
    twilio: str
    now: datetime
    point: str = ""
    nth: int = 1
    blow: int = signal.SIGKILL
    timeout: float = 10.0
    start: Any = None
    url: str | None = None


def run(orders: Orders) -> None:
    """Plan and dispatch everything that is due, or die on the way."""
    ledger = open_ledger(orders.home, "northside", url=orders.url)
    here = Room(clinic=clinic(), settings=Settings(), ledger=ledger)
    reach = striker(orders.point, orders.nth, lambda: os.kill(os.getpid(), orders.blow))
    listen(ledger.engine, ledger.engine, reach)
    # Only the one point needs the wire; elsewhere the carrier is reached directly.
    wire = Wire(orders.twilio, reach) if orders.point == "after_request" else None
    carrier = MortalCarrier(sms(wire.address if wire else orders.twilio, orders.timeout), reach)
    if orders.start is not None:
        orders.start.wait(200)
    plan(here, orders.now)
    dispatch_due(here, {Channel.SMS: carrier}, orders.now)
    ledger.close()


def sms(twilio: str, timeout: float = 10.0) -> TwilioSms:
    """The real connector on the pretend carrier."""
    return TwilioSms(
        TWILIO_ACCOUNT,
        TWILIO_TOKEN,
        "+13035550141",
        base_url=twilio,
        sandbox=True,
        timeout=timeout,
    )


def plan(here: Room, now: datetime) -> None:
    """Write what the real planner finds, one transaction a message."""
    with here.ledger.read() as con:
        book = planned_book(here, con, now)
        known = plans.planned_keys(con, [one.visit_id for one in book])
    for one in book:
        is_new = (one.visit_id, one.visit_version, one.rung) not in known
        if is_new and one.status is MessageStatus.PLANNED:
            _plan_one(here.ledger, one, now)


def _plan_one(ledger: Ledger, one: Any, now: datetime) -> None:
    with ledger.write() as con:
        plans.add_planned(ledger, con, [one], now)


class MortalCarrier:
    """A real carrier with a fault point on either side of each request."""

    name = TwilioSms.name
    channel = TwilioSms.channel
    can_look = True

    def __init__(self, inner: TwilioSms, reach: Callable[[str], None]) -> None:
        self._inner, self._reach = inner, reach

    @property
    def list_lag(self) -> timedelta:
        """As the real one."""
        return self._inner.list_lag

    def send(self, message: Outgoing) -> Accepted:
        """Hand it over, if alive."""
        self._reach("before_request")
        accepted = self._inner.send(message)
        self._reach("after_answer")
        return accepted

    def find(self, message: Outgoing, since: datetime, known: Collection[str] = ()) -> Found | None:
        """As the real one."""
        return self._inner.find(message, since, known)

    def remedy(self, code: str | None) -> Remedy:
        """As the real one."""
        return self._inner.remedy(code)

    def check(self) -> list[tuple[str, bool, str]]:
        """As the real one."""
        return self._inner.check()


def striker(wanted: str, nth: int, strike: Callable[[], None]) -> Callable[[str], None]:
    """Strikes once, at the n-th coming to a point."""
    turns = count(1)

    def reach(point: str) -> None:
        if point and point == wanted and next(turns) == nth:
            strike()

    return reach


def listen(
    engine: Engine | type[Engine], pool: Engine | type[Pool], reach: Callable[[str], None]
) -> None:
    """Tell of each commit of a message's step, before and after it."""

    def executing(con: Any, _: Any, statement: str, values: Any, *__: Any) -> None:
        step = step_of(statement, values)
        if step is not None:
            con.info["step"] = step

    def committing(con: Any) -> None:
        step = con.info.pop("step", None)
        reach(f"{step}_uncommitted")
        con.info["committed"] = step

    def returned(_: Any, record: Any) -> None:
        # SQLAlchemy tells of a commit before it; a connection comes back to its pool after it.
        reach(_AFTER.get(record.info.pop("committed", None), ""))

    event.listen(engine, "before_cursor_execute", executing)
    event.listen(engine, "commit", committing)
    event.listen(pool, "checkin", returned)


def step_of(statement: str, values: Any) -> str | None:
    """Which step of a message's life a statement takes; None for every other statement."""
    if statement.startswith(("INSERT INTO messages ", 'INSERT INTO "messages" ')):
        return "plan"
    found = _SET.match(statement)
    pairs = [part.split("=", 1) for part in found[1].split(", ")] if found else []
    columns = [name.strip() for name, _ in pairs]
    if "status" not in columns:
        return None
    # Many rows written by one statement bring a list of their values.
    row = values[0] if isinstance(values, list) else values
    place = columns.index("status")
    # SQLite's values have places, PostgreSQL's have names.
    named = _NAMED.search(pairs[place][1])
    return _STEPS.get(row[named[1] if named else place])
