"""Stops asking a payer that does not answer, and tries again with one question at a time."""

import threading
import time
from collections.abc import Callable

RESTS = (60.0, 300.0, 900.0, 3600.0)
"""Seconds: after the first run of failures, after a try that failed, and so on; the last stays."""


class Breaker:
    """Opens after `after` failures in a row; when a rest is over, one question tries. Thread-safe.

    Wall clock of this process alone: another process finds out for itself.
    """

    def __init__(
        self,
        after: int = 5,
        rests: tuple[float, ...] = RESTS,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._after, self._rests, self._clock = after, rests, clock
        self._lock = threading.Lock()
        self._failures = self._openings = 0
        self._until: float | None = None
        self._is_trying = False

    def wait(self) -> float:
        """0 where a question may leave now; else seconds until one may try."""
        with self._lock:
            if self._until is None:
                return 0.0
            left = self._until - self._clock()
            if left > 0:
                return left
            if self._is_trying:
                # Whoever tries takes at most a minute or two; the next may look again soon.
                return self._rests[0]
            self._is_trying = True
            return 0.0

    def answered(self) -> None:
        """The payer answered: all is forgotten."""
        with self._lock:
            self._failures = self._openings = 0
            self._until, self._is_trying = None, False

    def failed(self) -> None:
        """The payer did not answer."""
        with self._lock:
            self._failures += 1
            if self._is_trying or self._failures >= self._after:
                rest = self._rests[min(self._openings, len(self._rests) - 1)]
                self._openings += 1
                self._until, self._is_trying = self._clock() + rest, False

    def said_nothing(self) -> None:
        """The question ended before the payer had its say: who tried lets another try."""
        with self._lock:
            self._is_trying = False
