"""How a payer counts the units of timed codes."""

from enum import StrEnum


class UnitCount(StrEnum):
    """cms: all timed minutes of a day together; ama: each code by itself."""

    CMS = "cms"
    AMA = "ama"
