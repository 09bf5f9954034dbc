"""Copies of a ledger: taken while others write, and refused where they cannot be."""

import threading

import pytest
from sqlalchemy import func, select

from ledger import records
from ledger.backup import BackupRefused, take_backup, verified
from ledger.engine import open_engine
from ledger.schema import cursors
from tests.cast import NOW


def test_on_postgres_a_backup_is_refused_with_the_way_out(store, tmp_path):
    if store.engine.dialect.name == "sqlite":
        assert take_backup(store, tmp_path / "copies", NOW).is_file()
        return
    with pytest.raises(BackupRefused, match=r"on PostgreSQL.*pg_dump"):
        take_backup(store, tmp_path / "copies", NOW)


def test_a_copy_taken_while_others_write_holds_whole_transactions(ledger, tmp_path):
    stop, wrote = threading.Event(), threading.Event()

    def write():
        turn = 0
        while not stop.is_set():
            with ledger.write() as con:
                for half in ("left", "right"):
                    records.set_cursor(con, f"{half} {turn}", turn, NOW)
            turn += 1
            wrote.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert wrote.wait(20)
        path = take_backup(ledger, tmp_path / "copies", NOW)
    finally:
        stop.set()
        writer.join()
    assert verified(ledger.keys, path, "northside").size == path.stat().st_size
    engine = open_engine(path, ledger.keys.key("ledger"), "northside")
    with engine.connect() as con:
        halves = {
            half: con.execute(
                select(func.count()).where(cursors.c.name.like(f"{half} %"))
            ).scalar_one()
            for half in ("left", "right")
        }
    engine.dispose()
    assert halves["left"] == halves["right"] > 0
