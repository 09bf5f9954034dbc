"""From a signed callback to what it caused, through a real receiver, Prefect and who attends."""

import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import select

from bench.callbacks import Kept, kept, text
from bench.installation import ROOT, Installation, installation, wait_for
from data_contracts.deed import Deed
from ledger.schema import audit
from ledger.store import open_ledger

pytestmark = [pytest.mark.prefect, pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(tmp_path_factory.mktemp("house"), clinics=2) as made:
        made.start_prefect()
        made.start_receiver()
        yield made


def post(house: Installation, slug: str, number: int) -> None:
    one = text(house.url, slug, number)
    answer = httpx.post(
        f"{house.url}{one.path}",
        content=one.body,
        headers=one.headers,
        trust_env=False,
        timeout=60,
    )
    assert answer.status_code == 200


def until_handled(house: Installation, slug: str, rows: int, seconds: float = 150) -> None:
    wait_for(lambda: kept(house.folder, slug) == Kept(rows, rows), seconds)


def who_acted(house: Installation, slug: str) -> set[tuple[str, str]]:
    """Whoever read a patient's words there, by the audit."""
    ledger = open_ledger(house.folder / "var", slug)
    with ledger.read() as con:
        query = select(audit.c.who, audit.c.role).where(audit.c.what == Deed.WORDS_READ.value)
        found = {(row.who, row.role) for row in con.execute(query)}
    ledger.close()
    return found


def replies_runs(house: Installation) -> list[str]:
    """The states of the runs of patient_replies."""
    wanted = {"flows": {"name": {"any_": ["patient-replies"]}}}
    return [run["state"]["type"] for run in house.ask("flow_runs/filter", wanted)]


def test_what_a_patient_writes_is_handled_within_seconds_by_who_attends(house: Installation):
    house.start_attending()
    post(house, "clinic-00", 1)
    until_handled(house, "clinic-00", 1)  # the first wake-up starts the process that wakes
    post(house, "clinic-00", 2)
    until_handled(house, "clinic-00", 2)
    assert kept(house.folder, "clinic-01") == Kept(0, 0)
    wait_for(lambda: house.ask("task_runs/count") == 2, 90)
    names = {run["name"] for run in house.ask("task_runs/filter")}
    assert names == {"attend-clinic-00"}, "background tasks, and no flow's"
    ids = {run["id"] for run in house.ask("task_runs/filter")}
    acted = who_acted(house, "clinic-00")
    assert {who for who, _ in acted} <= {f"task run {one}" for one in ids} | {"attendant"}
    assert {role for _, role in acted} == {"system"}


def test_while_prefect_is_down_carriers_are_thanked_and_replies_are_handled(house: Installation):
    house.end("prefect")
    began = time.monotonic()
    post(house, "clinic-01", 3)
    assert time.monotonic() - began < 30
    until_handled(house, "clinic-01", 1)
    house.start_prefect()


def test_where_nobody_attends_one_flow_run_takes_all_that_came_in(house: Installation):
    house.end("attending")
    house.deploy()
    for number in range(10, 14):
        post(house, "clinic-01", number)
        time.sleep(1.1)
    wait_for(lambda: replies_runs(house), 90)
    time.sleep(3)
    assert replies_runs(house) == ["SCHEDULED"], "one waits for a worker; more would only queue"
    house.start_worker()
    until_handled(house, "clinic-01", 5, 200)
    wait_for(lambda: replies_runs(house) == ["COMPLETED"], 60)
    house.end("worker")


def test_a_sweep_takes_what_no_wake_up_carried(house: Installation):
    house.end("prefect")
    post(house, "clinic-00", 20)
    house.end("receiver")
    house.start_prefect()
    assert kept(house.folder, "clinic-00") == Kept(3, 2)
    command = [sys.executable, "-m", "deployments.command", "run", "sweep-inbox", "clinic-00"]
    done = subprocess.run(
        command, cwd=ROOT, env=house.environment, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert kept(house.folder, "clinic-00") == Kept(3, 3)


def test_nobody_said_a_word_of_a_patient(house: Installation):
    for name in ("receiver", "attending", "worker"):
        said = house.log(name)
        assert "dog" not in said
        assert "55501" not in said
        assert "Traceback" not in said
