"""A worker's run that aborts with patients in its memory leaves no dump of that memory."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from prefect.settings import PREFECT_API_URL
from prefect.workers.process import ProcessWorker

from tests.cast import NOW
from tests.leaks.planted import FIRST, PLANTED
from tests.leaks.scanner import hits

pytestmark = [pytest.mark.prefect, pytest.mark.slow, pytest.mark.timeout(600)]

ROOT = Path(__file__).parents[2]
PATTERN = Path("/proc/sys/kernel/core_pattern")
OPEN = f"import os; held = '{FIRST[:3]}' + '{FIRST[3:]}' * 1; os.abort()"


def let_dump():
    """As a machine whose operator wants dumps."""
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (most, most))


def dumps(folder):
    return sorted(folder.glob("core*"))


@pytest.fixture
def dumping(tmp_path):
    """A folder where a process without our guard leaves its memory; skipped where none would."""
    pattern = PATTERN.read_text().strip() if PATTERN.exists() else "another system"
    if pattern.startswith(("|", "/")) or pattern == "another system":
        pytest.skip(f"dumps of this machine go to {pattern!r}, not beside the process")
    if resource.getrlimit(resource.RLIMIT_CORE)[1] == 0:
        pytest.skip("this machine lets no process dump its memory")
    folder = tmp_path / "stands-here"
    folder.mkdir()
    subprocess.run([sys.executable, "-c", OPEN], cwd=folder, preexec_fn=let_dump, check=False)
    left = dumps(folder)
    assert [one for path in left for one in hits(path.read_bytes(), "dump", [FIRST])], "it is seen"
    for path in left:
        path.unlink()
    return folder


def deploy(api, folder):
    """The nightly sync for a worker's pool, standing in the folder; its id."""
    template = ProcessWorker.get_default_base_job_template()
    pool = {"name": "dumping", "type": "process", "base_job_template": template}
    api.post("work_pools/", json=pool).raise_for_status()
    flow = api.post("flows/", json={"name": "sync-practice"}).raise_for_status().json()
    stands = {"prefect.deployments.steps.set_working_directory": {"directory": str(folder)}}
    made = {
        "name": "northside",
        "flow_id": flow["id"],
        "entrypoint": "flows.sync_practice.sync_practice",
        "pull_steps": [stands],
        "work_pool_name": "dumping",
    }
    return api.post("deployments/", json=made).raise_for_status().json()["id"]


def test_a_worker_s_run_that_aborts_leaves_nothing_of_its_memory(site, dumping, tmp_path):
    site.plant()
    told, url = tmp_path / "told", PREFECT_API_URL.value()
    own = {"PREFECT_API_URL": url, "PREFECT_HOME": str(tmp_path / "prefect"), "DO_NOT_TRACK": "1"}
    environment = {**os.environ, **own, "PYTHONPATH": str(ROOT), "ABORT_TOLD": str(told)}
    with httpx.Client(base_url=url, timeout=60, trust_env=False) as api:
        deployment = deploy(api, dumping)
        asked = {
            "parameters": {"clinic": "northside", "now": NOW.isoformat()},
            "job_variables": {"command": f"{sys.executable} -m tests.leaks.aborting_engine"},
        }
        answer = api.post(f"deployments/{deployment}/create_flow_run", json=asked)
        run = answer.raise_for_status().json()["id"]
        words = ["worker", "start", "--pool", "dumping", "--type", "process", "--run-once"]
        done = subprocess.run(
            [sys.executable, "-m", "prefect", *words],
            cwd=dumping,
            env=environment,
            preexec_fn=let_dump,
            capture_output=True,
            timeout=200,
            check=False,
        )
        state = api.get(f"flow_runs/{run}").raise_for_status().json()["state"]
    log = done.stdout + done.stderr
    assert told.exists(), log.decode()[-3000:]
    assert told.read_text() == "(0, 0)"
    assert state["type"] == "CRASHED"
    assert dumps(dumping) == []
    assert hits(log + str(state).encode(), "the worker's log", PLANTED) == []
