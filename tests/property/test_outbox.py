"""The outbox as a state machine: whatever crashes when, nobody hears twice and nothing is lost."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import select

from data_contracts.message import MessageStatus, Reason
from ledger import claiming, outbox, people, records
from ledger.candidates import BOOK_READ
from ledger.claiming import LEASE
from ledger.column import metadata
from ledger.keys import create_master_key
from ledger.schema import messages, patients, staff_tasks, visits
from ledger.store import Ledger, open_ledger
from rules.gates import decide
from tests.cast import NOW, clinic
from tests.unit.ledger.filled import VENDORS, Filled, fill

PEOPLE = 4
CLINIC = clinic()
LAG = timedelta(minutes=1)
_KEPT: list[Ledger] = []


@pytest.fixture(scope="module", autouse=True)
def one_ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One file for all examples: opening is slow, emptying is not."""
    home = tmp_path_factory.mktemp("outbox")
    create_master_key(home / "north/master.key")
    _KEPT.append(open_ledger(home, "north"))
    yield
    _KEPT.pop().close()


class Outbox(RuleBasedStateMachine):
    """A dispatcher that may die at any step, a carrier that may fall silent, a changing world."""

    def __init__(self) -> None:
        super().__init__()
        self.ledger = _KEPT[0]
        with self.ledger.write() as con:
            for table in reversed(metadata.sorted_tables):
                con.execute(table.delete())
        self.box: Filled = fill(self.ledger, PEOPLE)
        self._in_turn()
        self.now, self.wall = NOW, NOW
        self.held: list = []
        self.sending: list = []
        self.took: Counter[str] = Counter()
        self.stopped: set[str] = set()
        self.gone: set[str] = set()

    def _in_turn(self) -> None:
        """Due one after the other: ids are random, and equal times would be claimed in theirs."""
        with self.ledger.write() as con:
            for place, own in enumerate(self.box.visits):
                due = NOW - timedelta(minutes=1, seconds=PEOPLE - place)
                mine = messages.c.visit_id == own
                con.execute(messages.update().where(mine).values(due_at=due))

    def _claim(self, limit: int) -> list:
        claimed, _, _ = claiming.claim(
            self.ledger,
            self.now,
            self.wall,
            lambda candidate: decide(CLINIC, candidate, self.now),
            VENDORS,
            frozenset(),
            limit,
        )
        return claimed

    def _carrier_takes(self, one) -> None:
        """The carrier's own count, by message; it knows nothing of our rows."""
        self.took[one.message_id] += 1
        assert one.message_id not in self.stopped | self.gone, "sent to somebody who may not be"

    @rule(limit=st.integers(1, PEOPLE))
    def claim(self, limit):
        self.held += self._claim(limit)

    @rule(data=st.data())
    @precondition(lambda self: self.held)
    def begin(self, data):
        one = self.held.pop(data.draw(st.integers(0, len(self.held) - 1)))
        if outbox.start_sending(self.ledger, one, self.wall, self.now):
            self.sending.append([one, False])

    @rule(data=st.data())
    @precondition(lambda self: any(not taken for _, taken in self.sending))
    def carrier_takes_it(self, data):
        waiting = [pair for pair in self.sending if not pair[1]]
        pair = data.draw(st.sampled_from(waiting))
        if self.wall < self._began(pair[0]) + LEASE:  # a request does not outlive its time-out
            self._carrier_takes(pair[0])
            pair[1] = True

    def _began(self, one):
        return self.box.message(one.message_id).sending_at

    @rule(data=st.data())
    @precondition(lambda self: self.sending)
    def answer_is_written(self, data):
        one, taken = self.sending.pop(data.draw(st.integers(0, len(self.sending) - 1)))
        status = MessageStatus.ACCEPTED if taken else MessageStatus.PLANNED
        values = {"vendor_id": "SM1"} if taken else {"retry_at": self.now, "sent_on": None}
        outbox.finish(self.ledger, one, status, Reason.SENT, self.now, **values)

    @rule(data=st.data())
    @precondition(lambda self: self.sending)
    def answer_never_comes(self, data):
        one, _ = self.sending.pop(data.draw(st.integers(0, len(self.sending) - 1)))
        status, reason = MessageStatus.UNCONFIRMED, Reason.CARRIER_SILENT
        outbox.finish(self.ledger, one, status, reason, self.now)

    @rule()
    def worker_dies(self):
        self.held, self.sending = [], []

    @rule(minutes=st.integers(1, 9))
    def time_passes(self, minutes):
        self.now += timedelta(minutes=minutes)
        self.wall += timedelta(minutes=minutes)
        with self.ledger.write() as con:
            records.set_cursor(con, BOOK_READ, self.now.isoformat(), self.now)

    @rule()
    def lost_claims_are_freed(self):
        outbox.recover(self.ledger, self.now, self.wall)

    @rule()
    def the_carrier_is_asked(self):
        for one, _ in outbox.unconfirmed(self.ledger, self.wall, LAG):
            seen = self.took[one.message_id] > 0
            status = MessageStatus.CONFIRMED_SENT if seen else MessageStatus.CONFIRMED_ABSENT
            outbox.settle(self.ledger, one, status, Reason.CARRIER_SILENT, self.now)

    @rule(who=st.integers(0, PEOPLE - 1))
    def patient_says_stop(self, who):
        with self.ledger.write() as con:
            people.opt_out(self.ledger, con, self.box.phone_index(who), "phone", "text", self.now)
        self.stopped |= self._not_begun(messages.c.patient_id == self.box.patients[who])

    @rule(who=st.integers(0, PEOPLE - 1))
    def visit_is_cancelled(self, who):
        with self.ledger.write() as con:
            mine = visits.c.visit_id == self.box.visits[who]
            con.execute(visits.update().where(mine).values(status="cancelled"))
        self.gone |= self._not_begun(messages.c.visit_id == self.box.visits[who])

    def _not_begun(self, whose) -> set[str]:
        """What has not begun to leave may never leave from now on."""
        begun = {one.message_id for one, _ in self.sending}
        with self.ledger.read() as con:
            return set(con.execute(select(messages.c.message_id).where(whose)).scalars()) - begun

    @invariant()
    def nobody_hears_twice(self):
        assert all(count <= 1 for count in self.took.values())

    def teardown(self):
        """Let everything come to rest; then each message has an end that somebody can explain."""
        self.worker_dies()
        for _ in range(3):
            self.time_passes(6)
            self.lost_claims_are_freed()
            self.time_passes(2)
            self.the_carrier_is_asked()
            while claimed := self._claim(PEOPLE):
                for one in claimed:
                    if outbox.start_sending(self.ledger, one, self.wall, self.now):
                        self._carrier_takes(one)
                        status, why = MessageStatus.ACCEPTED, Reason.SENT
                        outbox.finish(self.ledger, one, status, why, self.now)
        self.nobody_hears_twice()
        self._nothing_is_lost()

    def _nothing_is_lost(self):
        with self.ledger.read() as con:
            rows = list(con.execute(select(messages)))
            asked = set(con.execute(select(staff_tasks.c.visit_id)).scalars())
            assert len(rows) == PEOPLE == len(list(con.execute(select(patients))))
        for row in rows:
            status = MessageStatus(row.status)
            if status in (MessageStatus.ACCEPTED, MessageStatus.CONFIRMED_SENT):
                assert self.took[row.message_id] == 1
            elif status is MessageStatus.HANDED_TO_STAFF:
                assert row.visit_id in asked
            else:
                assert status is MessageStatus.SUPERSEDED
                assert row.reason == "visit_gone"
                assert row.message_id in self.gone or self.took[row.message_id] == 0


Outbox.TestCase.settings = settings(
    max_examples=10,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
test_whatever_crashes_nobody_hears_twice_and_nothing_is_lost = Outbox.TestCase
