"""What the arms alone say: both intervals of one contrast, and the sentence by rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from data_contracts.effect import Arm, Estimate, RatioCheck, Verdict
from warehouse.effect.counts import count_arms
from warehouse.effect.look import Look, looks_of, newcombe_of
from warehouse.effect.sample_ratio import check_ratio
from warehouse.effect.words import sentence, verdict_of

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Said:
    """The arms, their estimates, and what follows by rule from the one that speaks."""

    treated: Arm
    held_out: Arm
    missed: Look
    arrived: Look
    check: RatioCheck
    primary: Estimate
    always_valid: Estimate
    newcombe: Estimate
    speaking: Estimate
    verdict: Verdict
    words: str


def say(frame: pd.DataFrame, planned: float, treated_share: float, is_final: bool) -> Said:
    """The closing interval speaks at the planned end alone, the always-valid one until then."""
    treated, held_out = count_arms(frame)
    check = check_ratio(treated.assigned, held_out.assigned, treated_share)
    missed, arrived = looks_of(frame, planned)
    primary, always_valid = missed.at_the_end(), missed.at_any_time()
    speaking = primary if is_final else always_valid
    verdict = verdict_of(speaking, check)
    return Said(
        treated=treated,
        held_out=held_out,
        missed=missed,
        arrived=arrived,
        check=check,
        primary=primary,
        always_valid=always_valid,
        newcombe=newcombe_of(treated, held_out),
        speaking=speaking,
        verdict=verdict,
        words=sentence(verdict, speaking),
    )
