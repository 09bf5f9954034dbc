"""Readers of the book's changes go on from the last number they saw: none may come in below it."""

import threading

from sqlalchemy import select

from data_contracts.visit import BookChange
from ledger.book import add_changes
from ledger.schema import book_changes
from tests.cast import NOW


def test_a_change_is_never_committed_below_one_that_was_read(store):
    is_first, may_commit = threading.Event(), threading.Event()
    seen: list[list[int]] = []

    def slow() -> None:
        with store.write() as con:
            add_changes(con, [("slow", 1, BookChange.CANCELLED)], NOW)
            is_first.set()
            may_commit.wait(20)

    def quick() -> None:
        is_first.wait(20)
        with store.write() as con:
            add_changes(con, [("quick", 1, BookChange.CANCELLED)], NOW)
        with store.read() as con:
            seen.append(list(con.execute(select(book_changes.c.change_id)).scalars()))

    threads = [threading.Thread(target=slow), threading.Thread(target=quick)]
    for thread in threads:
        thread.start()
    threads[1].join(1.0)
    may_commit.set()
    for thread in threads:
        thread.join(20)
    assert [sorted(one) for one in seen] == [[1, 2]], "whoever reads the second reads the first"
