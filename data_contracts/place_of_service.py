"""Where a service was given, as a claim says it (CLM05-1): CMS's two digits."""

from typing import Annotated

from pydantic import BeforeValidator

TELEHEALTH, TELEHEALTH_AT_HOME, HOME = "02", "10", "12"
_FIRST, _LAST = 1, 27
_BEYOND = "31 32 33 34 41 42 49 50 51 52 53 54 55 56 57 58 60 61 62 65 66 71 72 81 99"
PLACES = frozenset({f"{code:02}" for code in range(_FIRST, _LAST + 1)} | set(_BEYOND.split()))
"""Every place that CMS gave a code; what is not here is looked at, not refused."""


def _of_cms(value: object) -> object:
    """A number in YAML is no code: without quotes 10 is ten."""
    if not isinstance(value, str):
        raise ValueError('a place of service is written in quotes, such as "02"')
    if value not in PLACES:
        raise ValueError(f"{value[:8]!r} is no place of service; CMS's list has 10, 11, 12, ...")
    return value


PlaceCode = Annotated[str, BeforeValidator(_of_cms)]
