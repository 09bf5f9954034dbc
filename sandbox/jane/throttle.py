"""How often a clinic may be asked: per route a minute, and in all five minutes."""

import threading
import time

from sandbox.refusal import Refusal

ROUTES = 6
"""In five minutes a clinic may be asked this many times what one route may be in one."""


class Throttle:
    """Counts requests by the wall clock; a limit of 0 counts nothing."""

    def __init__(self, per_minute: int) -> None:
        self._limit, self._lock = per_minute, threading.Lock()
        self._opened: dict[str, tuple[float, int]] = {}

    def count(self, clinic: str, route: str) -> None:
        """Count one request; 429 with `Retry-After` and `X-Throttle-Match` past a limit."""
        if not self._limit:
            return
        with self._lock:
            self._take(f"jdp_api/{clinic}", 300, ROUTES * self._limit)
            self._take(f"jdp_api/{clinic}/{route}", 60, self._limit)

    def _take(self, name: str, seconds: int, limit: int) -> None:
        now = time.monotonic()
        opened, count = self._opened.get(name, (now, 0))
        if now - opened >= seconds:
            opened, count = now, 0
        if count >= limit:
            wait = str(int(opened + seconds - now) + 1)
            raise Refusal(429, TOO_MANY, {"Retry-After": wait, "X-Throttle-Match": name})
        self._opened[name] = opened, count + 1


TOO_MANY: dict[str, object] = {
    "object": "error",
    "code": "too_many_requests",
    "message": "Rate limit exceeded",
}
