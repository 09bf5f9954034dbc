"""`run`, `report`, `benchmark` and `sandbox`: each does its one thing and says where it is."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from data_contracts.visit import VisitStatus
from tasks.book import keep_snapshot
from tests.cast import NOW, person, snapshot, visit
from tests.unit.deployments.commands.conftest import Command

AT = ("--now", NOW.isoformat())


@pytest.fixture
def here(write_file: Callable[..., None], enter: Callable[..., Any]) -> Any:
    write_file()
    room = enter()
    past = [
        visit(
            source_id=f"v{days}",
            starts_at=NOW - timedelta(days=days),
            booked_at=NOW - timedelta(days=days + 5),
            updated_at=NOW - timedelta(days=days),
            status=VisitStatus.ARRIVED,
        )
        for days in range(1, 13)
    ]
    keep_snapshot(room, snapshot([person()], past), NOW)
    return room


@pytest.mark.parametrize("name", ["refresh-benchmrks", "refresh_benchmrks"])
def test_an_unknown_flow_names_the_nearest(here: Any, ptclinic: Command, name: str) -> None:
    said = ptclinic("run", name, "northside", "--json")
    assert said.code == 2
    (problem,) = said.document["problems"]
    assert "did you mean 'refresh_benchmarks'?" in problem
    assert "appointment-reminders" in problem


def run_refresh(tmp_path: Path, **more: str) -> "subprocess.CompletedProcess[str]":
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT")}
    return subprocess.run(
        [
            *(sys.executable, "-m", "deployments.command", "run", "refresh-benchmarks"),
            *("northside", *AT, "--json"),
        ],
        env=environment | {"PREFECT_HOME": str(tmp_path / "prefect")} | more,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


@pytest.mark.slow
def test_a_server_that_does_not_answer_is_named(here: Any, tmp_path: Path) -> None:
    done = run_refresh(tmp_path, PREFECT_API_URL="http://127.0.0.1:9/api")
    assert done.returncode == 1
    assert "http://127.0.0.1:9/api does not answer" in json.loads(done.stdout)["problems"][0]
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_flow_runs_here_with_a_server_that_lives_as_long(here: Any, tmp_path: Path) -> None:
    done = run_refresh(tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout)
    assert told["flow"] == "refresh_benchmarks"
    assert Path(told["result"]["report"]).is_file()


@pytest.mark.slow
def test_the_report_is_a_file_whose_path_is_printed(here: Any, ptclinic: Command) -> None:
    said = ptclinic("report", "northside", *AT)
    assert said.code == 0, said.err
    page = Path(said.out.strip()).read_text()
    assert "Northside PT" in page
    assert "5550101" not in page


@pytest.mark.parametrize(("sheets", "is_told"), [(2, False), (3, True)])
def test_a_pdf_of_more_than_two_sheets_is_told(
    here: Any, ptclinic: Command, tmp_path: Path, monkeypatch: Any, sheets: int, is_told: bool
) -> None:
    browser = tmp_path / "bin" / "chromium"
    browser.parent.mkdir()
    pages = "/Type /Page " * sheets
    browser.write_text(
        "#!/bin/sh\nfor one; do case $one in --print-to-pdf=*) "
        f"echo '%PDF {pages}' > ${{one#*=}};; esac; done\n"
    )
    browser.chmod(0o700)
    monkeypatch.setenv("PATH", f"{browser.parent}:{os.environ['PATH']}")
    said = ptclinic("report", "northside", "--pdf", *AT)
    assert said.code == 0, said.err
    assert Path(said.out.strip()).name == "report.pdf"
    assert ("report.pdf: 3 sheets, it did not fit on 2" in said.err) is is_told
    assert ptclinic("report", "northside", "--pdf", *AT, "--json").document["sheets"] == sheets


def test_the_sandbox_is_a_process_of_its_own(ptclinic: Command) -> None:
    assert ptclinic("sandbox", "--no-such-option").code == 2
