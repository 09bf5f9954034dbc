"""Some in one transaction: a commit waits for the disk whatever is in it. None spoils another."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from data_contracts.errors import StoreUnusable
from ledger.store import Ledger

T = TypeVar("T")


def together(
    ledger: Ledger,
    group: Sequence[T],
    act: Callable[[Connection, T], str],
    failed: Callable[[T, Exception], str],
) -> Counter[str]:
    """Do some in one transaction; where one spoils it, each by itself. Counts what became of them.

    `failed` hears of what fails alone, once all of it is taken back. An error of the ledger itself
    is raised, as nothing is wrong with any of them.
    """
    try:
        with ledger.write() as con:
            return Counter(act(con, one) for one in group)
    except Exception as error:
        if _is_of_the_ledger(error):
            raise
        if len(group) == 1:
            return Counter({failed(group[0], error): 1})
    return sum((together(ledger, [one], act, failed) for one in group), Counter[str]())


def _is_of_the_ledger(error: Exception) -> bool:
    """Whether nothing can be written now; what breaks a rule of a table is one row's own fault."""
    if isinstance(error, DBAPIError):
        return not isinstance(error, DataError | IntegrityError)
    return isinstance(error, StoreUnusable)
