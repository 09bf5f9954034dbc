"""The door of every command that works in a clinic: by role, or with `--break-glass REASON`."""

from collections.abc import Iterator
from contextlib import contextmanager

from data_contracts.right import Right
from data_contracts.settings import Settings
from deployments.emergency import BREAK_GLASS
from rules.access import may
from tasks.access import admit, refusal
from tasks.actor import acting
from tasks.room import Room, room, wall_clock


@contextmanager
def admitted(slug: str, *rights: Right) -> Iterator[Room]:
    """The clinic's room for who may do all of this there. Raises NotAllowed before anything is."""
    with room(slug) as here:
        for right in rights:
            admit(here, right, BREAK_GLASS.get(), wall_clock())
        yield here


def checked(slug: str, right: Right) -> None:
    """The same where no ledger can be opened, nor anything written. Raises NotAllowed."""
    role = acting(Settings()).role
    if not may(role, right) and not BREAK_GLASS.get():
        raise refusal(slug, role, right)
