"""Uniform draws from a hash: each depends on its own key and on nothing that came before."""

import hashlib
import math
import struct
from typing import TypeVar

T = TypeVar("T")

_SCALE = 2.0**-64


def draws(*key: object) -> tuple[float, ...]:
    """Eight numbers in [0, 1), always the same for the same key."""
    text = "\x1f".join(map(str, key)).encode()
    return tuple(n * _SCALE for n in struct.unpack(">8Q", hashlib.blake2b(text).digest()))


def normal(first: float, second: float) -> float:
    """A standard normal value from two uniform ones (Box-Muller)."""
    return math.sqrt(-2.0 * math.log(1.0 - first)) * math.cos(2.0 * math.pi * second)


def pick(share: float, weighted: tuple[tuple[T, float], ...]) -> T:
    """The item into whose part of the weights `share` falls; the last one takes the rest."""
    for item, weight in weighted:
        if share < weight:
            return item
        share -= weight
    return weighted[-1][0]
