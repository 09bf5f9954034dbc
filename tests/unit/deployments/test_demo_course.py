"""The demo's sprint passes every check of the playbook by itself, on its days, and is closed."""

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from deployments.demo.course import act
from deployments.demo.days import Doing, days_of, moments
from tasks.book import keep_snapshot
from tasks.scoring import score_due
from tasks.sprint_standing import sprint_status
from tests.cast import NOW, NOWHERE, person, snapshot, visit
from tests.unit.tasks.intake import insurance

DAY = timedelta(days=1)


def test_thirteen_weeks_go_by_the_playbook_and_end_in_a_monitor(enter: Callable[..., Any]) -> None:
    room = enter(insurance=insurance(NOWHERE))
    told = []
    for day in range(days_of(13)):
        now = NOW + day * DAY
        told += [words] if (words := act(room, day, now)) else []
        if day == 15:
            book = [
                visit(source_id=f"v{n}", starts_at=now + DAY, booked_at=now - DAY)
                for n in range(19)
            ]
            keep_snapshot(room, snapshot([person()], book), now)
            score_due(room, now)
    assert told == ["audit", "no_show", "intake_insurance", "optimisation", "optimisation"]
    found = sprint_status(room, NOW + 91 * DAY)
    assert found is not None
    assert found.closed_on == (NOW + 91 * DAY).date()
    assert not any(step.is_early for step in found.steps), "no check was passed for a reason"
    assert {one.arm for one in found.arms} == {"treated", "held_out"}


def test_fewer_weeks_end_inside_the_sprint() -> None:
    assert (days_of(2), days_of(12), days_of(13)) == (14, 84, 92)


def test_a_sprint_s_numbers_come_weekly_and_at_its_end() -> None:
    zone = ZoneInfo("America/Denver")
    due = list(moments(NOW, days_of(13), zone, is_sprint=True))
    refreshed = [now for now, doing in due if doing is Doing.REFRESH]
    assert len(refreshed) == 14
    assert due[-1] == (refreshed[-1], Doing.REFRESH)
    assert len(list(moments(NOW, 14, zone, is_sprint=False))) == 14 * 8, "two weeks as ever"


def test_what_the_command_needs_before_its_server_runs_does_not_read_prefect_s_settings() -> None:
    """Who imports Prefect before its address and its log level are known has others."""
    needed = "deployments.commands.demo, deployments.demo.days, deployments.demo.run"
    program = f"import sys, {needed}; sys.exit('prefect' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
