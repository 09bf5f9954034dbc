"""The room a task works in: one clinic's file, its ledger, this installation's settings."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from data_contracts.clinic import Clinic
from data_contracts.clinic_file import load_clinic, stamp_of
from data_contracts.deed import Actor
from data_contracts.errors import ClinicFileError
from data_contracts.settings import Settings
from ledger.store import Ledger, open_ledger
from tasks.actor import acting
from tasks.custody import master_source

Stamp = tuple[int, int, int]


@dataclass(frozen=True)
class Room:
    """Everything that belongs to one clinic, opened; `read` is the file as it was read."""

    clinic: Clinic
    settings: Settings
    ledger: Ledger
    read: tuple[Path, Stamp | None] | None = None

    @property
    def is_edited(self) -> bool:
        """Whether somebody wrote the clinic's file since: what it says now is not known here."""
        return self.stamp_now() != self.stamp

    @property
    def stamp(self) -> Stamp | None:
        """Of the file as it was read."""
        return self.read[1] if self.read else None

    def stamp_now(self) -> Stamp | None:
        """Of the file as it stands; costs one look at it."""
        return stamp_of(self.read[0]) if self.read else None


@contextmanager
def room(slug: str, actor: Actor | None = None) -> Iterator[Room]:
    """Open a clinic by its slug and close it after; raises UserError where it cannot be opened.

    `actor`: who acts, for the audit; None for the flow run or the user at the command.
    """
    settings = Settings()
    path = settings.clinics / f"{slug}.yaml"
    read = path, stamp_of(path)
    clinic = _as_of(*read)
    master = master_source(clinic, settings)
    who = actor or acting(settings)
    ledger = open_ledger(settings.home, slug, master=master, url=settings.ledger_url, actor=who)
    try:
        yield Room(clinic=clinic, settings=settings, ledger=ledger, read=read)
    finally:
        ledger.close()


@lru_cache(maxsize=256)
def _as_of(path: Path, stamp: Stamp | None) -> Clinic:
    """The file as it was written then: reading it anew costs more than most of what a run does."""
    return load_clinic(path)


def reread(here: Room) -> Room:
    """The same room by the clinic's file as it stands now. Raises ClinicFileError."""
    if here.read is None or not here.is_edited:
        return here
    path = here.read[0]
    stamp = stamp_of(path)
    return replace(here, clinic=_as_of(path, stamp), read=(path, stamp))


def refreshed(here: Room) -> Room:
    """The same room by the clinic's file as it stands now; by the old one while the new is wrong,
    which the flows say."""
    try:
        return reread(here)
    except ClinicFileError:
        return here


def wall_clock() -> datetime:
    """The real time, for leases and carriers' lists; what patients notice goes by `now`."""
    return datetime.now(UTC)
