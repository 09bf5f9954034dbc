"""The tests' own door to the phones: how patients behave, where texts go, what was meant."""

from functools import partial
from typing import Any

from fastapi import APIRouter

from sandbox import truth
from sandbox.clinic.manners import Manners
from sandbox.control_body import Inbound, Posted
from sandbox.refusal import Refusal
from sandbox.together import together
from sandbox.twilio import inbound
from sandbox.twilio.callback import loopback
from sandbox.twilio.mischief import Mischief
from sandbox.world import World


def router(world: World) -> APIRouter:
    """More routes under `/_sandbox`."""
    routes = APIRouter(prefix="/_sandbox")
    _manners(world, routes)
    _texts(world, routes)
    _callbacks(world, routes)
    return routes


def _manners(world: World, routes: APIRouter) -> None:
    @routes.get("/manners")
    def read() -> Manners | None:
        return world.clinic.manners

    @routes.post("/manners")
    def switch_on(asked: Manners) -> Manners:
        with world.lock:
            world.clinic.manners = asked
        return asked

    @routes.delete("/manners", status_code=204)
    def switch_off() -> None:
        with world.lock:
            world.clinic.manners = None
            world.conversation.forget()

    @routes.get("/answers")
    def answers() -> list[dict[str, Any]]:
        with world.lock:
            return [truth.of_answer(one) for one in world.conversation.answers]

    @routes.get("/wishes")
    def wishes() -> list[dict[str, Any]]:
        with world.lock:
            return [truth.of_patient(one) for one in world.conversation.who_wishes_sooner()]


def _texts(world: World, routes: APIRouter) -> None:
    @routes.post("/webhooks")
    def webhooks(asked: dict[str, str]) -> dict[str, str]:
        if any(not loopback(one) for one in asked.values()):
            raise Refusal(400, {"message": "only loopback addresses, such as http://127.0.0.1:80"})
        with world.lock:
            world.conversation.webhooks |= asked
            return dict(world.conversation.webhooks)

    @routes.post("/inbound")
    def text(asked: Inbound) -> dict[str, Any]:
        return _text(world, asked)

    @routes.post("/inbound/together")
    def texts(asked: list[Inbound]) -> list[dict[str, Any]]:
        return together([partial(_text, world, one) for one in asked])


def _text(world: World, asked: Inbound) -> dict[str, Any]:
    with world.lock:
        message = world.carrier.receive(asked.sender, asked.to, asked.body)
    url = asked.webhook or world.conversation.webhooks.get(asked.to)
    answer = world.callbacks.post(url, inbound.fields(world.settings, message)) if url else None
    told = {"status": answer.status_code, "body": answer.text} if answer is not None else None
    return {"sid": message.sid, "answer": told}


def _callbacks(world: World, routes: APIRouter) -> None:
    @routes.post("/mischief")
    def make(asked: Mischief) -> Mischief:
        world.callbacks.mischief = asked
        return asked

    @routes.delete("/mischief", status_code=204)
    def stop() -> None:
        world.callbacks.mischief = Mischief()

    @routes.post("/callbacks")
    def post(asked: Posted) -> dict[str, Any]:
        if not loopback(asked.url):
            raise Refusal(400, {"message": "only loopback addresses, such as http://127.0.0.1:80"})
        if asked.how != "signed":
            return {"statuses": [world.callbacks.forge(asked.how, asked.url, asked.fields)]}
        answers = [world.callbacks.post(asked.url, asked.fields) for _ in range(asked.times)]
        return {"statuses": [0 if one is None else one.status_code for one in answers]}
