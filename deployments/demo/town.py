"""The simulated patients: they read their texts, answer in words, and some wish to come sooner."""

from datetime import datetime
from typing import Any

import httpx

from tasks.room import Room

_MANNERS = {
    "writes_instead_of_calling": 1.0,
    "knows_of_late_cancel": 0.7,
    "knows_of_no_show": 0.4,
    "wants_another_time": 0.3,
}
"""More give a visit up by text than the sandbox assumes by itself: two weeks must show some."""


class Town:
    """The sandbox's own door to the clinic's clock and its patients."""

    def __init__(self, control: str) -> None:
        self._door = httpx.Client(base_url=control, trust_env=False, timeout=60)

    def close(self) -> None:
        """Give the connection back."""
        self._door.close()

    def now(self) -> datetime:
        """The simulated moment: when a text that comes in now was written."""
        return datetime.fromisoformat(self._ask("GET", "clock")["now"])

    def live_until(self, now: datetime) -> None:
        """Let the simulated clinic live; whoever has something to say meanwhile says it."""
        self._ask("POST", "clock", {"now": now.isoformat()})

    def listen(self, webhooks: dict[str, str]) -> None:
        """From here on patients answer, at the address of the number that they answer to."""
        self._ask("POST", "webhooks", webhooks)
        self._ask("POST", "manners", _MANNERS)

    def put_on_list(self, here: Room, now: datetime) -> int:
        """Whoever wishes to come sooner is on the clinic's waiting list; how many are new."""
        from tasks.consenting import NoSuchPatient
        from tasks.waiting_lines import Asked, lines, put_on_list

        known = {line["patient"] for line in lines(here, now)}
        new = [str(one["id"]) for one in self._ask("GET", "wishes") if str(one["id"]) not in known]
        count = 0
        for one in new:
            try:
                put_on_list(here, one, Asked(), now)
            except NoSuchPatient:  # never seen here yet
                continue
            count += 1
        return count

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        return self._door.request(method, path, json=body).raise_for_status().json()
