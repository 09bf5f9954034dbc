"""The tests' own door to the clearinghouse: what was asked, how fast it answers, who is insured."""

from datetime import date
from typing import Any

from fastapi import APIRouter
from pydantic import Field

from sandbox import truth
from sandbox.control_body import Asked, NewInsurance
from sandbox.control_insurance import insured
from sandbox.refusal import Refusal
from sandbox.world import World


class Pace(Asked):
    """How the hub answers from now on; what is left out stays as it is."""

    latency_seconds: float | None = Field(None, ge=0, le=120)
    capacity: int | None = Field(None, ge=0, description="most in flight at once; 0 is no limit")
    down: list[str] | None = Field(None, description="ids of payers that cannot answer")


class Grant(Asked):
    """Visits that a payer approves when the clinic calls."""

    visits: int = 12
    begins: date | None = None
    days: int = 90


def router(world: World) -> APIRouter:
    """More routes under `/_sandbox`."""
    routes = APIRouter(prefix="/_sandbox")
    _hub(world, routes)
    _insurances(world, routes)
    return routes


def _hub(world: World, routes: APIRouter) -> None:
    tally = world.hub.tally

    @routes.get("/clearinghouse")
    def counts() -> dict[str, Any]:
        return tally.told()

    @routes.get("/clearinghouse/inquiries")
    def inquiries() -> list[dict[str, Any]]:
        return tally.all()

    @routes.post("/clearinghouse")
    def pace(asked: Pace) -> dict[str, Any]:
        if asked.latency_seconds is not None:
            tally.latency_seconds = asked.latency_seconds
        if asked.capacity is not None:
            tally.capacity = asked.capacity
        if asked.down is not None:
            tally.down = frozenset(asked.down)
        return tally.told()

    @routes.delete("/clearinghouse", status_code=204)
    def forget() -> None:
        tally.forget()
        with world.lock:
            world.hub.verdicts.asked_before.clear()

    @routes.delete("/clearinghouse/tokens", status_code=204)
    def expire() -> None:
        world.tokens.expire()


def _insurances(world: World, routes: APIRouter) -> None:
    @routes.get("/insurances")
    def several() -> list[dict[str, Any]]:
        with world.lock:
            found = ((own, world.insurer.of(own)) for own in list(world.clinic.book.patients))
            return [truth.of_cover(own, cover) for own, cover in found if cover is not None]

    @routes.get("/insurances/{own}")
    def single(own: int) -> dict[str, Any]:
        with world.lock:
            return truth.of_cover(own, _cover(world, own))

    @routes.post("/insurances/{own}", status_code=201)
    def give(own: int, asked: NewInsurance) -> dict[str, Any]:
        with world.lock:
            patient = world.clinic.book.patients.get(own)
            if patient is None:
                raise Refusal(404, {"message": "no such patient"})
            cover = insured(patient, asked)
            world.insurer.give(own, cover)
            world.insurer.touch(own)
            return truth.of_cover(own, cover)

    @routes.post("/insurances/{own}/card")
    def renew(own: int) -> dict[str, Any]:
        with world.lock:
            _cover(world, own)
            world.insurer.renew(own)
            return truth.of_cover(own, _cover(world, own))

    @routes.post("/insurances/{own}/authorizations", status_code=201)
    def authorize(own: int, asked: Grant) -> dict[str, Any]:
        with world.lock:
            _cover(world, own)
            begins = asked.begins or world.clinic.today()
            world.insurer.authorize(own, asked.visits, begins, asked.days)
            return truth.of_cover(own, _cover(world, own))


def _cover(world: World, own: int) -> Any:
    if own not in world.clinic.book.patients:
        raise Refusal(404, {"message": "no such patient"})
    cover = world.insurer.of(own)
    if cover is None:
        raise Refusal(404, {"message": "no insurance"})
    return cover
