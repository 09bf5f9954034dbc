"""Who may sign in, and what a name has failed at."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from data_contracts.board import StaffUser
from data_contracts.deed import Role
from ledger.keys import keyed_hash
from ledger.schema_sign_in import session_grants, sessions, sign_in_failures, users
from ledger.store import Ledger, insert_new, new_id

_FORGOTTEN_AFTER = timedelta(days=1)


def add_user(
    con: Connection, name: str, role: Role, password_hash: str, at: datetime
) -> str | None:
    """A new user's id; None where the name is taken. The password is somebody else's choice."""
    user_id = new_id()
    row = {
        "user_id": user_id,
        "name": name,
        "role": role.value,
        "password_hash": password_hash,
        "must_change": True,
        "totp_secret": None,
        "totp_step": 0,
        "created_at": at,
        "password_at": at,
        "disabled_at": None,
    }
    return user_id if insert_new(con, users, [row]) else None


def user_named(con: Connection, name: str) -> Any:
    """The row of a name; None where nobody has it."""
    return con.execute(select(users).where(users.c.name == name)).first()


def all_users(con: Connection) -> list[StaffUser]:
    """Everybody, by name; those who may no longer, too."""
    return [_user(row) for row in con.execute(select(users).order_by(users.c.name))]


def _user(row: Any) -> StaffUser:
    return StaffUser(
        user_id=row.user_id,
        name=row.name,
        role=Role(row.role),
        created_at=row.created_at,
        is_disabled=row.disabled_at is not None,
        must_change=row.must_change,
        has_second_factor=row.totp_secret is not None,
    )


def set_password(
    con: Connection, user_id: str, password_hash: str, at: datetime, *, must_change: bool
) -> None:
    """Replace a password; whoever is signed in by the old one no longer is."""
    values = {"password_hash": password_hash, "password_at": at, "must_change": must_change}
    con.execute(update(users).where(users.c.user_id == user_id).values(**values))
    end_sessions_of(con, user_id)


def set_second_factor(con: Connection, user_id: str, secret: bytes | None, step: int) -> None:
    """From the next sign-in on a code of this secret is asked for too; None: no more."""
    values = {"totp_secret": secret, "totp_step": step}
    con.execute(update(users).where(users.c.user_id == user_id).values(**values))


def use_step(con: Connection, user_id: str, step: int) -> None:
    """The code of this half minute is used up."""
    con.execute(update(users).where(users.c.user_id == user_id).values(totp_step=step))


def disable(con: Connection, user_id: str, at: datetime) -> None:
    """Let somebody in no more, from this transaction on; their name stays theirs."""
    con.execute(update(users).where(users.c.user_id == user_id).values(disabled_at=at))
    end_sessions_of(con, user_id)


def end_sessions_of(con: Connection, user_id: str) -> None:
    """Sign a user out everywhere."""
    theirs = select(sessions.c.token_hash).where(sessions.c.user_id == user_id)
    con.execute(session_grants.delete().where(session_grants.c.token_hash.in_(theirs)))
    con.execute(sessions.delete().where(sessions.c.user_id == user_id))


def name_index(ledger: Ledger, name: str) -> str:
    """The keyed hash of a name that somebody tried, whether or not it is anybody's."""
    return keyed_hash(ledger.keys.key("sign_in"), name)


def tries_of(con: Connection, index: str, at: datetime) -> tuple[int, datetime | None]:
    """How often in a row a name failed, and when last; until the transaction ends nobody else
    looks, so that tries that race are each counted."""
    row = {"name_index": index, "failures": 0, "last_at": at}
    insert_new(con, sign_in_failures, [row])
    mine = sign_in_failures.c.name_index == index
    found = con.execute(select(sign_in_failures).where(mine).with_for_update()).one()
    return found.failures, found.last_at if found.failures else None


def count_try(con: Connection, index: str, at: datetime) -> None:
    """One more, before the password is looked at."""
    mine = sign_in_failures.c.name_index == index
    more = {"failures": sign_in_failures.c.failures + 1, "last_at": at}
    con.execute(update(sign_in_failures).where(mine).values(**more))
    old = sign_in_failures.c.last_at < at - _FORGOTTEN_AFTER
    con.execute(sign_in_failures.delete().where(old))


def forget_tries(con: Connection, index: str) -> None:
    """A name that signed in begins anew."""
    con.execute(sign_in_failures.delete().where(sign_in_failures.c.name_index == index))
