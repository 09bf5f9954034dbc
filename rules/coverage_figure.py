"""How rows of equal rank become one figure: those that differ are a range, never a guess."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from data_contracts.benefit import Benefit, Source
from data_contracts.coverage import Stated

LEAST_NINES = Decimal(99999)
ZERO = Decimal(0)


def is_no_limit(amount: Decimal) -> bool:
    """999999.99 and its like: payers' way to say that there is no limit."""
    return amount >= LEAST_NINES and set(plain(amount)) <= {"9", "."}


def stated(
    found: Sequence[tuple[Decimal, Source]], *, is_estimated: bool = False
) -> Stated[Decimal] | None:
    """One figure of what several rows say, with all their segments; None of nothing."""
    if len(found) == 1:
        value, source = found[0]
        return Stated(value, value, (source,), is_estimated)
    if not found:
        return None
    values = [value for value, _ in found]
    return Stated(min(values), max(values), tuple(source for _, source in found), is_estimated)


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
