"""Ids as Jane shows them: UUIDs of version 7, each of which holds our own number."""

import uuid
from hashlib import blake2b

_LOW = (1 << 62) - 1


def public_id(number: int, made_at: int) -> str:
    """The UUID of a row; the same number and second of making give the same one."""
    spice = int.from_bytes(blake2b(number.to_bytes(8), digest_size=2).digest()) & 0xFFF
    bits = (made_at * 1000 & (1 << 48) - 1) << 80 | 7 << 76 | spice << 64 | 2 << 62 | number & _LOW
    return str(uuid.UUID(int=bits))


def number_of(text: str) -> int | None:
    """The number inside a UUID; null for what is no UUID. It need not be one of ours."""
    try:
        return uuid.UUID(text).int & _LOW
    except ValueError:
        return None
