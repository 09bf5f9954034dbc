"""What was refused at the door, counted and audited: the first at once, then a sum each minute.

Anybody can post ten thousand forgeries a minute; a row for each would fill the audit and hold up
the callbacks that are true. The sum tells as much: who forges says nothing about itself.
"""

import logging
import threading
from collections import Counter
from collections.abc import Mapping

from portal.inbound import ClinicReceiver
from portal.waking import Waking

log = logging.getLogger(__name__)

_EVERY = 60.0
NOBODY = "(unknown)"
"""Stands for every clinic that is not known here: it has no audit to write to."""


class Refusals:
    """Counts by clinic and reason; writes in a thread of its own, so that no request waits."""

    def __init__(self, clinics: Mapping[str, ClinicReceiver], every: float = _EVERY) -> None:
        self._clinics = clinics
        self._counted: dict[str, Counter[str]] = {}
        self._lock = threading.Lock()
        self._beat = Waking(self._write, every)

    def note(self, slug: str, why: str) -> None:
        """Something was refused; `why` is a word of ours, nothing of what was sent."""
        known = slug if slug in self._clinics else NOBODY
        with self._lock:
            self._counted.setdefault(known, Counter())[why] += 1
        self._beat.note(known)

    def flush(self) -> None:
        """Write what was not written yet; before the process ends."""
        for slug in list(self._counted):
            self._write(slug)

    def _write(self, slug: str) -> None:
        with self._lock:
            counted = self._counted.pop(slug, Counter[str]())
        try:
            for why, count in sorted(counted.items()):
                log.warning("clinic %s: %d callbacks were refused (%s)", slug, count, why)
                if (clinic := self._clinics.get(slug)) and clinic.refused:
                    clinic.refused(count, why)
                del counted[why]
        except Exception:
            with self._lock:  # not written: told with the next sum
                self._counted.setdefault(slug, Counter()).update(counted)
            raise
