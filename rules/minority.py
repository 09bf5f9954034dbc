"""From when a person is contacted as such; before, the responsible party is."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from data_contracts.law import Majority
from data_contracts.visit import Patient


def adult_from(
    patient: Patient, clinic_state: str, zone: ZoneInfo, law: Majority
) -> datetime | None:
    """Midnight, on the clinic's clock, of the day a patient comes of age; None: birth unknown.

    The patient's state and the clinic's may disagree: the higher age counts. A birth date that was
    made from an age may be a year off: so may this, to the later side. A birthday on 29 February
    is kept on 1 March.
    """
    born = patient.birth_date
    if born is None:
        return None
    ages = [law.age(clinic_state)] + ([law.age(patient.state)] if patient.state else [])
    year = born.year + max(ages) + (1 if patient.is_birth_date_approximate else 0)
    is_gone = (born.month, born.day) == (2, 29) and not _is_leap(year)
    month, day = (3, 1) if is_gone else (born.month, born.day)
    return datetime(year, month, day, tzinfo=zone).astimezone(UTC)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
