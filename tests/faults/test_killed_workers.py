"""The real flow on a real Prefect worker: runs, workers and the server are killed (R1, R14).

As for the bare dispatchers the carrier's list is the judge: each of its texts belongs to one
message, and after recovery each message is with the carrier or says why not. The list lags; leases
are waited for by telling the recovery a later wall clock.
"""

import time
from collections import Counter
from datetime import datetime, timedelta

import pytest

from ledger.keys import create_master_key
from tests.cast import NOW, TWILIO_ACCOUNT, TWILIO_TOKEN, clinic_file
from tests.faults.dispatcher import POINTS
from tests.faults.worker_site import SLUG, Site

pytestmark = [
    pytest.mark.prefect,
    pytest.mark.slow,
    pytest.mark.timeout(1200),
    pytest.mark.xdist_group("one_prefect"),
]

_LADDER = [
    {"name": "three_days", "channel": "sms", "before": "P3D"},
    {"name": "one_day", "channel": "sms", "before": "P1D"},
]
_POINTS = tuple(one for one in POINTS if one != "after_answer")
"""What a wire and the ledger's commits can tell apart in a process that is not ours."""
_LAG = 1.0


def _environment(folder):
    return {
        "PTCLINIC_HOME": str(folder / "var"),
        "PTCLINIC_CLINICS": str(folder / "clinics"),
        "NORTHSIDE_CLINIKO_KEY": "MS0xLXNhbmRib3g-au1",
        "TWILIO_SID": TWILIO_ACCOUNT,
        "TWILIO_TOKEN": TWILIO_TOKEN,
    }


@pytest.fixture(scope="module")
def _running(tmp_path_factory, carrier_of_a_book):
    folder = tmp_path_factory.mktemp("worker")
    (folder / "clinics").mkdir()
    create_master_key(folder / "var" / SLUG / "master.key")
    content = clinic_file(ladder=_LADDER)
    content["practice"]["base_url"] = carrier_of_a_book.cliniko
    # Nobody listens for callbacks: what became of a text stands in the carrier's list alone.
    for name in ("voice", "email", "public_url"):
        del content["channels"][name]
    made = Site(folder, carrier_of_a_book, content, _environment(folder))
    try:
        made.start_server()
        made.start_worker()
        made.deploy()
        yield made
    finally:
        made.close()


@pytest.fixture
def site(_running, monkeypatch):
    for name, value in _environment(_running.folder).items():
        monkeypatch.setenv(name, value)
    return _running


class Clock:
    """A clinic's time: a day on, and new reminders are due."""

    def __init__(self, site: Site) -> None:
        self._site, self.now = site, NOW

    def next_day(self) -> datetime:
        self.now += timedelta(days=1)
        self._site.sandbox.ask("clock", now=self.now.isoformat())
        return self.now


@pytest.fixture(scope="module")
def clock(_running):
    return Clock(_running)


def _strike(site: Site, clock: Clock, point: str, kills: str) -> None:
    """One run that dies at a point; where nothing was left to send, the next day's."""
    for _ in range(3):
        run = site.start_run(clock.now, point, 1, kills)
        site.wait_for(lambda run=run: site.is_struck() or site.is_over(run))
        if site.is_struck():
            break
        clock.next_day()
    assert site.is_struck(), f"no run came to {point}"
    if kills == "worker":
        site.gone("worker")
        site.start_worker()
    else:
        site.wait_for(lambda: site.is_over(run))
        assert site.state(run) == "CRASHED"


def _recover(site: Site, clock: Clock) -> None:
    site.settle(clock.now)
    run = site.start_run(clock.now)
    site.wait_for(lambda: site.is_over(run))
    assert site.state(run) == "COMPLETED"
    site.settle(clock.now)


def test_killed_runs_and_workers_duplicate_nothing_and_lose_nothing(site, clock, is_long, tell):
    kills = Counter()
    points = _POINTS if is_long else ("after_request",)
    for lap in range(3 if is_long else 1):
        for place, point in enumerate(points):
            whom = "worker" if (place + lap) % 3 == 1 else "run"
            _strike(site, clock, point, whom)
            kills[point] += 1
            # A look before the list is complete would take a text for absent.
            time.sleep(0.5 + _LAG * 1.2)
            site.settle(clock.now)
    _recover(site, clock)
    verdict = site.verdict()
    tell(f"a worker's runs: {kills.total()} kills at {len(kills)} points: {verdict.told}")
    assert (verdict.duplicates, verdict.losses) == (0, 0), verdict.statuses
    assert kills.total() >= (20 if is_long else 1)
    assert verdict.statuses[("accepted", "sent")] + verdict.statuses[("delivered", "receipt")] > 20


def test_a_run_that_was_called_crashed_and_ends_late_sends_nothing_twice(site, clock, tell):
    now = clock.next_day()
    late = site.start_run(now, "after_sending")
    site.wait_for(site.is_struck)
    crashed = {"type": "CRASHED", "name": "Crashed", "message": "no heartbeat"}
    site.post(f"flow_runs/{late}/set_state", state=crashed, force=True)
    site.settle(now)
    second = site.start_run(now)
    site.wait_for(lambda: site.is_over(second))
    assert site.state(second) == "COMPLETED"
    site.go_on()
    site.wait_for(lambda: site.state(late) == "COMPLETED")
    _recover(site, clock)
    verdict = site.verdict()
    tell(f"a run called crashed ends late: {verdict.told}")
    assert (verdict.duplicates, verdict.losses) == (0, 0), verdict.statuses


def test_while_the_server_is_down_what_is_under_way_goes_once_and_nothing_is_lost(
    site, clock, tell
):
    now = clock.next_day()
    run = site.start_run(now, "after_sending")
    site.wait_for(site.is_struck)
    site.kill("server")
    site.go_on()
    time.sleep(3)
    site.start_server()
    site.wait_for(lambda: site.is_over(run))
    ended = site.state(run)
    _recover(site, clock)
    verdict = site.verdict()
    tell(f"Prefect's server killed under a run, which ended {ended.lower()}: {verdict.told}")
    assert (verdict.duplicates, verdict.losses) == (0, 0), verdict.statuses
