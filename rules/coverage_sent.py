"""The rows of an answer as they were sent, with those at hand that several rules ask for."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from data_contracts.benefit import Benefit

ACTIVE = frozenset("12345")
INACTIVE = frozenset("678")
STATUS = ACTIVE | INACTIVE


class Sent(NamedTuple):
    """Every row, and parts of them, each in the order sent."""

    rows: Sequence[Benefit]
    by_kind: Mapping[str, Sequence[Benefit]]
    """By EB01."""
    statuses: Sequence[Benefit]
    """Those that say whether the plan is in force (EB01 1 to 8)."""
    typed: Sequence[Benefit]
    """Those that name an insurance type (EB04)."""

    def of(self, kind: str) -> Sequence[Benefit]:
        """The rows of one kind (EB01)."""
        return self.by_kind.get(kind, ())


def sent_rows(rows: Sequence[Benefit]) -> Sent:
    """Look for them once."""
    by_kind: dict[str, list[Benefit]] = defaultdict(list)
    for row in rows:
        by_kind[row.information].append(row)
    said = [by_kind[kind] for kind in by_kind.keys() & STATUS]
    statuses = said[0] if len(said) == 1 else [row for row in rows if row.information in STATUS]
    return Sent(rows, by_kind, statuses, [row for row in rows if row.insurance_type])
