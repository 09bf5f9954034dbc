"""Who may ask, and how often: Basic auth, the User-Agent rule, 200 requests a minute."""

import base64
import binascii
import re
import threading
import time

from fastapi import Request

from sandbox.refusal import Refusal
from sandbox.world import World

_SHARD = re.compile(r"-[a-z]{2}\d{1,2}$")
_AGENT = re.compile(r"\S.*\([^()@\s]+@[^()@\s]+\.[^()@\s]+\)")


class Meter:
    """Requests of the one user in the present minute of the wall clock."""

    def __init__(self, limit: int) -> None:
        self._limit, self._lock = limit, threading.Lock()
        self._opened, self._count = 0.0, 0

    def count(self) -> None:
        """Count one request; 429 with `X-RateLimit-Reset` (UNIX seconds) past the limit."""
        if not self._limit:
            return
        with self._lock:
            now = time.time()
            if now - self._opened >= 60:
                self._opened, self._count = now, 0
            self._count += 1
            if self._count > self._limit:
                reset = str(int(self._opened + 60) + 1)
                raise Refusal(429, {"message": "Too many requests"}, {"X-RateLimit-Reset": reset})


def check(world: World, meter: Meter, request: Request) -> None:
    """401 for a wrong key, 403 without a name and an e-mail in User-Agent, 429 past the limit."""
    if _SHARD.sub("", _user(request)) != _SHARD.sub("", world.settings.api_key):
        raise Refusal(
            401, {"message": "Invalid API key"}, {"WWW-Authenticate": 'Basic realm="API"'}
        )
    if not _AGENT.search(request.headers.get("user-agent", "")):
        raise Refusal(403, {"message": "User-Agent must be NAME (contact@email)"})
    meter.count()


def _user(request: Request) -> str:
    scheme, _, coded = request.headers.get("authorization", "").partition(" ")
    try:
        text = base64.b64decode(coded, validate=True).decode() if scheme.lower() == "basic" else ""
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return text.partition(":")[0]
