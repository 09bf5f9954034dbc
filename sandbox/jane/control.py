"""The tests' own door to Jane: consent, the login's clock, and deliveries that go wrong."""

from typing import Any

from fastapi import APIRouter

from sandbox.control_body import Asked
from sandbox.jane.identity import public_id
from sandbox.jane.webhook import Forgery, Signed
from sandbox.world import World


class Login(Asked):
    """What changes at the login; `forward` moves its clock by seconds, `end` takes consent back."""

    consents: bool | None = None
    forward: float = 0.0
    end: bool = False


class Deliveries(Asked):
    """How webhooks are delivered from here on; what is left out stays."""

    signed: Signed | None = None
    iso_timestamp: bool | None = None
    copies: int | None = None
    held: bool | None = None


class Release(Asked):
    """In which order what was held is let go."""

    reverse: bool = False


class Forged(Asked):
    """A delivery that nobody at Jane made."""

    topic: str = "APPOINTMENT_BOOKED"
    appointment_id: str
    kind: Forgery


def router(world: World) -> APIRouter:
    """All routes under `/_sandbox/jane`."""
    routes = APIRouter(prefix="/_sandbox/jane")
    _state(world, routes)
    _deliveries(world, routes)
    _mischief(world, routes)
    return routes


def _state(world: World, routes: APIRouter) -> None:
    jane = world.jane

    @routes.get("")
    def state() -> dict[str, Any]:
        answers = [answer for parcel in jane.hooks.sent for answer in parcel.answers]
        counts = {"refreshed": jane.sessions.refreshed, "reused": jane.sessions.reused}
        return counts | {"subscriptions": len(jane.hooks.subscriptions), "answers": answers}

    @routes.post("/login")
    def login(asked: Login) -> dict[str, Any]:
        if asked.consents is not None:
            jane.consents = asked.consents
        jane.sessions.ahead += asked.forward
        if asked.end:
            jane.sessions.end_all()
        return state()


def _deliveries(world: World, routes: APIRouter) -> None:
    hooks = world.jane.hooks

    @routes.post("/deliveries")
    def deliveries(asked: Deliveries) -> dict[str, Any]:
        manner = hooks.manner
        manner.signed = asked.signed or manner.signed
        if asked.iso_timestamp is not None:
            manner.timestamp = "iso" if asked.iso_timestamp else "seconds"
        manner.copies = asked.copies or manner.copies
        manner.is_held = manner.is_held if asked.held is None else asked.held
        return {"signed": manner.signed, "copies": manner.copies, "held": manner.is_held}

    @routes.post("/release")
    def release(asked: Release) -> dict[str, int]:
        return {"released": hooks.release(is_reversed=asked.reverse)}

    @routes.post("/again")
    def again() -> dict[str, int]:
        return {"again": hooks.again()}


def _mischief(world: World, routes: APIRouter) -> None:
    hooks = world.jane.hooks

    @routes.post("/forge")
    def forge(asked: Forged) -> dict[str, Any]:
        now = world.clinic.now
        return {"answers": hooks.forge(asked.topic, asked.appointment_id, now, asked.kind)}

    @routes.post("/classes", status_code=201)
    def book_class() -> dict[str, str]:
        """A class booking: announced, but the API shows it in no list and under no id."""
        own = public_id(world.clinic.book.next_identity(16), world.clinic.now)
        hooks.happened("APPOINTMENT_BOOKED", own, world.clinic.now)
        return {"id": own}
