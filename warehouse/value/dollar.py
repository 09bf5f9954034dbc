"""From rows to draws of dollars: each step of the bridge in each draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from data_contracts.economics import Assumptions
from data_contracts.value import ValueLine
from warehouse.value.draw import DRAWS, Draws, draw_means, draw_totals

if TYPE_CHECKING:
    import pandas as pd

    from warehouse.value.count import Counted

Values: TypeAlias = NDArray[np.float64] | NDArray[np.bool_]

LEAST_PAID: Final = 10
"""Paid claims of a payer, from which on its mean counts as measured."""
LEAST_PATIENTS: Final = 20
"""Patients in each arm; a bootstrap of fewer is too narrow to be shown."""
_DAYS_A_MONTH: Final = 365.25 / 12
OTHER_PAYERS: Final = "other payers"


@dataclass(frozen=True, slots=True)
class Payer:
    """One payer's part: of the treated visits, and what it pays."""

    name: str
    share: float
    mean_cents: float
    paid: int


@dataclass(frozen=True, slots=True)
class Dollars:
    """Draws in cents; a step that is not known is None, and left out of the net."""

    extra: Draws
    steps: dict[ValueLine, Draws | None]
    net: Draws
    payers: tuple[Payer, ...]

    @property
    def gross(self) -> Draws:
        """Extra visits at what a visit collects, before anything is taken off."""
        found = self.steps[ValueLine.EXTRA_VISITS]
        return self.extra * 0 if found is None else found


def what_is_lacking(counted: Counted) -> str | None:
    """Why there are no dollars to be said yet; None where there are."""
    treated = counted.visits[counted.visits["is_treated"]]
    held_out = counted.visits[~counted.visits["is_treated"]]
    if treated.empty:
        return "no visit of the treated arm has an outcome yet"
    if held_out.empty:
        return "there is no hold-out: nothing can tell which visits the extra brought"
    fewest = min(arm["patient_key"].nunique() for arm in (treated, held_out))
    if fewest < LEAST_PATIENTS:
        return f"the smaller arm has {fewest} patients, and {LEAST_PATIENTS} are needed"
    if counted.visits["arrived"].nunique() < 2:
        found = "every" if counted.visits["arrived"].all() else "not one"
        return f"{found} visit of either arm arrived, so no difference can be seen"
    if counted.is_suspect:
        return "the arms do not have the sizes that were drawn, and what they differ by is no gain"
    return None


def draw_dollars(counted: Counted, assumptions: Assumptions, draws: int = DRAWS) -> Dollars:
    """Each step in each draw. The same rows give the same draws: the seed is the sprint's name."""
    seed = crc32(counted.sprint.encode())
    payers = payers_of(counted)
    totals = draw_totals(_sums(counted, payers), draws, seed).T
    treated, arrived, held_out, came, answered, denied, empty, refilled = totals[:8]
    paid, claims = totals[8::2], totals[9::2]
    with np.errstate(divide="ignore", invalid="ignore"):
        size = int(counted.visits["is_treated"].sum())
        extra = size * (arrived / treated - came / held_out)
        shares = np.array([payer.share for payer in payers])
        insured = shares @ (paid / claims) if len(payers) else np.zeros(draws)
        typed = (1 - shares.sum()) * assumptions.visit_value_cents
        still_denied = denied / answered if len(payers) else None
        anyway = _refilled_anyway(counted, assumptions, refilled / empty)
    gross = extra * (insured + typed)
    off = -extra * insured * still_denied if still_denied is not None else None
    collected = gross if off is None else gross + off
    steps = {
        ValueLine.EXTRA_VISITS: gross,
        ValueLine.DENIED: off,
        ValueLine.REFILLED_ANYWAY: None if anyway is None else -collected * anyway,
        ValueLine.MESSAGES: np.full(draws, -float(counted.messages["cents"].sum())),
        ValueLine.STAFF_MINUTES: _staff(counted, assumptions, draws, seed),
        ValueLine.LICENCE: _licence(counted, assumptions, draws),
    }
    known = [step for step in steps.values() if step is not None]
    return Dollars(extra, steps, np.sum(known, axis=0), payers)


