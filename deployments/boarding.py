"""Put the board together: each clinic's room behind the pages that its staff sign in to."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

from data_contracts.clinic import Clinic
from data_contracts.deed import Actor, Role
from data_contracts.errors import UserError
from tasks.room import Room, room

BOARD = Actor("board", Role.SYSTEM)
"""Who acts before anybody has signed in: a failed try is nobody's deed."""


@contextmanager
def rooms(slugs: list[str]) -> Iterator[dict[str, Room]]:
    """Each clinic's room; the ledgers stay open until the end."""
    with ExitStack() as stack:
        yield {slug: stack.enter_context(room(slug, BOARD)) for slug in slugs}


def boarded(clinics: Mapping[str, Clinic], wanted: list[str]) -> list[str]:
    """The slugs to serve: those wanted, else all. Raises UserError where one is unknown."""
    for slug in wanted:
        if slug not in clinics:
            raise UserError(f"no clinic {slug}; the files here are: {', '.join(clinics) or 'none'}")
    if not clinics:
        raise UserError("there is no clinic file here: begin with `ptclinic new SLUG`")
    return wanted or list(clinics)
