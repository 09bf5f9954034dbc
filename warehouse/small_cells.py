"""Which cells of a table are not shown, so that neither they nor their total tell a small one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_LEAST_HIDDEN: Final = 2


@dataclass(frozen=True, slots=True)
class Hidden:
    """Places of cells: too small by themselves, and kept back beside those."""

    few: frozenset[int]
    beside: frozenset[int]


def hidden_of(sizes: Sequence[int], least: int) -> Hidden:
    """Cells that add up to a total which is shown: one alone could be worked out from the rest.

    So the next larger ones are kept back, until two are hidden and come to `least` together.
    """
    few = [at for at, size in enumerate(sizes) if 0 < size < least]
    rest = sorted((size, at) for at, size in enumerate(sizes) if size >= least)
    hidden, total, beside = len(few), sum(sizes[at] for at in few), set()
    while few and rest and (hidden < _LEAST_HIDDEN or total < least):
        size, at = rest.pop(0)
        beside.add(at)
        hidden, total = hidden + 1, total + size
    return Hidden(frozenset(few), frozenset(beside))
