"""Keys made ahead: each once, in the store before it is used, no wait for the store's writer."""

import shutil
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.exceptions import InvalidTag

from data_contracts.inbound import InboundEvent, InboundKind
from ledger.keys import KeyStore
from ledger.master_key import FileMaster
from ledger.records import waiting_inbound, words_key, words_of
from ledger.spare_keys import SpareKeys
from tasks.keeping import keep_all
from tests.cast import NOW


def settled(spare, count):
    """Waits until so many are at hand."""
    until = time.monotonic() + 60
    while len(spare._spare) < count:
        assert time.monotonic() < until
        time.sleep(0.01)
    return spare


@pytest.fixture
def spare(ledger):
    made = SpareKeys(ledger.keys, ahead=8)
    made.take(1)
    return settled(made, 8)


def text(number):
    return InboundEvent(
        clinic="northside",
        dedupe_key=f"text:SM{number}",
        kind=InboundKind.TEXT,
        from_number="+13035550101",
        body="my knee hurts",
        received_at=NOW,
    )


def reopened(ledger):
    return KeyStore(ledger.keys.path, FileMaster(ledger.home / "master.key"))


def test_what_comes_in_is_kept_while_somebody_writes_to_the_key_store(enter, spare):
    here = enter()
    keep_all(here, [text(0)], spare)  # the clinic's own keys are made at the first
    other = sqlite3.connect(here.ledger.keys.path, isolation_level=None)
    other.execute("begin immediate")
    with ThreadPoolExecutor(1) as pool:
        kept = pool.submit(keep_all, here, [text(1), text(2)], spare).result(timeout=60)
    other.execute("rollback")
    other.close()
    assert [one.is_new for one in kept] == [True, True]
    with here.ledger.read() as con:
        rows = waiting_inbound(con)
    assert len(rows) == 3
    assert {words_of(here.ledger, row) for row in rows} == {"my knee hurts"}


def test_a_key_is_in_the_store_before_it_is_given_out(ledger, spare):
    for one in spare.take(20):
        assert reopened(ledger).find(one.name) == one.key


def test_no_key_is_given_out_twice(ledger):
    spare = SpareKeys(ledger.keys, ahead=8)
    with ThreadPoolExecutor(8) as pool:
        taken = [one for part in pool.map(spare.take, [3] * 40) for one in part]
    assert len({one.name for one in taken}) == len({one.key for one in taken}) == 120
    assert ledger.keys.holds(one.name for one in taken)


def test_a_store_that_was_brought_back_knows_none_of_before_and_none_is_used(ledger, tmp_path):
    ledger.keys.copy_to(tmp_path / "copy.keys")
    spare = SpareKeys(ledger.keys, ahead=8)
    spare.take(1)
    settled(spare, 8)
    shutil.copy(tmp_path / "copy.keys", ledger.keys.path)
    for one in spare.take(4):
        assert reopened(ledger).find(one.name) == one.key


def test_a_forgotten_key_is_in_no_byte_of_the_folder_and_its_words_are_gone(enter, spare):
    here = enter()
    keep_all(here, [text(1)], spare)
    with here.ledger.read() as con:
        (row,) = waiting_inbound(con)
    name = words_key(row)
    assert name.encode() in here.ledger.keys.path.read_bytes()
    here.ledger.keys.forget(name)
    left = b"".join(path.read_bytes() for path in here.ledger.home.glob("keys.db*"))
    assert name.encode() not in left
    with pytest.raises(InvalidTag):
        words_of(here.ledger, row)


def test_where_none_can_be_made_ahead_the_caller_is_told(ledger, spare, caplog):
    spare.take(8)
    con = sqlite3.connect(ledger.keys.path)
    con.execute("drop table keys")
    con.close()
    with pytest.raises(Exception, match="damaged"):
        spare.take(30)
