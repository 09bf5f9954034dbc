"""The rows of an answer as they were sent, with those at hand that several rules ask for."""

from collections.abc import Sequence, Set
from typing import NamedTuple

from data_contracts.benefit import Benefit

ACTIVE = frozenset("12345")
INACTIVE = frozenset("678")
STATUS = ACTIVE | INACTIVE


class Sent(NamedTuple):
    """Every row, and parts of them, each in the order sent."""

    rows: Sequence[Benefit]
    kinds: Set[str]
    """Of all rows (EB01)."""
    statuses: Sequence[Benefit]
    """Those that say whether the plan is in force (EB01 1 to 8)."""
    typed: Sequence[Benefit]
    """Those that name an insurance type (EB04)."""

    def of(self, kind: str) -> Sequence[Benefit]:
        """The rows of one kind (EB01)."""
        if kind not in self.kinds:
            return ()
        return [row for row in self.rows if row.information == kind]


def sent_rows(rows: Sequence[Benefit]) -> Sent:
    """Look for them once."""
    kinds = {row.information for row in rows}
    statuses = [row for row in rows if row.information in STATUS]
    return Sent(rows, kinds, statuses, [row for row in rows if row.insurance_type])
