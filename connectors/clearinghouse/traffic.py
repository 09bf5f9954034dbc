"""How many questions may be on their way at once, how fast, and to whom none goes for now."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta

from connectors.clearinghouse.breaker import Breaker
from connectors.errors import RateLimited
from connectors.pace import TokenBucket

_UNSAID = 2.0
"""Seconds of pause after a refusal for speed that names none."""


class Turn:
    """One question's turn; `is_down` None until somebody knows whether the payer answered."""

    is_down: bool | None = None


class Traffic:
    """One vendor's traffic in this process; thread-safe.

    A question waits for its payer, then for the vendor, at most `patience` seconds each, so that a
    slow payer's queue takes no place of another's. `of_payer` says how many each takes at once.
    """

    def __init__(
        self,
        vendor: str,
        in_flight: int,
        per_minute: float,
        *,
        of_payer: Mapping[str, int] | None = None,
        patience: float = 60.0,
        breaker: Callable[[], Breaker] = Breaker,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.vendor, self._patience, self._clock, self._sleep = vendor, patience, clock, sleep
        self._all = threading.BoundedSemaphore(in_flight)
        self._payers = {
            payer: threading.BoundedSemaphore(most) for payer, most in (of_payer or {}).items()
        }
        self._pace = TokenBucket(per_minute, int(per_minute // 5), clock=clock, sleep=sleep)
        self._lock = threading.Lock()
        self._breakers: dict[str, Breaker] = defaultdict(breaker)
        self._resumes = 0.0

    @contextmanager
    def turn(self, payer_id: str) -> Iterator[Turn]:
        """Holds a place while one question is asked. Raises RateLimited where none is to be had:
        the payer does not answer, the vendor asked for a pause, or too many wait."""
        breaker = self._breaker(payer_id)
        with ExitStack() as places:
            for place in filter(None, (self._payers.get(payer_id), self._all)):
                self._take(place)
                places.callback(place.release)
            self._wait_for_pause()
            if seconds := breaker.wait():
                raise self._limited("this payer does not answer. Asked again later.", seconds)
            turn = Turn()
            try:
                self._pace.take()
                yield turn
            except RateLimited as error:
                self._pause(error.seconds if error.until else _UNSAID)
                raise
            finally:
                _tell(breaker, turn)

    def _breaker(self, payer_id: str) -> Breaker:
        with self._lock:
            return self._breakers[payer_id]

    def _take(self, place: threading.BoundedSemaphore) -> None:
        if not place.acquire(timeout=self._patience):
            raise self._limited("too many questions wait. Ask again later.", self._patience)

    def _pause(self, seconds: float) -> None:
        with self._lock:
            self._resumes = max(self._resumes, self._clock() + seconds)

    def _wait_for_pause(self) -> None:
        with self._lock:
            seconds = self._resumes - self._clock()
        if seconds > self._patience:
            raise self._limited("asked us to wait. Ask again later.", seconds)
        if seconds > 0:
            self._sleep(seconds)

    def _limited(self, words: str, seconds: float) -> RateLimited:
        until = datetime.now(UTC) + timedelta(seconds=seconds)
        return RateLimited(self.vendor, words, code="waits", until=until, seconds=seconds)


def _tell(breaker: Breaker, turn: Turn) -> None:
    if turn.is_down is None:
        breaker.said_nothing()
    elif turn.is_down:
        breaker.failed()
    else:
        breaker.answered()
