"""Passwords of staff, as Argon2id hashes (RFC 9106); nothing else is ever kept of them."""

import secrets
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()
"""The library's settings: RFC 9106's for little memory, 64 MiB and some 50 ms a try."""
_AT_ONCE = BoundedSemaphore(4)
"""A storm of tries must not eat the machine's memory: the fifth waits its turn."""
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def hashed(password: str) -> str:
    """What may be kept of a password."""
    with _AT_ONCE:
        return _HASHER.hash(password)


def fits(password: str, known: str | None) -> bool:
    """Whether a password is the one. Without one to compare it takes as long, and is false."""
    with _AT_ONCE:
        try:
            return _HASHER.verify(known or _nobody(), password) and known is not None
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(known: str) -> bool:
    """Whether it was hashed under weaker settings than today's."""
    return _HASHER.check_needs_rehash(known)


def starting_password() -> str:
    """A password for the first sign-in, easy to read out: 24 letters and digits, 118 bits."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(24))
    return "-".join(letters[at : at + 6] for at in range(0, 24, 6))


@cache
def _nobody() -> str:
    return _HASHER.hash(secrets.token_hex(16))
