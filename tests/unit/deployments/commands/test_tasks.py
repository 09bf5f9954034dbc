"""`tasks` is the call list: who waits for a person, shown without names unless on a terminal."""

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from data_contracts.inbound import InboundEvent, InboundKind
from ledger import records
from ledger.schema import patients, staff_tasks, visits
from tasks.book import keep_snapshot
from tasks.keeping import keep_inbound
from tasks.reconcile import settle_open
from tests.cast import NOW, person, snapshot, visit
from tests.unit.deployments.commands.conftest import Command

SECRETS = ("Ana", "Bo", "Example", "5550101", "5550102", "running late")


@pytest.fixture
def here(write_file: Callable[..., None], enter: Callable[..., Any]) -> Any:
    """A call to make to Ana, due at four, and Bo's reply to read, due at one."""
    write_file()
    room = enter()
    bo = person("bo", first_name="Bo", mobile="+13035550102", email=None)
    keep_snapshot(room, snapshot([person(), bo], [visit()]), NOW)
    with room.ledger.write() as con:
        row = con.execute(select(visits.c.visit_id, visits.c.patient_id)).one()
        records.add_staff_task(
            con,
            kind="call_patient",
            reason="carrier_refused",
            detail='{"code": "30006", "remedy": ""}',
            due_at=NOW + timedelta(hours=7),
            now=NOW,
            dedupe_key=f"call|{row.visit_id}|1",
            visit_id=row.visit_id,
            patient_id=row.patient_id,
        )
    keep_inbound(room, reply("+13035550102"))
    settle_open(room, {}, NOW)
    return room


def reply(number: str, key: str = "SM1") -> InboundEvent:
    return InboundEvent(
        clinic="northside",
        dedupe_key=key,
        kind=InboundKind.TEXT,
        from_number=number,
        body="running late\x1b[2J",
        received_at=NOW,
    )


def listed(ptclinic: Command, *more: str) -> list[dict[str, Any]]:
    said = ptclinic("tasks", "northside", "--json", *more)
    assert said.code == 0, said.err
    found: list[dict[str, Any]] = said.document["tasks"]
    return found


def on_a_terminal(*words: str) -> str:
    """What the command prints on a terminal of its own."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "deployments.command", *words]
    size = {"COLUMNS": "240", "TERM": "xterm"}
    with subprocess.Popen(command, stdout=theirs, stderr=theirs, env=os.environ | size) as process:
        os.close(theirs)
        said = b""
        try:
            while part := os.read(ours, 65536):
                said += part
        except OSError:  # Linux says so when the other end has gone
            pass
        os.close(ours)
    assert process.returncode == 0, said
    return said.decode()


def test_open_tasks_stand_oldest_due_first_in_the_clinics_time(
    here: Any, ptclinic: Command
) -> None:
    first, second = listed(ptclinic)
    assert (first["kind"], first["due_at"]) == ("read_reply", "2026-01-05T13:00-07:00")
    assert first["words"] == (
        "a patient answered in words: nobody can tell whose answer it is, or which visit it means"
    )
    assert (second["kind"], second["due_at"]) == ("call_patient", "2026-01-05T16:00-07:00")
    assert second["words"] == "the carrier refused it (code 30006)"
    assert second["visit_starts_at"] == "2026-01-06T09:00-07:00"


def test_a_line_is_short_and_names_nobody(here: Any, ptclinic: Command) -> None:
    task = listed(ptclinic)[1]
    said = ptclinic("tasks", "northside")
    assert ptclinic("tasks", "list", "northside").out == said.out
    for shown in (task["task"][:8], task["visit"][:8], "Mon Jan 05 16:00", "Tue Jan 06 09:00"):
        assert shown in said.out
    assert task["task"] not in said.out
    for secret in SECRETS:
        assert secret not in said.out


def test_a_visit_that_is_off_by_now_is_marked(here: Any, ptclinic: Command) -> None:
    later = NOW + timedelta(minutes=5)
    gone = visit(status="cancelled", cancelled_at=NOW, updated_at=NOW)
    keep_snapshot(here, snapshot([person()], [gone]), later)
    assert "Tue Jan 06 09:00 (cancelled)" in ptclinic("tasks", "northside").out


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_names_go_to_a_terminal_only(here: Any, ptclinic: Command, more: tuple[str, ...]) -> None:
    said = ptclinic("tasks", "northside", "--names", *more)
    assert said.code == 2
    assert "is for a terminal" in said.err
    for secret in SECRETS:
        assert secret not in said.out + said.err


def test_on_a_terminal_the_caller_sees_whom_to_call_and_what_was_said(
    here: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTCLINIC_ROLE", "front_desk")
    lines = on_a_terminal("tasks", "northside", "--names").splitlines()
    (call,) = [line for line in lines if "call_patient" in line]
    (read,) = [line for line in lines if "read_reply" in line]
    assert "Ana" in call
    assert "+13035550101" in call
    assert "Bo" in read
    assert "+13035550102" in read
    assert "running late" in read
    assert "\x1b" not in read  # nor may a stranger's letters steer the terminal
    assert not any("Example" in line for line in lines)


def test_an_unknown_number_or_an_erased_patient_leaves_the_line_without_a_name(
    here: Any,
) -> None:
    from tasks.call_list import staff_lines

    keep_inbound(here, reply("+13035550177", "SM2"))
    settle_open(here, {}, NOW + timedelta(minutes=1))
    with here.ledger.write() as con:
        con.execute(
            patients.update().where(patients.c.source_id == "ana").values(identity=b"x" * 40)
        )
    read, unknown, call = staff_lines(here, with_names=True)
    assert (read.names, read.numbers) == ("Bo", "+13035550102")
    assert (unknown.names, unknown.reply) == (None, "running late\x1b[2J")
    assert (call.kind, call.names, call.numbers) == ("call_patient", None, None)


def test_done_is_marked_once_and_kept(here: Any, ptclinic: Command) -> None:
    task = listed(ptclinic)[1]["task"]
    words = ("tasks", "done", "northside", task[:8], "--now", NOW.isoformat(), "--outcome")
    assert ptclinic(*words, "reached").code == 0
    assert [one["kind"] for one in listed(ptclinic)] == ["read_reply"]
    again = ptclinic(*words, "no_answer")
    assert again.code == 1
    assert "was done on 2026-01-05 at 09:00 (reached)" in again.err
    kept = listed(ptclinic, "--all")[1]
    assert (kept["outcome"], kept["done_at"]) == ("reached", "2026-01-05T09:00-07:00")
    assert "reached, Mon Jan 05 09:00" in ptclinic("tasks", "northside", "--all").out


@pytest.mark.parametrize(
    ("task", "outcome", "code", "advice"),
    [
        ("zzzz", "reached", 1, "`ptclinic tasks northside` lists them"),
        ("a", "reached", 1, "the first 4 or more letters"),
        ("same", "reached", 1, "more than one task begins with same"),
        ("same1", "vanished", 2, "--outcome"),
    ],
)
def test_what_cannot_be_marked_is_told_and_stays_open(
    here: Any, ptclinic: Command, task: str, outcome: str, code: int, advice: str
) -> None:
    with here.ledger.write() as con:
        ids = con.execute(select(staff_tasks.c.task_id)).scalars().all()
        for place, own_id in enumerate(ids):
            known = staff_tasks.c.task_id == own_id
            con.execute(staff_tasks.update().where(known).values(task_id=f"same{place}"))
    said = ptclinic("tasks", "done", "northside", task, "--outcome", outcome)
    assert said.code == code
    assert advice in said.err
    assert len(listed(ptclinic)) == 2
