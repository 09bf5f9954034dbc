"""Who may sign in to the board: added, given a new password, let in no more."""

import re
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection

from data_contracts.board import SIGN_IN_ROLES, StaffUser
from data_contracts.deed import Act, Deed, Role
from data_contracts.errors import UserError
from ledger import users
from ledger.audit import record
from ledger.passwords import hashed, starting_password
from tasks.room import Room

_NAME = re.compile(r"[a-z][a-z0-9._-]{1,30}")


class NoSuchUser(UserError):
    """Nobody has that name, or somebody has it already, or it is no name."""


class Starting(NamedTuple):
    """What somebody signs in with the first time; shown once, kept nowhere."""

    name: str
    password: str


def add(here: Room, name: str, role: Role, wall: datetime) -> Starting:
    """A new user with a password for one sign-in. Raises NoSuchUser."""
    slug, plain = here.clinic.slug, name.strip().casefold()
    if not _NAME.fullmatch(plain):
        raise NoSuchUser(
            f"{slug}: {name} is no user name; use 2 to 31 letters, digits, dots, dashes or"
            " underscores, a letter first"
        )
    if role not in SIGN_IN_ROLES:
        allowed = ", ".join(one.value for one in SIGN_IN_ROLES)
        raise NoSuchUser(f"{slug}: nobody signs in as {role}; the roles are {allowed}")
    password = starting_password()
    known = hashed(password)
    with here.ledger.write() as con:
        user_id = users.add_user(con, plain, role, known, wall)
        if user_id is None:
            raise NoSuchUser(
                f"{slug}: {plain} is taken, and a name stays one person's; choose another, or give"
                f" a new password: `ptclinic user password {slug} {plain}`"
            )
        record(here.ledger, con, [Act(Deed.USER_ADDED, user_id, role.value)])
    return Starting(plain, password)


def everybody(here: Room) -> list[StaffUser]:
    """Who may sign in, and who no longer may."""
    with here.ledger.read() as con:
        return users.all_users(con)


def disable(here: Room, name: str, wall: datetime) -> bool:
    """Let in no more, at once; False where that was so. Raises NoSuchUser."""
    with here.ledger.write() as con:
        row = _named(here, con, name)
        if row.disabled_at is not None:
            return False
        users.disable(con, row.user_id, wall)
        record(here.ledger, con, [Act(Deed.USER_DISABLED, row.user_id, "by name")])
        return True


def renew_password(here: Room, name: str, wall: datetime) -> Starting:
    """A password for one sign-in, for who forgot theirs or lost the phone with the codes.

    Raises NoSuchUser.
    """
    password = starting_password()
    known = hashed(password)
    with here.ledger.write() as con:
        row = _named(here, con, name)
        if row.disabled_at is not None:
            raise NoSuchUser(f"{here.clinic.slug}: {row.name} may no longer sign in")
        users.set_password(con, row.user_id, known, wall, must_change=True)
        users.set_second_factor(con, row.user_id, None, 0)
        users.forget_tries(con, users.name_index(here.ledger, row.name))
        record(here.ledger, con, [Act(Deed.CREDENTIAL_SET, row.user_id, "for one sign-in")])
        return Starting(row.name, password)


def _named(here: Room, con: Connection, name: str) -> Any:
    row = users.user_named(con, name.strip().casefold())
    if row is None:
        slug = here.clinic.slug
        raise NoSuchUser(f"{slug}: nobody is called {name}; `ptclinic user list {slug}` names all")
    return row
