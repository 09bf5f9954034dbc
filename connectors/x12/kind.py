"""What a file holds, so that one message in place of another is told and not misread."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from connectors.x12.envelope import Group, Interchange, Transaction, read
from connectors.x12.errors import Fault, X12Error

TA1 = "TA1"
_NAMES = {
    "270": "eligibility inquiry",
    "271": "eligibility answer",
    "276": "claim status inquiry",
    "277": "claim status or claim acknowledgement",
    "278": "authorization",
    "835": "remittance advice",
    "837": "claim",
    "997": "acknowledgement",
    "999": "acknowledgement",
    "TA1": "interchange acknowledgement",
}


class Kind(NamedTuple):
    """What one transaction is: ST01 (or TA1) and the guide it follows, GS08."""

    transaction: str
    version: str

    def __str__(self) -> str:
        return name_of(self.transaction)


def name_of(transaction: str) -> str:
    """A transaction in words; what no standard knows is not repeated."""
    if name := _NAMES.get(transaction):
        return f"{transaction} ({name})"
    known = transaction.isascii() and transaction.isdigit() and len(transaction) == 3
    return transaction if known else "an unknown message"


def kinds(interchanges: Sequence[Interchange]) -> tuple[Kind, ...]:
    """Every transaction in order, an interchange's TA1 before its groups."""
    found = []
    for interchange in interchanges:
        found += [Kind(TA1, interchange.version) for _ in interchange.acknowledgements]
        found += [
            Kind(transaction.kind, group.version or transaction.version)
            for group in interchange.groups
            for transaction in group.transactions
        ]
    return tuple(found)


def kinds_in(raw: bytes) -> tuple[Kind, ...]:
    """What a file holds; raises X12Error where it is no X12 at all."""
    return kinds(read(raw))


def transactions(
    interchanges: Sequence[Interchange], *wanted: str
) -> Iterator[tuple[Interchange, Group, Transaction]]:
    """Those of the wanted kinds, whole; X12Error where there is none, or one is cut off."""
    found = [
        (interchange, group, transaction)
        for interchange in interchanges
        for group in interchange.groups
        for transaction in group.transactions
        if transaction.kind in wanted
    ]
    if not found:
        raise _other(interchanges, wanted)
    if not all(transaction.is_whole for _, _, transaction in found):
        message = f"a {name_of(wanted[0])} ends before its SE segment: a part of it is missing"
        raise X12Error(Fault.TRUNCATED, f"{message}. Ask for it again.")
    return iter(found)


def _other(interchanges: Sequence[Interchange], wanted: Sequence[str]) -> X12Error:
    held = sorted({str(kind) for kind in kinds(interchanges)})
    if not held:
        return X12Error(Fault.NO_TRANSACTION, "an envelope without any message in it")
    return X12Error(Fault.WRONG_KIND, f"it holds {' and '.join(held)}, not {name_of(wanted[0])}")
