"""One line of the doctor's table."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from data_contracts.clinic import Clinic
from data_contracts.errors import UserError
from data_contracts.settings import Settings


@dataclass(frozen=True)
class Check:
    """What was looked at, whether it is well, and what to do if not."""

    subject: str
    name: str
    is_well: bool
    advice: str = ""


@dataclass(frozen=True)
class Case:
    """Whom the doctor sees: a clinic, this installation, the moment."""

    clinic: Clinic
    settings: Settings
    now: datetime


Examine = Callable[[Case], Iterator[Check]]


def attempt(subject: str, name: str, act: Callable[[], object]) -> Check:
    """Well when the act passes; a UserError's words are the advice."""
    try:
        act()
    except UserError as error:
        return Check(subject, name, False, str(error))
    return Check(subject, name, True)
