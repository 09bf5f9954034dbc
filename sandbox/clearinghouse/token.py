"""OAuth 2 client credentials, as Optum and Availity hand them out. They run on the wall clock."""

import hashlib
import time

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from sandbox.settings import Settings

LASTS = {"/optum/apip/auth/v2/token": 3600, "/availity/v1/token": 300}
"""Seconds, by where a token is had."""


class Tokens:
    """The tokens in force; each is known until its time is over."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._ends: dict[str, float] = {}

    def knows(self, header: str) -> bool:
        """Whether an `Authorization: Bearer ...` is in force."""
        return self._ends.get(header.removeprefix("Bearer "), 0.0) > time.time()

    def expire(self) -> None:
        """End all of them now."""
        self._ends.clear()

    async def give(self, request: Request) -> Response:
        """A new one for the right client."""
        form = await request.form()
        given = (form.get("client_id"), form.get("client_secret"))
        if given != (self._settings.clearinghouse_user, self._settings.clearinghouse_password):
            return JSONResponse({"error": "invalid_client"}, 401)
        if form.get("grant_type") != "client_credentials":
            return JSONResponse({"error": "unsupported_grant_type"}, 400)
        where = request.url.path
        issued = f"{where}/{time.time_ns()}/{len(self._ends)}"
        own = hashlib.blake2b(issued.encode(), digest_size=24).hexdigest()
        self._ends[own] = time.time() + LASTS[where]
        told = {"access_token": own, "token_type": "bearer", "expires_in": LASTS[where]}
        return JSONResponse(told, headers={"Cache-Control": "no-store"})

    def router(self) -> APIRouter:
        """One token endpoint a vendor."""
        routes = APIRouter()
        for where in LASTS:
            routes.add_api_route(where, self.give, methods=["POST"], response_model=None)
        return routes
