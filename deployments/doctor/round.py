"""The doctor's round: every subject in turn, each line as soon as it is known."""

from collections.abc import Iterator
from datetime import datetime

from data_contracts.clinic_file import load_clinic
from data_contracts.errors import ClinicFileError
from data_contracts.settings import Settings
from deployments.doctor import (
    agreement,
    backup,
    claims,
    clock,
    insurance,
    key,
    prefect_api,
    registration,
    secret,
    sender,
    template,
    vendor,
)
from deployments.doctor.check import Case, Check, Examine

_ROUND: tuple[Examine, ...] = (
    secret.examine,
    agreement.examine,
    key.examine,
    backup.examine,
    sender.examine,
    template.examine,
    registration.examine,
    insurance.examine,
    vendor.examine,
    claims.examine,
    clock.examine,
    prefect_api.examine,
)


def examine(slug: str, settings: Settings, now: datetime) -> Iterator[Check]:
    """All checks of a clinic; a file that is wrong ends the round, as nothing else is known."""
    try:
        clinic = load_clinic(settings.clinics / f"{slug}.yaml")
    except ClinicFileError as error:
        for problem in error.problems:
            yield Check("clinic file", f"{slug}.yaml", False, problem)
        return
    yield Check("clinic file", f"{slug}.yaml", True)
    for subject in _ROUND:
        yield from subject(Case(clinic, settings, now))
