"""How 837P files come in and answers go out: over HTTP, or through a folder that SFTP serves."""

import base64
import binascii
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from sandbox.refusal import Refusal
from sandbox.world import World


def router(world: World) -> APIRouter:
    """`/claims/in`, `/claims/out`, and what is true of each claim."""
    routes = APIRouter()
    _drop(world, routes)
    _control(world, routes)
    return routes


def _drop(world: World, routes: APIRouter) -> None:
    @routes.post("/claims/in/{name}", status_code=201)
    async def take(name: str, request: Request) -> dict[str, str]:
        _admit(world, request)
        text = (await request.body()).decode("utf-8", "replace")
        await run_in_threadpool(taken, name, text)
        return {"file": name}

    def taken(name: str, text: str) -> None:
        with world.lock:
            world.claims.take(name, text)

    @routes.get("/claims/out")
    def listed(request: Request) -> list[dict[str, Any]]:
        _admit(world, request)
        with world.lock:
            return [{"name": one.name, "at": one.at} for one in world.claims.listed()]

    @routes.get("/claims/out/{name}")
    def fetched(name: str, request: Request) -> Response:
        _admit(world, request)
        with world.lock:
            found = next((one for one in world.claims.listed() if one.name == name), None)
        if found is None:
            raise Refusal(404, {"message": "no such file"})
        return Response(found.content, media_type="text/plain; charset=utf-8")


def _control(world: World, routes: APIRouter) -> None:
    @routes.get("/_sandbox/claims")
    def told() -> list[dict[str, Any]]:
        with world.lock:
            return world.claims.told()

    @routes.post("/_sandbox/claims/sweep")
    def sweep() -> dict[str, int]:
        with world.lock:
            return world.sweep()


def _admit(world: World, request: Request) -> None:
    """Basic authentication with the hub's user and password."""
    scheme, _, coded = request.headers.get("authorization", "").partition(" ")
    wanted = f"{world.settings.clearinghouse_user}:{world.settings.clearinghouse_password}"
    try:
        given = base64.b64decode(coded, validate=True).decode() if scheme == "Basic" else ""
    except (binascii.Error, UnicodeDecodeError):
        given = ""
    if given != wanted:
        raise Refusal(401, {"message": "Authentication Failure"})
