"""Whether the arms have the sizes that were drawn: where they have not, something leaked."""

from collections.abc import Iterator, Sequence
from typing import Final

from scipy.stats import binomtest

from data_contracts.effect import RatioCheck, Stratum

SUSPECT_BELOW: Final = 0.001
"""Looked at every week, so far below the usual 5 %: a true draw raises it once in a thousand."""


def check_ratio(treated: int, held_out: int, share: float) -> RatioCheck:
    """An exact binomial test of the arms' sizes against the share that was to be treated."""
    drawn = treated + held_out
    if not drawn:
        return RatioCheck(expected_share=share, words="No visit has been drawn into an arm yet.")
    p_value = float(binomtest(treated, drawn, share).pvalue)
    seen = treated / drawn
    is_suspect = p_value < SUSPECT_BELOW
    sizes = (
        f"{treated:,} of {drawn:,} visits were drawn for the extra"
        f" ({seen:.1%} where {share:.0%} was meant)"
    )
    words = (
        f"{sizes}: chance alone does not do that. Visits were lost or moved between the arms,"
        " so no effect is claimed; find out where before anything else."
        if is_suspect
        else f"{sizes}, as chance allows."
    )
    return RatioCheck(
        expected_share=share,
        observed_share=seen,
        p_value=p_value,
        is_suspect=is_suspect,
        words=words,
    )


def lopsided(strata: Sequence[Stratum], share: float) -> Iterator[str]:
    """A sentence for each risk quarter whose arms are not as drawn, though all together may be.

    Several are looked at: each has its part of the one false alarm in a thousand looks.
    """
    for one in strata:
        treated, drawn = one.treated.assigned, one.treated.assigned + one.held_out.assigned
        p_value = float(binomtest(treated, drawn, share).pvalue) if drawn else 1.0
        if p_value < SUSPECT_BELOW / len(strata):
            yield (
                f"In the risk quarter {one.stratum} {treated:,} of {drawn:,} visits were drawn for"
                f" the extra ({treated / drawn:.1%} where {share:.0%} was meant): chance alone"
                " does not do that. Find out where its visits were lost or moved before the"
                " effect is relied on."
            )
