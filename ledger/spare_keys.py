"""Keys made ahead: what people write waits for one commit, the ledger's, and not for two."""

import logging
import threading

from ledger.keys import FreshKey, KeyStore

log = logging.getLogger(__name__)

_AHEAD = 128


class SpareKeys:
    """Gives out keys that stand in the store already, each once; makes more beside its callers.

    Where the store was put back to what it was, those of before are not in it, and none is used.
    """

    def __init__(self, keys: KeyStore, ahead: int = _AHEAD) -> None:
        self._keys, self._ahead = keys, ahead
        self._spare: list[FreshKey] = []
        self._guard = threading.Lock()
        self._making = threading.Lock()

    def take(self, count: int) -> list[FreshKey]:
        """So many keys; where fewer are at hand they are made before this returns."""
        with self._guard:
            taken, self._spare = self._spare[:count], self._spare[count:]
            is_low = len(self._spare) < self._ahead
        if taken and not self._keys.holds(one.name for one in taken):
            self._forget()
            taken = []
        if missing := count - len(taken):
            taken = taken + self._keys.fresh(missing)
        if is_low and self._making.acquire(blocking=False):
            threading.Thread(target=self._make, name="spare keys", daemon=True).start()
        return taken

    def _make(self) -> None:
        try:
            made = self._keys.fresh(self._ahead)
            with self._guard:
                self._spare += made
        except Exception as error:
            # Whoever needs one makes it, and says what is wrong.
            log.warning("%s: no keys made ahead (%s)", self._keys.path, type(error).__name__)
        finally:
            self._making.release()

    def _forget(self) -> None:
        with self._guard:
            self._spare = []
