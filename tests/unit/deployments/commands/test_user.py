"""`user` says who may sign in to the board; a password is shown once and kept nowhere."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from data_contracts.deed import Deed
from data_contracts.errors import GateClosed
from ledger.schema import audit
from ledger.schema_sign_in import users
from tasks.signing_in import SignInRefused, sign_in
from tasks.staff import NoSuchUser
from tests.cast import NOW


@pytest.fixture
def here(write_file, enter):
    write_file()
    return enter()


def test_a_new_user_signs_in_with_the_password_that_is_shown_once(here, ptclinic):
    said = ptclinic("user", "add", "northside", "Maria", "--role", "front_desk", "--json")
    assert said.code == 0
    assert said.document["name"] == "maria"
    password = said.document["password"]
    assert sign_in(here, "maria", password, "", NOW)
    with here.ledger.read() as con:
        assert password not in repr(con.execute(select(users)).all())
    listed = ptclinic("user", "list", "northside", "--json").document["users"]
    assert [(one["name"], one["role"], one["password"]) for one in listed] == [
        ("maria", "front_desk", "for one sign-in")
    ]
    assert password not in ptclinic("user", "list", "northside").out


def test_a_new_password_ends_the_old_and_disabling_ends_all(here, ptclinic):
    first = ptclinic("user", "add", "northside", "ben", "--role", "owner", "--json").document
    second = ptclinic("user", "password", "northside", "ben").out.splitlines()[-1]
    with pytest.raises(SignInRefused):
        sign_in(here, "ben", first["password"], "", NOW)
    assert sign_in(here, "ben", second, "", NOW + timedelta(minutes=20))
    assert "may no longer sign in" in ptclinic("user", "disable", "northside", "ben").out
    assert "so it was" in ptclinic("user", "disable", "northside", "ben").out
    with pytest.raises(SignInRefused):
        sign_in(here, "ben", second, "", NOW + timedelta(minutes=40))
    assert "disabled" in ptclinic("user", "list", "northside").out
    assert ptclinic("user", "password", "northside", "ben").code == NoSuchUser.exit_code


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("add", "northside", "x", "--role", "owner"), "is no user name"),
        (("add", "northside", "ma ria", "--role", "owner"), "is no user name"),
        (("add", "northside", "maria", "--role", "system"), "nobody signs in as system"),
        (("add", "northside", "taken", "--role", "owner"), "is taken"),
        (("disable", "northside", "nobody"), "nobody is called nobody"),
        (("password", "northside", "nobody"), "ptclinic user list northside"),
    ],
)
def test_what_cannot_be_is_said_with_the_cure(here, ptclinic, words, told):
    ptclinic("user", "add", "northside", "taken", "--role", "front_desk")
    said = ptclinic("user", *words)
    assert said.code == 1
    assert told in said.err


def test_only_who_may_manage_users_does_and_each_act_is_a_row(here, ptclinic, monkeypatch):
    ptclinic("user", "add", "northside", "maria", "--role", "front_desk")
    monkeypatch.setenv("PTCLINIC_ROLE", "front_desk")
    for words in (("add", "northside", "eve", "--role", "owner"), ("list", "northside")):
        assert ptclinic("user", *words).code == GateClosed.exit_code
    with here.ledger.read() as con:
        wanted = [Deed.USER_ADDED.value, Deed.ACCESS_REFUSED.value]
        found = con.execute(select(audit.c.what, audit.c.why).where(audit.c.what.in_(wanted)))
        assert [tuple(row) for row in found] == [
            ("user added", "front_desk"),
            ("access refused", "no right"),
            ("access refused", "no right"),
        ]
