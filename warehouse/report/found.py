"""What others found for the page: a sprint's effect and worth, and a place among clinics."""

from dataclasses import dataclass

from data_contracts.benchmark import Percentile
from data_contracts.effect import Effect, Monitor
from data_contracts.value import Value


@dataclass(frozen=True, slots=True)
class Findings:
    """None and empty where there is nothing to say; `unsaid` says why, a sentence each."""

    effect: Effect | None = None
    value: Value | None = None
    monitor: Monitor | None = None
    placed: tuple[Percentile, ...] = ()
    unsaid: tuple[str, ...] = ()
