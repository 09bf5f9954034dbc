"""A first look into a payload: is it an answer at all, whole, and did the payer answer?"""

from collections.abc import Iterable
from typing import NamedTuple

from connectors.clearinghouse.refusal import unreadable
from connectors.errors import ConnectorError, ContractBroken, Rejected, Unavailable
from connectors.x12.envelope import Interchange, Transaction, read
from connectors.x12.errors import Fault, X12Error

ANSWER, ACKNOWLEDGEMENT = "271", "999"
DOWN = frozenset({"42", "80"})
"""AAA03: the payer's own system cannot answer, or did not."""

_PAGES = frozenset({Fault.HTML, Fault.XML, Fault.EMPTY})


class Look(NamedTuple):
    """What the first look found."""

    is_down: bool
    """Whether the payer says that it cannot answer now."""


def look(vendor: str, raw: bytes) -> Look:
    """Raises ConnectorError for what is no whole 271: a page, a 999, a TA1, a body cut short."""
    try:
        interchanges = read(raw)
    except X12Error as error:
        raise _unread(vendor, raw, error.code) from None
    found = [one for one in _transactions(interchanges) if one.kind == ANSWER]
    if not found:
        raise _instead(vendor, interchanges)
    if not all(one.is_whole for one in found):
        raise _cut_short(vendor)
    return Look(any(_is_down(one) for one in found))


def _is_down(transaction: Transaction) -> bool:
    return any(one[0] == "AAA" and one.get(3) in DOWN for one in transaction.segments)


def _unread(vendor: str, raw: bytes, code: str) -> ConnectorError:
    if code == Fault.TRUNCATED:
        return _cut_short(vendor)
    if code in _PAGES:
        return unreadable(vendor, raw)
    return ContractBroken(vendor, "the answer is no X12 that could be read.", code=str(code))


def _cut_short(vendor: str) -> ConnectorError:
    return Unavailable(vendor, "the answer is cut short. Trying again is safe.", code="cut_short")


def _instead(vendor: str, interchanges: Iterable[Interchange]) -> ConnectorError:
    """A 999 or a TA1 says what became of our question; without a 271 nobody answered it."""
    every = tuple(interchanges)
    for one in _transactions(every):
        if one.kind == ACKNOWLEDGEMENT:
            said = next((s.get(1) for s in one.segments if s[0] in ("AK9", "IK5")), None)
            return _returned(vendor, "999", said in ("A", "E"), said)
    for interchange in every:
        for segment in interchange.acknowledgements:
            said = segment.get(4)
            return _returned(vendor, "TA1", said in ("A", "E"), segment.get(5) or said)
    return ContractBroken(vendor, "there is no 271 in its answer.", code="no_271")


def _returned(vendor: str, kind: str, was_taken: bool, code: str | None) -> ConnectorError:
    name = f"{kind}_{code}" if code and code.isalnum() and len(code) <= 3 else kind
    if was_taken:
        words = "took the question and did not answer it. A person has to look."
        return ContractBroken(vendor, words, code=name)
    words = "returns the question as wrongly written. Do not send it again unchanged."
    return Rejected(vendor, words, code=name)


def _transactions(interchanges: Iterable[Interchange]) -> list[Transaction]:
    return [
        transaction
        for one in interchanges
        for group in one.groups
        for transaction in group.transactions
    ]