def payers_of(counted: Counted) -> tuple[Payer, ...]:
    """Payers of the treated visits whose mean is measured; those too small stand together.

    The shares add up to the treated visits whose price is measured; the rest is typed in.
    """
    treated = counted.visits[counted.visits["is_treated"]]
    mix = treated["payer"].value_counts() / max(len(treated), 1)
    paid = counted.payments[counted.payments["cents"] > 0]
    sizes = paid["payer"].value_counts()
    large = [name for name in sorted(mix.index) if sizes.get(name, 0) >= LEAST_PAID]
    found = [_payer(name, mix[name], paid[paid["payer"] == name]) for name in large]
    small = paid[~paid["payer"].isin(large)]
    rest = float(mix[[name for name in mix.index if name not in large]].sum())
    if rest > 0 and len(small) >= LEAST_PAID:
        found.append(_payer(OTHER_PAYERS, rest, small))
    return tuple(found)


def _payer(name: str, share: float, paid: pd.DataFrame) -> Payer:
    return Payer(name, float(share), float(paid["cents"].mean()), len(paid))


def _sums(counted: Counted, payers: tuple[Payer, ...]) -> Draws:
    """A row a patient, a column a sum; whoever is in two tables is one row."""
    visits, payments, times = counted.visits, counted.payments, counted.times.rows
    keys = np.unique(
        np.concatenate([table["patient_key"].to_numpy(str) for table in (visits, payments, times)])
    )
    treated = visits["is_treated"].to_numpy(bool)
    arrived = visits["arrived"].to_numpy(bool)
    columns = [
        _by_patient(keys, visits, values)
        for values in (treated, treated & arrived, ~treated, ~treated & arrived)
    ]
    is_paid = (payments["cents"] > 0).to_numpy(bool)
    is_denied = payments["is_denied"].to_numpy(bool)
    columns += [_by_patient(keys, payments, one) for one in (is_paid | is_denied, is_denied)]
    refilled = times["is_refilled"].to_numpy(bool)
    columns += [_by_patient(keys, times, one) for one in (np.ones(len(times)), refilled)]
    large = {payer.name for payer in payers}
    for payer in payers:
        is_own = payments["payer"] == payer.name
        if payer.name == OTHER_PAYERS:
            is_own = ~payments["payer"].isin(large)
        own = is_own.to_numpy(bool) & is_paid
        cents = payments["cents"].to_numpy(np.float64)
        columns += [_by_patient(keys, payments, own * cents), _by_patient(keys, payments, own)]
    return np.column_stack(columns).astype(np.float32)


def _by_patient(keys: NDArray[np.str_], table: pd.DataFrame, values: Values) -> Draws:
    at = np.searchsorted(keys, table["patient_key"].to_numpy(str))
    sums = np.bincount(at, weights=values.astype(np.float64), minlength=len(keys))
    return sums.astype(np.float64)


def _refilled_anyway(counted: Counted, assumptions: Assumptions, drawn: Draws) -> Draws | None:
    if len(counted.times.rows):
        return drawn
    typed = assumptions.economics.refilled_share
    return None if typed is None else np.full(len(drawn), typed)


def _staff(counted: Counted, assumptions: Assumptions, draws: int, seed: int) -> Draws | None:
    """Calls that were asked for, by the minutes that timed ones took."""
    if counted.calls.empty:
        return np.zeros(draws)
    wage = assumptions.economics.wage_cents_hour
    if wage is None or counted.call_minutes.empty:
        return None
    minutes = draw_means(counted.call_minutes["minutes"].to_numpy(np.float64), draws, seed + 1)
    return -len(counted.calls) * minutes * wage / 60


def _licence(counted: Counted, assumptions: Assumptions, draws: int) -> Draws | None:
    monthly = assumptions.economics.licence_cents_month
    return None if monthly is None else np.full(draws, -monthly * counted.days / _DAYS_A_MONTH)
