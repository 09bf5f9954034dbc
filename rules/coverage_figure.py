"""How rows of equal rank become one figure: those that differ are a range, never a guess."""

from collections.abc import Iterable
from decimal import Decimal

from data_contracts.benefit import Benefit, Source
from data_contracts.coverage import Stated

_LEAST_NINES = Decimal(99999)
ZERO = Decimal(0)


def is_no_limit(amount: Decimal) -> bool:
    """999999.99 and its like: payers' way to say that there is no limit."""
    return amount >= _LEAST_NINES and set(str(amount)) <= {"9", "."}


def stated(
    found: Iterable[tuple[Decimal, Source]], *, is_estimated: bool = False
) -> Stated[Decimal] | None:
    """One figure of what several rows say, with all their segments; None of nothing."""
    pairs = list(found)
    if not pairs:
        return None
    if len(pairs) == 1:
        value, source = pairs[0]
        return Stated(value, value, (source,), is_estimated)
    values = [value for value, _ in pairs]
    return Stated(min(values), max(values), tuple(source for _, source in pairs), is_estimated)


def amounts(rows: Iterable[Benefit]) -> list[tuple[Decimal, Source]]:
    """The money of rows that hold some."""
    return [(row.amount, row.source) for row in rows if row.amount is not None]


def dollars(figure: Stated[Decimal]) -> str:
    """`USD 40`, or `USD 25 to 40`, for a note."""
    if figure.is_ambiguous:
        return f"USD {plain(figure.low)} to {plain(figure.high)}"
    return f"USD {plain(figure.low)}"


def plain(value: Decimal) -> str:
    """A number without an exponent or zeros at its end."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
