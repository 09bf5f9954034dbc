"""Where patients live; one in twenty-five has left it blank."""

from dataclasses import dataclass

from sandbox.chance import draws
from sandbox.clinic.person import Patient

BLANK = 0.04
_STREETS = ("Example Street", "Sample Avenue", "Specimen Lane", "Placeholder Road")


@dataclass(frozen=True)
class Address:
    """A street address in one made-up part of a real city."""

    street: str
    city: str
    state: str
    postal_code: str


def address_of(seed: int, patient: Patient) -> Address | None:
    """The same for the same seed."""
    luck = draws(seed, "address", patient.id)
    if luck[0] < BLANK:
        return None
    street = f"{10 + int(980 * luck[1])} {_STREETS[int(len(_STREETS) * luck[2])]}"
    return Address(street, "Denver", "CO", f"802{int(40 * luck[3]):02d}")
