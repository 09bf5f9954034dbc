"""Not more requests than a vendor allows."""

import threading
import time
from collections.abc import Callable


class TokenBucket:
    """Lets `per_minute` requests through a minute, `burst` at once. Wall clock, thread-safe."""

    def __init__(
        self,
        per_minute: float,
        burst: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._rate = per_minute / 60
        self._burst = float(max(1, burst))
        self._tokens = self._burst
        self._clock, self._sleep = clock, sleep
        self._filled_at = clock()
        self._lock = threading.Lock()

    def take(self) -> None:
        """Return when one request may leave."""
        with self._lock:
            now = self._clock()
            self._tokens = min(self._burst, self._tokens + (now - self._filled_at) * self._rate)
            self._filled_at = now
            self._tokens -= 1
            # A negative balance is a reservation: each waiter sleeps for its own place in line.
            wait = -self._tokens / self._rate
        if wait > 0:
            self._sleep(wait)
