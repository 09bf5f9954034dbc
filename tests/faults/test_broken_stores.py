"""The disk is full, the ledger is cut off: nothing leaves without its row (R13)."""

import resource
from pathlib import Path

import pytest

from data_contracts.errors import StoreUnusable
from ledger.store import open_ledger
from tasks.dispatch import dispatch_due
from tests.cast import NOW
from tests.faults.dispatcher import Orders, plan, run
from tests.faults.stage import PROCESSES

pytestmark = pytest.mark.file_only


def _on_a_full_disk(orders: Orders, spare: int) -> None:
    """A dispatcher that may write so many bytes beyond what its biggest file holds."""
    largest = max(path.stat().st_size for path in (orders.home / "northside").iterdir())
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest + spare,) * 2)
    run(orders)


@pytest.mark.slow
@pytest.mark.parametrize("spare", [0, 120_000, 200_000, 280_000])
def test_a_full_disk_stops_sending_and_loses_nothing(stage, tell, spare):
    clinic = stage(60)
    plan(clinic.room, NOW)
    orders = Orders(clinic.home, clinic.sandbox.twilio, NOW, "", 1)
    process = PROCESSES.Process(target=_on_a_full_disk, args=(orders, spare))
    process.start()
    process.join(200)
    left = len(clinic.sandbox.texts())
    known = sum(n for (status, _), n in clinic.statuses().items() if status not in ("planned",))
    assert left <= known, "each that left has a row that says so"
    clinic.recover()
    verdict = clinic.verdict()
    tell(
        f"disk full after {spare} bytes, {left} had left: {verdict.duplicates} duplicates, "
        f"{verdict.losses} losses"
    )
    assert (verdict.duplicates, verdict.losses) == (0, 0)
    assert len(clinic.sandbox.texts()) == len(clinic.people)


def test_a_ledger_that_is_cut_off_is_refused_before_anything_leaves(stage):
    clinic = stage(4)
    plan(clinic.room, NOW)
    path = _file_of(clinic.home)
    clinic.close()
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 3])
    with pytest.raises(StoreUnusable, match=r"ledger\.db: is damaged.*restore\.md"):
        dispatch_due(_again(clinic), clinic.carriers, NOW)
    assert clinic.sandbox.texts() == []


def _file_of(home: Path) -> Path:
    return home / "northside/ledger.db"


def _again(clinic):
    from dataclasses import replace

    return replace(clinic.room, ledger=open_ledger(clinic.home, "northside"))
