"""What the hub has been asked, and how much at once."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

MOST_KEPT = 20_000


@dataclass(frozen=True)
class Heard:
    """One inquiry as it came in; `at` is simulated."""

    at: str
    vendor: str
    payer_id: str
    member_id: str
    service_types: tuple[str, ...]
    service_on: str
    trace: str
    origin: str = ""
    """X-Forwarded-For: where the question began, which Medicare wants to know."""


class TooMany(Exception):
    """More in flight than the capacity."""


@dataclass
class Tally:
    """Counts and pace. Its own lock: the control door reads from other threads."""

    latency_seconds: float = 0.0
    capacity: int = 0
    """Most inquiries in flight at once; 0 is no limit."""
    down: frozenset[str] = frozenset()
    """Payers that answer nothing but that they cannot (AAA 42 R)."""
    in_flight: int = 0
    most_in_flight: int = 0
    refused: int = 0
    answered: int = 0
    inquiries: list[Heard] = field(default_factory=list)
    by_payer: Counter[str] = field(default_factory=Counter)
    by_member: Counter[str] = field(default_factory=Counter)
    by_vendor: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def one(self, heard: Heard) -> Iterator[None]:
        """Count an inquiry for as long as it is being answered; TooMany past the capacity."""
        with self._lock:
            if self.capacity and self.in_flight >= self.capacity:
                self.refused += 1
                raise TooMany
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
            self.by_payer[heard.payer_id] += 1
            self.by_member[heard.member_id] += 1
            self.by_vendor[heard.vendor] += 1
            if len(self.inquiries) < MOST_KEPT:
                self.inquiries.append(heard)
        try:
            yield
        finally:
            with self._lock:
                self.in_flight -= 1
                self.answered += 1

    def told(self) -> dict[str, Any]:
        """Everything but the single inquiries."""
        with self._lock:
            return {
                "latency_seconds": self.latency_seconds,
                "capacity": self.capacity,
                "down": sorted(self.down),
                "in_flight": self.in_flight,
                "most_in_flight": self.most_in_flight,
                "refused": self.refused,
                "answered": self.answered,
                "by_payer": dict(self.by_payer),
                "by_member": dict(self.by_member),
                "by_vendor": dict(self.by_vendor),
            }

    def all(self) -> list[dict[str, Any]]:
        """Every inquiry, oldest first."""
        with self._lock:
            return [asdict(one) for one in self.inquiries]

    def forget(self) -> None:
        """Begin to count anew; the pace stays."""
        with self._lock:
            self.most_in_flight, self.refused, self.answered = self.in_flight, 0, 0
            self.inquiries.clear()
            for counter in (self.by_payer, self.by_member, self.by_vendor):
                counter.clear()
