"""The words by which a patient agrees to messages, as shipped."""

from functools import cache

from data_contracts.clinic import Clinic
from data_contracts.errors import UserError
from data_contracts.shipped_file import read_shipped


def standard_wording(clinic: Clinic, language: str) -> str:
    """The standard wording with a clinic's own name, phone and privacy policy.

    Raises UserError without a policy to name, or in a language that is not shipped.
    """
    if language not in _shipped():
        raise UserError(f"no wording in {language}; shipped are {', '.join(sorted(_shipped()))}")
    if clinic.privacy_url is None:
        raise UserError(f"{clinic.slug}: write privacy_url in its file; the wording must name it")
    return _shipped()[language].format(
        name=clinic.name, phone=clinic.phone, privacy=clinic.privacy_url
    )


@cache
def _shipped() -> dict[str, str]:
    found: dict[str, str] = read_shipped("consent_wording.yaml")
    return found
