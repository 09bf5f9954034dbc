"""Sign staff in and out; who failed, waits. Each try has its row in the audit."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from data_contracts.deed import Act, Deed, Role
from data_contracts.errors import UserError
from data_contracts.right import Right
from ledger import sessions, users
from ledger.audit import record
from ledger.passwords import fits, hashed
from rules.sign_in import SessionEnd, password_problem, session_end, wait_after
from tasks.access import admit
from tasks.room import Room
from tasks.second_factor import accepted_step
from tasks.visitor import Visitor, room_of

LENT_FOR = timedelta(minutes=15)
"""How long an emergency opens what the role does not."""
_NOT_RIGHT = "The name, the password or the code is not right."


class SignInRefused(UserError):
    """They are not let in; the words say what may be said."""


class PasswordRefused(UserError):
    """The new password will not do; the words say why."""


def sign_in(here: Room, name: str, password: str, code: str, wall: datetime) -> str:
    """A new session's token. Raises SignInRefused, after as long whoever the name is."""
    name = name.strip().casefold()[:32]
    index = users.name_index(here.ledger, name)
    user = _begin(here, name, index, wall)
    known = user.password_hash if user is not None and user.disabled_at is None else None
    step = accepted_step(here, user, code, wall) if fits(password, known) else None
    with here.ledger.write() as con:
        # Looked at again: meanwhile they may have been disabled, or the code used.
        if step is not None and _is_still(users.user_named(con, name), user, step):
            users.forget_tries(con, index)
            users.use_step(con, user.user_id, step)
            token = sessions.open_session(here.ledger, con, user.user_id, wall)
            _note(here, con, user, Deed.SIGNED_IN, "password and code" if step else "password")
            return token
        _note(here, con, user, Deed.SIGN_IN_FAILED, "not right", index)
    raise SignInRefused(_NOT_RIGHT)


def _begin(here: Room, name: str, index: str, wall: datetime) -> Any:
    """The row of a name, its try counted. Raises SignInRefused while the name has to wait."""
    with here.ledger.write() as con:
        user = users.user_named(con, name)
        failed, last = users.tries_of(con, index, wall)
        wait = last + wait_after(failed) - wall if last else timedelta()
        if wait <= timedelta():
            users.count_try(con, index, wall)
            return user
        _note(here, con, user, Deed.SIGN_IN_FAILED, "has to wait", index)
    minutes = max(1, -(-int(wait.total_seconds()) // 60))
    ending = "minute" if minutes == 1 else "minutes"
    raise SignInRefused(f"Too many tries for this name. Try again in {minutes} {ending}.")


def _is_still(row: Any, user: Any, step: int) -> bool:
    return bool(
        row is not None
        and row.disabled_at is None
        and row.password_hash == user.password_hash
        and (row.totp_secret is None or row.totp_step < step)
    )


def _note(here: Room, con: Connection, user: Any, deed: Deed, why: str, index: str = "") -> None:
    """A row of the audit under the user's own name, or under nobody's."""
    if user is None:
        # A name that is nobody's may be a password typed in the wrong place: its hash alone.
        record(here.ledger, con, [Act(deed, index[:32], f"{why}: no such name")])
        return
    acting = room_of(here, _visitor(user, "", frozenset()))
    record(acting.ledger, con, [Act(deed, user.user_id, why)])


def present(here: Room, token: str, wall: datetime) -> Visitor | SessionEnd | None:
    """Who holds this token, and lets their idle time begin anew; else why they no longer are."""
    hashed_token = sessions.token_hash(here.ledger, token)
    with here.ledger.write() as con:
        row = sessions.session_of(con, hashed_token)
        if row is None:
            return None
        board = here.clinic.board
        end = session_end(row.began_at, row.seen_at, wall, board.idle, board.session)
        if end is not None:
            sessions.end_session(con, hashed_token)
            _note(here, con, row, Deed.SESSION_ENDED, end.value)
            return end
        sessions.see(con, hashed_token, wall)
        lent = sessions.granted(con, hashed_token, wall)
        return _visitor(row, hashed_token, frozenset(map(Right, lent)))


def sign_out(here: Room, visitor: Visitor) -> None:
    """End the session; a second time does nothing."""
    acting = room_of(here, visitor)
    with acting.ledger.write() as con:
        if sessions.end_session(con, visitor.session):
            record(acting.ledger, con, [Act(Deed.SIGNED_OUT, visitor.user_id, "by themselves")])


def change_password(here: Room, visitor: Visitor, old: str, new: str, wall: datetime) -> str:
    """Their own choice, and the token of a new session: every other one ends.

    Raises PasswordRefused, or SignInRefused while the name has to wait.
    """
    index = users.name_index(here.ledger, visitor.name)
    user = _begin(here, visitor.name, index, wall)
    problem = password_problem(new, visitor.name, here.clinic.name)
    if not fits(old, user.password_hash):
        problem = "The password so far is not right."
    elif old == new:
        problem = "Choose another password than the one so far."
    acting = room_of(here, visitor)
    with acting.ledger.write() as con:
        if problem == "The password so far is not right.":
            record(acting.ledger, con, [Act(Deed.SIGN_IN_FAILED, visitor.user_id, "old password")])
        else:
            users.forget_tries(con, index)
        if problem is None:
            users.set_password(con, visitor.user_id, hashed(new), wall, must_change=False)
            record(acting.ledger, con, [Act(Deed.CREDENTIAL_SET, visitor.user_id, "by themselves")])
            return sessions.open_session(acting.ledger, con, visitor.user_id, wall)
    raise PasswordRefused(problem)


def break_glass(here: Room, visitor: Visitor, right: Right, reason: str, wall: datetime) -> None:
    """Lend a right for a quarter of an hour, seen by all: the audit and a task say so first."""
    acting = room_of(here, visitor)
    admit(acting, right, reason, wall)
    with acting.ledger.write() as con:
        sessions.grant(con, visitor.session, right.value, wall + LENT_FOR)


def _visitor(row: Any, session: str, lent: frozenset[Right]) -> Visitor:
    return Visitor(
        user_id=row.user_id,
        name=row.name,
        role=Role(row.role),
        session=session,
        must_change=row.must_change,
        has_second_factor=row.totp_secret is not None,
        lent=lent,
    )
