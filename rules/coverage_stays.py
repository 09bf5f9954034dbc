"""Stays and episodes that an answer states beside the benefits (EB*X), and what they mean here."""

from collections.abc import Iterator
from datetime import date

from rules.coverage_dates import leave_out
from rules.coverage_sent import Sent

_STAY = "X"
_MEANING = {
    "42": "care at home is stated for that time (EB*X): it may hold the therapy, ask its agency",
    "45": "hospice care is stated for that time (EB*X): ask who pays therapy",
    "AG": "skilled nursing is stated for that time (EB*X): it may hold the therapy, ask there",
}


def told_of_stays(sent: Sent, on: date) -> Iterator[str]:
    """Whoever gives care at home or in a nursing home is paid for the therapy with it."""
    for row in sent.of(_STAY):
        if not leave_out(row.dates, on):
            yield from (_MEANING[one] for one in row.service_types if one in _MEANING)
