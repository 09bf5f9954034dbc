"""What is said where no sprint of the name was started."""

from datetime import datetime
from typing import Final

from data_contracts.effect import (
    Effect,
    Estimate,
    Missing,
    PChart,
    Power,
    RatioCheck,
    Seconds,
    Verdict,
)

_WORDS: Final = "No sprint of this name was started: there are no arms to compare."


def effect_of_nothing(sprint: str, now: datetime) -> Effect:
    """An effect that says of everything that there is none."""
    causal = Estimate(method="randomised arms", words=_WORDS, is_causal=True)
    second = Estimate(method="before/after, not causal", words=_WORDS, is_causal=False)
    return Effect(
        sprint=sprint,
        as_of=now,
        is_final=False,
        estimand=_WORDS,
        verdict=Verdict.CANNOT_SAY,
        words=_WORDS,
        speaks="always_valid",
        primary=causal,
        always_valid=causal,
        newcombe=causal,
        arrived=causal,
        ratio_check=RatioCheck(words=_WORDS),
        missing=Missing(words=_WORDS),
        power=Power(words=_WORDS),
        seconds=Seconds(
            before_after=second, last_year=second, segmented=second, p_chart=PChart(words=_WORDS)
        ),
    )
