"""The second factor: a six-digit code of an authenticator app (RFC 6238), each good once."""

from datetime import datetime, timedelta
from typing import Any

import pyotp
from cryptography.exceptions import InvalidTag

from data_contracts.deed import Act, Deed
from data_contracts.errors import UserError
from ledger import users
from ledger.audit import record
from tasks.room import Room
from tasks.visitor import Visitor, room_of

_HALF_MINUTE = timedelta(seconds=30)
NONE_ASKED = 0
"""The step of a user without a second factor."""


class CodeRefused(UserError):
    """The code does not belong to the key."""


def accepted_step(here: Room, user: Any, code: str, wall: datetime) -> int | None:
    """The half minute that a code belongs to; None where it is wrong, or was used before."""
    if user.totp_secret is None:
        return NONE_ASKED
    try:
        secret = here.ledger.unseal_text(user.totp_secret, f"totp|{user.user_id}")
    except InvalidTag:
        return None
    step = _step_of(secret, code, wall)
    return step if step is not None and step > user.totp_step else None


def new_secret() -> str:
    """A key for an authenticator app, 160 random bits in base 32."""
    return pyotp.random_base32()


def set_up(here: Room, visitor: Visitor, secret: str, code: str, wall: datetime) -> None:
    """Ask this user for a code from now on. Raises CodeRefused unless they show a first one."""
    step = _step_of(secret, code, wall)
    if step is None:
        raise CodeRefused("The code does not fit the key. Check the phone's clock, and try again.")
    acting = room_of(here, visitor)
    with acting.ledger.write() as con:
        sealed = acting.ledger.seal_text(secret, f"totp|{visitor.user_id}")
        users.set_second_factor(con, visitor.user_id, sealed, step)
        record(acting.ledger, con, [Act(Deed.SECOND_FACTOR_SET, visitor.user_id, "by themselves")])


def _step_of(secret: str, code: str, wall: datetime) -> int | None:
    """The step within half a minute of now that has this code."""
    plain = "".join(one for one in code if one.isdigit())
    totp = pyotp.TOTP(secret)
    for moment in (wall, wall - _HALF_MINUTE, wall + _HALF_MINUTE):
        if len(plain) == totp.digits and totp.verify(plain, for_time=moment):
            return totp.timecode(moment)
    return None
