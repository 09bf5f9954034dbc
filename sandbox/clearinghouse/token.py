"""OAuth 2 client credentials, as Optum and Availity hand them out. They run on the wall clock."""

import hashlib
import time

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from sandbox.world import World


class Tokens:
    """The tokens in force; each is known until its time is over."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._ends: dict[str, float] = {}
        world.expire_tokens.append(self._ends.clear)

    def knows(self, header: str) -> bool:
        """Whether an `Authorization: Bearer ...` is in force."""
        return self._ends.get(header.removeprefix("Bearer "), 0.0) > time.time()

    def router(self) -> APIRouter:
        """One token endpoint a vendor."""
        routes = APIRouter()
        self._add(routes, "/optum/apip/auth/v2/token", 3600)
        self._add(routes, "/availity/v1/token", 300)
        return routes

    def _add(self, routes: APIRouter, where: str, seconds: int) -> None:
        @routes.post(where)
        async def token(request: Request) -> Response:
            form = await request.form()
            settings = self._world.settings
            given = (form.get("client_id"), form.get("client_secret"))
            if given != (settings.clearinghouse_user, settings.clearinghouse_password):
                return JSONResponse({"error": "invalid_client"}, 401)
            if form.get("grant_type") != "client_credentials":
                return JSONResponse({"error": "unsupported_grant_type"}, 400)
            issued = f"{where}/{time.time_ns()}/{len(self._ends)}"
            own = hashlib.blake2b(issued.encode(), digest_size=24).hexdigest()
            self._ends[own] = time.time() + seconds
            told = {"access_token": own, "token_type": "bearer", "expires_in": seconds}
            return JSONResponse(told, headers={"Cache-Control": "no-store"})
