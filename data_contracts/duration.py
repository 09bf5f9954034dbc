"""A length of time as a clinic writes it, with its unit."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator


def _duration(value: object) -> object:
    found = (
        re.fullmatch(r"(?:P(\d+)D)|(?:PT(\d+)H)|(?:PT(\d+)M)", value)
        if isinstance(value, str)
        else None
    )
    if found is None:
        if isinstance(value, timedelta):
            return value
        raise ValueError(
            "write a duration with its unit: P3D (days), PT2H (hours), PT30M (minutes)"
        )
    days, hours, minutes = (int(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes)


Duration = Annotated[timedelta, BeforeValidator(_duration)]
