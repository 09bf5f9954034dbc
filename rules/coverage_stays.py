"""Stays and episodes that an answer states beside the benefits (EB*X), and what they mean here."""

from collections.abc import Iterator
from datetime import date

from rules.coverage_dates import Holds, holds
from rules.coverage_sent import Sent

_STAY = "X"
_MEANING = {
    "42": "care at home is stated for that time (EB*X): it may hold the therapy, ask its agency",
    "45": "hospice care is stated for that time (EB*X): ask who pays therapy",
    "AG": "skilled nursing is stated for that time (EB*X): it may hold the therapy, ask there",
}
_PAST = (Holds.BEFORE, Holds.AFTER)


def told_of_stays(sent: Sent, on: date) -> Iterator[str]:
    """Whoever gives care at home or in a nursing home is paid for the therapy with it."""
    for row in sent.of(_STAY):
        if holds(on, row.dates) not in _PAST:
            yield from (_MEANING[one] for one in row.service_types if one in _MEANING)
