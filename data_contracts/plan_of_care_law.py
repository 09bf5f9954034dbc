"""Medicare's terms for certifying a therapy plan of care and reporting progress, with sources."""

from datetime import date
from functools import cache

from data_contracts.law import LawTable
from data_contracts.shipped_file import read_shipped


class CertificationTerms(LawTable):
    """Days from the first treatment to a signature, and what may stand for it."""

    days: int
    verbal_days: int
    order_from: date
    source: str


class RecertificationTerms(LawTable):
    """How long a certification lasts at most, and when staff hear that it ends."""

    days: int
    countdown: tuple[int, ...]
    source: str


class ProgressTerms(LawTable):
    """Treatment days that one progress report covers at most."""

    treatment_days: int
    source: str


class PlanOfCareLaw(LawTable):
    """All three."""

    reviewed_on: date
    certification: CertificationTerms
    recertification: RecertificationTerms
    progress_report: ProgressTerms


@cache
def plan_of_care_law() -> PlanOfCareLaw:
    """The shipped table."""
    return PlanOfCareLaw.model_validate(read_shipped("laws/plan_of_care.yaml"))
