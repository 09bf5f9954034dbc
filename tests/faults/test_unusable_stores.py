"""The ledger is locked, read-only or damaged: nothing leaves without its row, and nothing is lost.

A second half of R13; the disk that is full or cut off is in `test_broken_stores`.
"""

import os
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import event

from data_contracts.errors import SecretMissing, StoreUnusable
from ledger.store import open_ledger
from tasks.dispatch import dispatch_due
from tests.cast import NOW
from tests.faults.dispatcher import Orders, listen, plan, run
from tests.faults.stage import PROCESSES, Stage

_NOBODY = 65534
_SOON = 300
"""Milliseconds of patience, for thirty seconds."""

pytestmark = pytest.mark.file_only


def _impatient(clinic: Stage) -> None:
    engine = clinic.ledger.engine
    engine.dispose()
    event.listen(engine, "connect", lambda con, _: con.execute(f"PRAGMA busy_timeout = {_SOON}"))


class _Holder:
    """Somebody else who holds the ledger's write lock."""

    def __init__(self, clinic: Stage) -> None:
        self._ledger = open_ledger(clinic.home, "northside")
        self._held = None

    def take(self) -> None:
        if self._held is None:
            self._held = self._ledger.write()
            self._held.__enter__()

    def give_back(self) -> None:
        if self._held is not None:
            self._held.__exit__(None, None, None)
        self._ledger.close()


@pytest.mark.parametrize("point", ["at once", "after_claim", "after_sending"])
def test_a_ledger_that_somebody_holds_sends_nothing_and_loses_nothing(stage, tell, point):
    clinic = stage(12)
    plan(clinic.room, NOW)
    _impatient(clinic)
    holder = _Holder(clinic)
    reached = []

    def reach(where: str) -> None:
        if where == point:
            reached.append(where)
            holder.take()

    if point == "at once":
        reach(point)
    else:
        listen(clinic.ledger.engine, clinic.ledger.engine, reach)
    with pytest.raises(StoreUnusable, match=r"ledger\.db: another process holds it; wait"):
        clinic.dispatch()
    assert reached
    left = len(clinic.sandbox.texts())
    assert left <= (12 if point == "after_sending" else 0)
    holder.give_back()
    clinic.recover()
    verdict = clinic.verdict()
    tell(f"locked {point}, {left} had left: {verdict.told}")
    assert (verdict.duplicates, verdict.losses) == (0, 0)


def test_a_lock_that_is_given_back_in_time_is_waited_for(stage):
    clinic = stage(4)
    plan(clinic.room, NOW)
    holder = _Holder(clinic)
    holder.take()
    started = clinic.start()
    started.join(2)
    assert started.is_alive(), "it waits"
    assert clinic.sandbox.texts() == []
    holder.give_back()
    started.join(200)
    assert started.exitcode == 0
    assert len(clinic.sandbox.texts()) == 4


def _as_nobody(orders: Orders, told: str) -> None:
    """Dispatch as a user whom the file system refuses; root is refused nothing."""
    if os.geteuid() == 0:
        os.setgid(_NOBODY)
        os.setuid(_NOBODY)
    try:
        run(orders)
    except StoreUnusable as error:
        Path(told).write_text(str(error), encoding="utf-8")


def test_a_ledger_that_may_not_be_written_sends_nothing_and_says_what_to_do(stage):
    clinic = stage(4)
    plan(clinic.room, NOW)
    clinic.close()
    # Pytest's own folders let nobody else in.
    with tempfile.TemporaryDirectory() as folder:
        home, told = Path(folder) / "var", Path(folder) / "told"
        shutil.copytree(clinic.home, home)
        told.touch()
        for path in (Path(folder), *Path(folder).rglob("*")):
            path.chmod(0o700 if path.is_dir() else 0o600)
            if os.geteuid() == 0:
                os.chown(path, _NOBODY, _NOBODY)
        (home / "northside/ledger.db").chmod(0o400)
        process = PROCESSES.Process(
            target=_as_nobody, args=(Orders(home, clinic.sandbox.twilio, NOW), str(told))
        )
        process.start()
        process.join(200)
        words = told.read_text(encoding="utf-8")
    assert "ledger.db: cannot be" in words
    assert "let this user" in words
    assert clinic.sandbox.texts() == []


_PAGE = 4096


@pytest.mark.parametrize(("first", "kind"), [(0, SecretMissing), (1, StoreUnusable)])
def test_a_damaged_ledger_is_refused_by_name_and_nothing_leaves(stage, first, kind):
    clinic = stage(4)
    plan(clinic.room, NOW)
    clinic.close()
    path = clinic.home / "northside/ledger.db"
    content = bytearray(path.read_bytes())
    for page in range(first, len(content) // _PAGE):
        content[page * _PAGE + 100] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(kind, match=r"ledger\.db: .*(?:key|restore\.md)"):
        dispatch_due(
            replace(clinic.room, ledger=open_ledger(clinic.home, "northside")),
            clinic.carriers,
            NOW,
        )
    assert clinic.sandbox.texts() == []
