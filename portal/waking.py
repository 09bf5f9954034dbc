"""Wakes the work behind what came in: outside the request, at most once per clinic per second.

A wake-up is a hint; the inbox is the truth. So one that fails costs no request anything, is tried
again ever more rarely, and what it was about is found by whoever looks next.
"""

import logging
import threading
import time
from collections.abc import Callable

log = logging.getLogger(__name__)
Wake = Callable[[str], None]

_EVERY = 1.0
_LONGEST = 60.0


class Waking:
    """Collects clinics for which something came in, and wakes each in a thread of its own.

    A wake-up begins after the last `note` that it answers: nothing noted is passed over.
    """

    def __init__(self, wake: Wake, every: float = _EVERY) -> None:
        self._wake, self._every = wake, every
        self._due: dict[str, float] = {}
        self._last: dict[str, float] = {}
        self._failed: dict[str, int] = {}
        self._some = threading.Condition()
        self._thread: threading.Thread | None = None

    def note(self, slug: str) -> None:
        """Something came in for a clinic. Returns at once, whatever becomes of the wake-up."""
        with self._some:
            if slug in self._due:
                return
            self._due[slug] = self._last.get(slug, -self._every) + self._wait(slug)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="waking", daemon=True)
                self._thread.start()
            self._some.notify()

    def _wait(self, slug: str) -> float:
        return min(self._every * 2.0 ** self._failed.get(slug, 0), max(_LONGEST, self._every))

    def _run(self) -> None:
        while True:
            slug = self._next()
            try:
                self._wake(slug)
                self._failed.pop(slug, None)
            except Exception as error:
                # By class alone: what is in an error of a library is not ours to print.
                log.warning("clinic %s: not woken (%s)", slug, type(error).__name__)
                self._failed[slug] = min(self._failed.get(slug, 0) + 1, 10)
                self.note(slug)

    def _next(self) -> str:
        with self._some:
            while True:
                now = time.monotonic()
                slug = min(self._due, key=self._due.__getitem__, default=None)
                if slug is not None and self._due[slug] <= now:
                    del self._due[slug]
                    self._last[slug] = now
                    return slug
                self._some.wait(None if slug is None else self._due[slug] - now)
