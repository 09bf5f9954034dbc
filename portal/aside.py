"""Work that waits for another system, in threads of its own: few, and none of those that answer.

Whatever is not begun here is written down, and the next run does it.
"""

import logging
import threading
from collections.abc import Callable

log = logging.getLogger(__name__)

Watched = Callable[[], bool]
"""Whether whoever asked still waits, and will be shown what became of it."""


class Aside:
    """Does one thing beside a request, and waits for it for a while.

    `most` at once, `patience` seconds for each; `late` is called after what was waited for no more.
    """

    def __init__(self, most: int, patience: float, late: Callable[[str], None]) -> None:
        self._free = threading.BoundedSemaphore(most)
        self._patience, self._late = patience, late

    def do(self, slug: str, work: Callable[[Watched], object]) -> bool:
        """Begin it, and wait; False where nobody was free to. What it raises is logged by class."""
        if not self._free.acquire(blocking=False):
            return False
        done, is_left = threading.Event(), threading.Event()

        def run() -> None:
            try:
                work(lambda: not is_left.is_set())
            except Exception as error:
                log.error("clinic %s: left to the next run (%s)", slug, type(error).__name__)
            finally:
                self._free.release()
                done.set()
                if is_left.is_set():
                    self._late(slug)

        # A daemon: whoever ends the receiver does not wait for a book that hangs.
        threading.Thread(target=run, name="aside", daemon=True).start()
        if not done.wait(self._patience):
            is_left.set()
        return True
