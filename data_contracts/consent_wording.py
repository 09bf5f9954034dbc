"""The words by which a patient agrees to messages, as shipped."""

from functools import cache
from importlib import resources

import yaml

from data_contracts.clinic import Clinic
from data_contracts.errors import UserError


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
    file = resources.files("data_contracts") / "consent_wording.yaml"
    found: dict[str, str] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return found
