"""The arms in counts: what was drawn, what became of it, and what nobody wrote down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from data_contracts.effect import Arm, Missing, Stratum
from warehouse.effect.phrases import span

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Rows = NDArray[np.bool_]

TREATED, HELD_OUT = "treated", "held_out"


def count_arms(frame: pd.DataFrame) -> tuple[Arm, Arm]:
    """Treated and held out."""
    return _arms(_Columns(frame), np.ones(len(frame), dtype=bool))


def count_strata(frame: pd.DataFrame) -> tuple[Stratum, ...]:
    """Both arms within each risk quarter, by its name."""
    columns, stratum = _Columns(frame), frame["stratum"].to_numpy(dtype=object)
    found = ((str(name), _arms(columns, stratum == name)) for name in sorted(set(stratum)))
    return tuple(
        Stratum(stratum=name, treated=treated, held_out=held_out)
        for name, (treated, held_out) in found
    )


class _Columns:
    """The frame's flags as arrays: cutting a frame by rows costs more than all the counting."""

    def __init__(self, frame: pd.DataFrame) -> None:
        def flag(name: str) -> Rows:
            return frame[name].to_numpy(dtype=bool)

        self.is_treated, self.is_due, self.is_known = map(
            flag, ("is_treated", "is_due", "is_known")
        )
        self.missed, self.arrived = flag("missed"), flag("arrived")
        self.late, self.in_time = flag("is_late_cancel"), flag("is_cancelled_in_time")
        self.patient = frame["patient"].to_numpy()


def _arms(columns: _Columns, within: Rows) -> tuple[Arm, Arm]:
    return (
        _arm(TREATED, columns, within & columns.is_treated),
        _arm(HELD_OUT, columns, within & ~columns.is_treated),
    )


def _arm(name: str, columns: _Columns, rows: Rows) -> Arm:
    known = rows & columns.is_known

    def count(which: Rows) -> int:
        return int(np.count_nonzero(which))

    return Arm(
        arm=name,
        assigned=count(rows),
        visits=count(known),
        patients=int(np.count_nonzero(np.bincount(columns.patient[known]))),
        missed=count(known & columns.missed),
        arrived=count(known & columns.arrived),
        late_cancelled=count(known & columns.late),
        cancelled_in_time=count(known & columns.in_time),
        unrecorded=count(rows & columns.is_due & ~columns.is_known),
    )


def describe_missing(treated: Arm, held_out: Arm) -> Missing:
    """The difference if every unrecorded visit of one arm was missed and none of the other."""
    gone = {"treated": treated.unrecorded, "held_out": held_out.unrecorded}
    sizes = (treated.visits + treated.unrecorded, held_out.visits + held_out.unrecorded)
    if not all(sizes):
        return Missing(**gone, words="One arm has no visit that was due yet.")
    if not sum(gone.values()):
        return Missing(**gone, words="Every visit that was due has its outcome recorded.")
    lowest = treated.missed / sizes[0] - (held_out.missed + held_out.unrecorded) / sizes[1]
    highest = (treated.missed + treated.unrecorded) / sizes[0] - held_out.missed / sizes[1]
    words = (
        f"{treated.unrecorded:,} of {sizes[0]:,} visits with the extra and"
        f" {held_out.unrecorded:,} of {sizes[1]:,} without have no outcome recorded and are left"
        f" out. Whatever became of them, the plain difference lies within {span(lowest, highest)}."
    )
    return Missing(**gone, lowest=lowest, highest=highest, words=words)
