"""An EB segment as a benefit."""

import re
from collections import defaultdict
from decimal import Decimal
from typing import Any

from connectors.x12.figures import number_of
from connectors.x12.remarks import Remarks
from connectors.x12.separators import Separators
from data_contracts.benefit import Benefit, Source

_WIDTH = 14
_MISSING = [[""] * (_WIDTH - count) for count in range(_WIDTH)]
_BETWEEN_CODES = re.compile(r"[^0-9A-Za-z]+")
new_tuple = tuple.__new__
"""Makes a named tuple in half the time of its own; an answer may hold hundreds of rows."""

ALLOWANCES, DATES, REFERENCES, MESSAGES, PLACES, ENTITIES, REJECTIONS = range(13, 20)
"""Where in a benefit stands what hangs below it."""
Below = list[tuple[int, Any]]
"""What was found of it, each with its place, in the order sent."""
Row = tuple[list[Any], Below]
"""A benefit's fields while its segments are read, nothing below them yet."""


def fields_of(
    elements: list[str], source: Source, separators: Separators, remarks: Remarks
) -> list[Any]:
    """An EB segment's fields, with a remark for every figure that is none."""
    count = len(elements)
    if count != _WIDTH:
        elements = elements + _MISSING[count] if count < _WIDTH else elements[:_WIDTH]
    (_, information, level, types, insurance_type, plan, period, money, share, kind, units,
     authorization, network, procedure) = elements  # fmt: skip
    amount = fraction = quantity = None
    if money and (amount := number_of(money)) is None:
        remarks.add(f"EB07 at segment {source.position} is no number")
    if share and ((fraction := number_of(share)) is None or not 0 <= fraction <= 1):
        _remark_share(fraction, source.position, remarks)
    if units and (quantity := number_of(units)) is None:
        remarks.add(f"EB10 at segment {source.position} is no number")
    if procedure and separators.component:
        procedure = procedure.replace(separators.component, ":")
    return [
        information,
        level or None,
        (types,) if types.isalnum() else _codes(types, separators),
        insurance_type or None,
        plan or None,
        period or None,
        amount,
        fraction,
        kind or None,
        quantity,
        authorization or None,
        network or None,
        procedure or None,
        (), (), (), (), (), (), (),
        source,
    ]  # fmt: skip


def benefits_of(rows: list[Row]) -> tuple[Benefit, ...]:
    """The rows, complete; most have one thing below them, or none."""
    for fields, below in rows:
        if len(below) == 1:
            place, item = below[0]
            fields[place] = (item,)
        elif below:
            _hang(below, fields)
    return tuple([new_tuple(Benefit, fields) for fields, _ in rows])


def _hang(below: Below, fields: list[Any]) -> None:
    items: dict[int, list[Any]] = defaultdict(list)
    for place, item in below:
        items[place].append(item)
    for place, found in items.items():
        fields[place] = tuple(found)


def _codes(text: str, separators: Separators) -> tuple[str, ...]:
    """EB03's service types, whatever stands between them."""
    found = separators.repeats(text)
    if all(map(str.isalnum, found)):
        return found
    return tuple(filter(None, _BETWEEN_CODES.split(text)))


def _remark_share(fraction: Decimal | None, position: int, remarks: Remarks) -> None:
    what = "number" if fraction is None else "share from 0 to 1"
    remarks.add(f"EB08 at segment {position} is no {what}")
