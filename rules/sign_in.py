"""Signing in: how long a name waits after failures, when a session is over, what a password needs.

NIST SP 800-63B-4: a password that stands alone has fifteen characters, any of them, and no other
rule; a session ends when idle and at last in any case (2.2.3); 45 CFR 164.312(a)(2)(iii).
"""

from datetime import datetime, timedelta
from enum import StrEnum

FREE_TRIES = 5
"""Failures in a row before the first wait."""
_LONGEST_WAIT = timedelta(minutes=15)
_SHORTEST_PASSWORD, _LONGEST_PASSWORD, _FEWEST_DIFFERENT = 15, 200, 5


class SessionEnd(StrEnum):
    """Why a session is over."""

    IDLE = "idle"
    LONG = "long"


def wait_after(failures: int) -> timedelta:
    """How long a name waits since its last try: a minute, then twice as long with each failure."""
    if failures < FREE_TRIES:
        return timedelta()
    doubled = timedelta(minutes=2.0 ** min(failures - FREE_TRIES, 10))
    return min(doubled, _LONGEST_WAIT)


def session_end(
    began: datetime, seen: datetime, now: datetime, idle: timedelta, longest: timedelta
) -> SessionEnd | None:
    """Why a session is over by now; None while it lasts. A clock that was set back ends it."""
    if now >= began + longest or now < began:
        return SessionEnd.LONG
    return SessionEnd.IDLE if now >= seen + idle else None


def password_problem(password: str, name: str, clinic_name: str) -> str | None:
    """What is wrong with a new password, as what to do; None where it will do."""
    if len(password) < _SHORTEST_PASSWORD:
        return f"Use at least {_SHORTEST_PASSWORD} characters; four words that you make up will do."
    if len(password) > _LONGEST_PASSWORD:
        return f"Use at most {_LONGEST_PASSWORD} characters."
    plain = password.casefold()
    if len(set(plain)) < _FEWEST_DIFFERENT:
        return "Use more different characters; a few that repeat are guessed first."
    rest = plain
    for known in (name.casefold(), *clinic_name.casefold().split(), "password", "clinic"):
        rest = rest.replace(known, "")
    if len(rest.strip()) < _SHORTEST_PASSWORD // 2:
        return "Use more than your name, the clinic's name or the word password."
    return None
