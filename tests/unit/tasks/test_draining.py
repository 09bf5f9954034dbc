"""The inbox is drained by one at a time, each row once, and nothing is passed over."""

import threading
from collections import Counter
from typing import Any

from sqlalchemy import func, select

from data_contracts.inbound import InboundEvent, InboundKind
from ledger.schema import inbox, staff_tasks
from tasks.draining import LEFT, drain_until_empty, inbox_place
from tasks.keeping import keep_inbound
from tasks.turn import turn_if_free
from tests.cast import NOW


def text(number: int) -> InboundEvent:
    return InboundEvent(
        clinic="northside",
        dedupe_key=f"text:SM{number}",
        kind=InboundKind.TEXT,
        vendor_id=f"SM{number}",
        from_number="+13035550101",
        body="Can I bring my dog?",
        received_at=NOW,
    )


def counted(here: Any) -> tuple[int, int, int]:
    """Rows, those that were handled, and what a person was asked."""
    with here.ledger.read() as con:
        rows = con.execute(select(func.count(), func.count(inbox.c.handled_at))).one()
        return (*rows, con.execute(select(func.count()).select_from(staff_tasks)).scalar_one())


def test_whoever_finds_another_at_it_leaves_it_to_them(enter):
    here = enter()
    keep_inbound(here, text(1))
    with turn_if_free(inbox_place(here)) as is_ours:
        assert is_ours
        assert drain_until_empty(here, NOW) == {LEFT: 1}
        assert counted(here) == (1, 0, 0)
    assert drain_until_empty(here, NOW) == {"inbox_ask_person": 1}
    assert drain_until_empty(here, NOW) == {}


def test_more_than_one_page_is_drained_in_one_go(enter):
    here = enter()
    for number in range(620):
        keep_inbound(here, text(number))
    assert drain_until_empty(here, NOW) == {"inbox_ask_person": 620}


def test_racing_drainers_handle_each_row_once_and_leave_none(enter):
    """Each row is kept, then somebody is woken: the promise that a wake-up relies on."""
    here, done = enter(), Counter[str]()
    lock, numbers = threading.Lock(), iter(range(120))

    def receive_and_wake() -> None:
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            keep_inbound(here, text(number))
            counts = drain_until_empty(here, NOW)
            with lock:
                done.update(counts)

    threads = [threading.Thread(target=receive_and_wake) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done["inbox_ask_person"] == 120
    assert counted(here) == (120, 120, 120)
