"""Who is signed in: the cookie holds a random token, the ledger its keyed hash."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from ledger.keys import keyed_hash
from ledger.schema_sign_in import session_grants, sessions, users
from ledger.store import Ledger, upsert

_KEPT = timedelta(days=1)


def token_hash(ledger: Ledger, token: str) -> str:
    """By what a session is known; the token itself is kept nowhere."""
    return keyed_hash(ledger.keys.key("session"), token)


def form_key(ledger: Ledger, secret: str) -> str:
    """What a form of the holder of a cookie brings along; nobody else can make it."""
    return keyed_hash(ledger.keys.key("form"), secret)


def open_session(ledger: Ledger, con: Connection, user_id: str, at: datetime) -> str:
    """A new session's token, 256 random bits; what is long over is cleared away."""
    old = select(sessions.c.token_hash).where(sessions.c.seen_at < at - _KEPT)
    con.execute(session_grants.delete().where(session_grants.c.token_hash.in_(old)))
    con.execute(sessions.delete().where(sessions.c.seen_at < at - _KEPT))
    token = secrets.token_urlsafe(32)
    row = {
        "token_hash": token_hash(ledger, token),
        "user_id": user_id,
        "began_at": at,
        "seen_at": at,
    }
    con.execute(sessions.insert().values(**row))
    return token


def session_of(con: Connection, hashed: str) -> Any:
    """A session with its user's row; None where there is none, or the user may no longer."""
    query = (
        select(sessions.c.token_hash, sessions.c.began_at, sessions.c.seen_at, users)
        .join(users, users.c.user_id == sessions.c.user_id)
        .where(sessions.c.token_hash == hashed, users.c.disabled_at.is_(None))
    )
    return con.execute(query).first()


def see(con: Connection, hashed: str, at: datetime) -> None:
    """Somebody clicked: the idle time begins anew."""
    con.execute(update(sessions).where(sessions.c.token_hash == hashed).values(seen_at=at))


def end_session(con: Connection, hashed: str) -> bool:
    """Sign out; False where that was done before."""
    con.execute(session_grants.delete().where(session_grants.c.token_hash == hashed))
    return con.execute(sessions.delete().where(sessions.c.token_hash == hashed)).rowcount == 1


def grant(con: Connection, hashed: str, right: str, until: datetime) -> None:
    """Lend a session a right beyond its role."""
    row = {"token_hash": hashed, "right": right, "until": until}
    upsert(con, session_grants, [row], ["token_hash", "right"])


def granted(con: Connection, hashed: str, at: datetime) -> frozenset[str]:
    """What a session is lent at a moment."""
    query = select(session_grants.c.right).where(
        session_grants.c.token_hash == hashed, session_grants.c.until > at
    )
    return frozenset(con.execute(query).scalars())
