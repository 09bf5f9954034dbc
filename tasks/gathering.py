"""Write what comes in at the same moment in one transaction, and answer each by itself.

A commit waits for the disk, whatever is in it: callbacks that come while one is written would
otherwise each wait for all before it.
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

A = TypeVar("A")
B = TypeVar("B")

_MOST = 64


class Gathering(Generic[A, B]):
    """Calls `write` with all that waits; every caller gets its own answer or its own error.

    Returns only after its own was written. One that cannot be written fails alone.
    """

    def __init__(self, write: Callable[[Sequence[A]], Sequence[B]]) -> None:
        self._write = write
        self._guard, self._turn = threading.Lock(), threading.Lock()
        self._waiting: list[tuple[A, Future[B]]] = []

    def __call__(self, one: A) -> B:
        """Have one written, by this thread or by one that writes for all who wait."""
        answer: Future[B] = Future()
        with self._guard:
            self._waiting.append((one, answer))
        while not answer.done():
            with self._turn:
                if not answer.done():
                    self._write_some()
        return answer.result()

    def _write_some(self) -> None:
        with self._guard:
            group, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
        try:
            done = self._write([one for one, _ in group])
        except Exception:
            self._write_each(group)
            return
        for (_, answer), said in zip(group, done, strict=True):
            answer.set_result(said)

    def _write_each(self, group: list[tuple[A, Future[B]]]) -> None:
        for one, answer in group:
            try:
                answer.set_result(self._write([one])[0])
            except Exception as error:
                answer.set_exception(error)
