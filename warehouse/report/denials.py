"""What payers denied in the last twelve weeks: by payer, and by what could have prevented it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import duckdb

from data_contracts.denial import DenialClass, denial_codes
from data_contracts.metric import Metric, MetricParameters
from warehouse.metric_sql import MetricValue, Period, run_metric

WINDOW: Final = timedelta(weeks=12)


@dataclass(frozen=True, slots=True)
class PayerLine:
    """One payer: the rate of first answers, and what still stands."""

    payer: str
    first: MetricValue
    net: MetricValue | None


@dataclass(frozen=True, slots=True)
class ClassLine:
    """One class of denials: how many claims, how much money, and what would have prevented it."""

    words: str
    claims: int
    cents: float | None
    preventable: str
    step: str


@dataclass(frozen=True, slots=True)
class Denials:
    """What the page shows of claims."""

    payers: list[PayerLine]
    classes: list[ClassLine]


def read_denials(
    con: duckdb.DuckDBPyConnection,
    metrics: Mapping[str, Metric],
    parameters: MetricParameters,
    now: datetime,
) -> Denials | None:
    """None where no payer answered a claim in that time."""

    def cells(name: str, group: str) -> dict[str, MetricValue]:
        metric = metrics.get(name)
        if metric is None:
            return {}
        found = run_metric(con, metric, parameters, now, Period.OVERALL, group, now - WINDOW)
        return {one.group: one for one in found if one.group}

    first = cells("claim_denial_rate", "payer")
    if not first:
        return None
    net = cells("claim_denial_rate_net", "payer")
    return Denials(
        payers=[PayerLine(name, one, net.get(name)) for name, one in sorted(first.items())],
        classes=_classes(
            cells("claim_denial_rate", "denial_class"), cells("denied_dollars", "denial_class")
        ),
    )


def _classes(counted: dict[str, MetricValue], denied: dict[str, MetricValue]) -> list[ClassLine]:
    """Those that a claim was denied for, the most frequent first."""
    traits = denial_codes().classes
    found = []
    for name, cell in counted.items():
        if not cell.numerator:
            continue
        trait, money = traits[DenialClass(name)], denied.get(name)
        found.append(
            ClassLine(
                words=trait.words,
                claims=int(cell.numerator),
                cents=money.value if money else None,
                preventable=trait.preventable.value,
                step=trait.step.value,
            )
        )
    return sorted(found, key=lambda line: -line.claims)
