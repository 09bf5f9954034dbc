"""A National Provider Identifier (45 CFR 162.406): ten digits, the last checks the others."""

from typing import Annotated

from pydantic import AfterValidator, Field

_ISSUER = "80840"
"""Health applications in the United States: part of what is checked, never written."""


def is_npi(text: str) -> bool:
    """Whether the check digit is right (ISO/IEC 7812, the Luhn formula)."""
    digits = [int(one) for one in reversed(_ISSUER + text)]
    doubled = (sum(divmod(2 * one, 10)) for one in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _checked(npi: str) -> str:
    if not is_npi(npi):
        raise ValueError("an NPI whose last digit does not fit the others; look it up again")
    return npi


Npi = Annotated[str, Field(pattern=r"^\d{10}$"), AfterValidator(_checked)]
