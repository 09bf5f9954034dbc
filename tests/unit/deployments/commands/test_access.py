"""Roles at the command: refused by default, and past it only in the sight of everybody."""

import json

import pytest
from sqlalchemy import select

from data_contracts.right import Right
from ledger.schema import audit, staff_tasks
from tasks.book import keep_snapshot
from tests.cast import NOW, person, snapshot, visit

REFUSED = [
    ("consultant", ("tasks", "northside", "--names"), Right.READ_NAMES),
    ("therapist", ("report", "northside"), Right.READ_MONEY),
    ("front_desk", ("erase", "northside", "ana", "--why", "x"), Right.ERASE_RECORD),
    ("front_desk", ("audit", "export", "northside"), Right.EXPORT_AUDIT),
    ("owner", ("errors", "show", "northside", "0a1b2c3d"), Right.READ_ERRORS),
    ("owner", ("keys", "rotate", "northside"), Right.CHANGE_KEYS),
    ("front_desk", ("retention", "apply", "northside"), Right.APPLY_RETENTION),
    ("therapist", ("run", "appointment-reminders", "northside"), Right.RUN_FLOW),
    ("system", ("explain", "northside", "visit-of-ana"), Right.READ_VISIT),
    ("owner", ("model", "train", "northside"), Right.TRAIN_MODEL),
]


@pytest.fixture
def here(write_file, enter):
    """Northside with Ana."""
    write_file()
    room = enter()
    keep_snapshot(room, snapshot([person()], [visit()]), NOW)
    return room


def last(here):
    with here.ledger.read() as con:
        row = con.execute(select(audit).order_by(audit.c.sequence.desc())).first()
        return row.what, row.role, row.about, row.why


@pytest.mark.parametrize(("role", "words", "right"), REFUSED, ids=lambda one: str(one)[:24])
def test_a_role_without_the_right_is_refused_with_exit_3_and_that_is_a_row(
    here, ptclinic, monkeypatch, role, words, right
):
    monkeypatch.setenv("PTCLINIC_ROLE", role)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    said = ptclinic(*words)
    assert said.code == 3
    assert f"the role {role} may not do this ({right})" in said.err
    assert last(here) == ("access refused", role, right, "no right")


def test_an_emergency_lets_one_in_and_the_audit_and_the_call_list_show_it(
    here, ptclinic, monkeypatch
):
    monkeypatch.setenv("PTCLINIC_ROLE", "therapist")
    reason = "the desk is ill and a patient waits"
    said = ptclinic("--break-glass", reason, "consent", "show", "northside", "ana", "--json")
    assert said.code == 0
    assert said.document["consents"]
    assert last(here) == ("emergency access", "therapist", "consent: read", reason)
    with here.ledger.read() as con:
        (task,) = con.execute(select(staff_tasks))
    assert (task.kind, task.reason) == ("review_access", "emergency_access")
    assert json.loads(task.detail) == {"role": "therapist", "what": "consent: read"}
    listed = ptclinic("tasks", "northside").out
    assert "somebody acted beyond their role" in listed


def test_an_empty_reason_is_none(here, ptclinic, monkeypatch):
    monkeypatch.setenv("PTCLINIC_ROLE", "therapist")
    assert ptclinic("--break-glass", "  ", "consent", "show", "northside", "ana").code == 3


def test_whoever_has_the_right_breaks_no_glass(here, ptclinic):
    ptclinic("--break-glass", "just in case", "consent", "show", "northside", "ana")
    with here.ledger.read() as con:
        assert "emergency access" not in con.execute(select(audit.c.what)).scalars().all()
        assert con.execute(select(staff_tasks)).all() == []


def test_a_role_that_does_not_exist_is_refused_at_once(here, ptclinic, monkeypatch):
    monkeypatch.setenv("PTCLINIC_ROLE", "boss")
    said = ptclinic("consent", "show", "northside", "ana")
    assert said.code == 2
    assert said.err.startswith("PTCLINIC_ROLE: Input should be 'consultant', 'owner'")
    assert "boss" not in said.err


def test_a_restore_is_refused_before_anything_is_touched(here, ptclinic, monkeypatch, tmp_path):
    monkeypatch.setenv("PTCLINIC_ROLE", "front_desk")
    said = ptclinic("restore", "northside", tmp_path / "none.ledger")
    assert said.code == 3
    assert Right.RESTORE in said.err
