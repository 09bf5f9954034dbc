"""How many of a year's therapy visits a payer counts as gone."""

from datetime import date

from sandbox.clinic.engine import Clinic
from sandbox.clinic.policy import Policy
from sandbox.moment import local


class UsedVisits:
    """Those at other clinics, and those that the patient came to here before a day."""

    def __init__(self, clinic: Clinic) -> None:
        self._clinic = clinic

    def __call__(self, patient_id: int, policy: Policy, day: date) -> int:
        """Of the calendar year of `day`, and of this policy."""
        elsewhere = policy.visits_elsewhere if day.year == self._clinic.settings.start.year else 0
        return elsewhere + sum(
            1
            for visit in self._clinic.book.by_patient[patient_id]
            if visit.outcome == "arrived" and self._counts(visit.starts_at, policy, day)
        )

    def _counts(self, starts_at: int, policy: Policy, day: date) -> bool:
        on = local(starts_at, self._clinic.zone).date()
        return on.year == day.year and on < day and policy.is_active(on)
