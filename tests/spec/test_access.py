"""Who may do what at the command and on the board; an empty cell is a refusal; each is a test."""

import pytest

from data_contracts.deed import Role
from data_contracts.right import Right
from rules.access import ALLOWED, may
from tests.spec.table import header, rows

TABLE = """
    resource    | action  | consultant | owner | front desk | therapist | system
    call list   | read    | yes        | yes   | yes        | yes       |
    call list   | finish  | yes        | yes   | yes        |           |
    queue       | read    | yes        | yes   | yes        | yes       |
    replies     | read    |            | yes   | yes        |           | # a patient's words
    replies     | settle  |            | yes   | yes        |           |
    offers      | read    | yes        | yes   | yes        |           |
    waiting list | read   | yes        | yes   | yes        | yes       |
    waiting list | change | yes        | yes   | yes        |           |
    plan of care | read   | yes        | yes   | yes        | yes       |
    plan of care | change | yes        | yes   | yes        | yes       | # the therapist's word
    claims      | read    | yes        | yes   | yes        | yes       |
    claims      | release |            | yes   | yes        | yes       | # the chart supports it
    numbers     | read    | yes        | yes   | yes        |           |
    numbers     | mark    |            | yes   | yes        |           |
    names       | read    |            | yes   | yes        |           | # set up without names
    visit       | read    | yes        | yes   | yes        | yes       |
    coverage    | read    | yes        | yes   | yes        | yes       |
    coverage    | verify  | yes        | yes   | yes        |           | yes # may be billed
    consent     | read    | yes        | yes   | yes        |           |
    consent     | record  | yes        | yes   | yes        |           |
    consent     | revoke  | yes        | yes   | yes        | yes       | yes # heard by anyone
    sprint      | read    | yes        | yes   |            |           | # who is held out
    sprint      | run     | yes        | yes   |            |           |
    sprint      | time staff | yes     | yes   | yes        | yes       |
    money       | read    | yes        | yes   |            |           | # reports
    fleet       | read    | yes        |       |            |           | # all clinics at once
    retention   | read    | yes        | yes   | yes        |           |
    retention   | apply   | yes        | yes   |            |           |
    record      | hold    | yes        | yes   |            |           |
    record      | erase   | yes        | yes   |            |           |
    keys        | change  | yes        |       |            |           |
    ledger      | copy    | yes        | yes   |            |           | yes
    ledger      | restore | yes        |       |            |           |
    connection  | make    | yes        | yes   |            |           | # to the practice system
    book        | import  | yes        |       |            |           |
    model       | read    | yes        | yes   |            |           |
    model       | train   | yes        |       |            |           |
    flow        | run     | yes        |       |            |           | yes
    errors      | read    | yes        |       |            |           | # may quote a patient
    audit       | verify  | yes        | yes   |            |           | yes
    audit       | export  | yes        | yes   |            |           |
    disclosures | read    | yes        | yes   | yes        |           | # ask the desk
    invariants  | check   | yes        | yes   |            |           | yes
    dispatch    | resume  | yes        | yes   |            |           |
    users       | read    | yes        | yes   |            |           |
    users       | manage  | yes        | yes   |            |           |
"""

TABLES = {"Access: which role may do what": TABLE}

_ROLES = [Role(name.replace(" ", "_")) for name in header(TABLE)[2:]]
CELLS = [
    (Right(f"{resource}: {action}"), role, cell == "yes")
    for resource, action, *cells in rows(TABLE)
    for role, cell in zip(_ROLES, cells, strict=True)
]


@pytest.mark.parametrize(("right", "role", "is_allowed"), CELLS)
def test_a_role_may_do_what_its_work_needs_and_nothing_else(right, role, is_allowed):
    assert may(role, right) is is_allowed


def test_every_right_and_every_role_is_in_the_table():
    assert {right for right, _, _ in CELLS} == set(Right)
    assert set(_ROLES) == set(Role)


def test_a_right_without_a_line_is_closed_to_everybody(monkeypatch):
    monkeypatch.delitem(ALLOWED, Right.READ_NAMES)
    assert not any(may(role, Right.READ_NAMES) for role in Role)
