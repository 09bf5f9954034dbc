"""Connect a clinic's practice system: the clinic agrees at its login, we keep what that gives."""

from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from ledger.hooks import keep_hook
from tasks.guard import guarded_task
from tasks.room import Room, room, wall_clock

if TYPE_CHECKING:
    from connectors.practice.jane_login import Attempt


class Connected(NamedTuple):
    """The clinic's name at the vendor, for a person to compare; how many topics come to us."""

    company: str
    topics: int


def begin(here: Room) -> "Attempt":
    """The address at which somebody of the clinic agrees. Raises GateClosed, SecretMissing."""
    from tasks.wiring import jane_login

    practice = jane_login(here.clinic, here.settings)
    with closing(practice):
        return practice.begin(redirect_url(here))


def redirect_url(here: Room) -> str:
    """Where the login sends the clinic's browser back to."""
    from tasks.wiring import jane_part

    return str(jane_part(here.clinic).redirect_url)


def finish(here: Room, attempt: "Attempt", answer: Mapping[str, str]) -> Connected:
    """Keep the tokens for what came back, and have changes announced where we can be reached.

    Raises UserError for an answer that is not to this attempt, ConnectorError.
    """
    from connectors.practice.jane_codes import VENDOR
    from tasks.wiring import jane, jane_keeper, jane_login, jane_webhook

    wall = wall_clock()
    with closing(jane_login(here.clinic, here.settings)) as login:
        grant = login.redeem(attempt, login.code_of(attempt, answer), wall)
    with closing(jane_keeper(here.clinic, here.settings)) as keeper:
        keeper.connect(grant, wall)
    with closing(jane(here.clinic, here.settings)) as practice:
        company, url = practice.company(), jane_webhook(here.clinic)
        hooks = practice.subscribe(url) if url else []
    with here.ledger.write() as con:
        for hook in hooks:
            keep_hook(here.ledger, con, VENDOR, hook, wall)
    return Connected(company, len(hooks))


@guarded_task(name="keep-connected")
def keep_connected(slug: str, now: datetime) -> dict[str, int]:
    """Renew what would run out unused; nothing where the practice system has no such tokens."""
    from data_contracts.clinic import Jane
    from tasks.wiring import jane_keeper

    with room(slug) as here:
        if not isinstance(here.clinic.practice, Jane):
            return {"renewed": 0}
        with closing(jane_keeper(here.clinic, here.settings)) as keeper:
            keeper.renew()
    return {"renewed": 1}
