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
_new_row = object.__new__
"""And this a benefit, whose fields are then set one by one."""

Below = list[tuple[str, Any]]
"""What hangs below a benefit, each with the name of its field, in the order sent."""
Row = tuple[Benefit, Below]
"""A benefit while its segments are read, nothing below it yet."""


def row_of(
    elements: list[str], source: Source, separators: Separators, remarks: Remarks
) -> Benefit:
    """An EB segment as a benefit, with a remark for every figure that is none."""
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
    row = _new_row(Benefit)
    row.information = information
    row.level = level or None
    row.service_types = (types,) if types.isalnum() else _codes(types, separators)
    row.insurance_type = insurance_type or None
    row.plan = plan or None
    row.period = period or None
    row.amount = amount
    row.fraction = fraction
    row.quantity_kind = kind or None
    row.quantity = quantity
    row.authorization = authorization or None
    row.network = network or None
    row.procedure = procedure or None
    row.allowances = row.dates = row.references = row.messages = ()
    row.places = row.entities = row.rejections = ()
    row.source = source
    return row


def benefits_of(rows: list[Row]) -> tuple[Benefit, ...]:
    """The rows, complete; most have one thing below them, or none."""
    for row, below in rows:
        if len(below) == 1:
            ((name, item),) = below
            setattr(row, name, (item,))
        elif below:
            _hang(below, row)
    return tuple([row for row, _ in rows])


def _hang(below: Below, row: Benefit) -> None:
    items: dict[str, list[Any]] = defaultdict(list)
    for name, item in below:
        items[name].append(item)
    for name, found in items.items():
        setattr(row, name, tuple(found))


def _codes(text: str, separators: Separators) -> tuple[str, ...]:
    """EB03's service types, whatever stands between them."""
    found = separators.repeats(text)
    if all(map(str.isalnum, found)):
        return found
    return tuple(filter(None, _BETWEEN_CODES.split(text)))


def _remark_share(fraction: Decimal | None, position: int, remarks: Remarks) -> None:
    what = "number" if fraction is None else "share from 0 to 1"
    remarks.add(f"EB08 at segment {position} is no {what}")
