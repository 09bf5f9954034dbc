"""Jane in the sandbox, the clinic's owner at the login, and connectors on a ledger of ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from connectors.practice.jane import Jane
from connectors.practice.jane_keeper import Keeper
from connectors.practice.jane_login import Attempt, Login
from ledger.store import Ledger
from tests.sandbox_process import sandbox_process

CLIENT, SECRET = "sandbox-partner", "sandbox-partner-secret"
BACK = "http://127.0.0.1:9/jane/callback"


def agree(attempt: Attempt) -> dict[str, str]:
    """Goes to the login as the owner's browser would; what comes back in the address."""
    answer = httpx.get(attempt.address, trust_env=False)
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    return {name: values[0] for name, values in query.items()}


class Stage:
    """One sandbox, and what tests do to it."""

    def __init__(self, addresses: dict[str, str]) -> None:
        self.addresses, self.clinic_url = addresses, addresses["jane"]
        self.now = datetime.fromisoformat(addresses["now"])
        self._opened: list[Login | Jane] = []
        self._door = httpx.Client(base_url=addresses["control"], trust_env=False, timeout=30)

    def act(self, path: str, **body: Any) -> Any:
        """Does something in the sandbox behind the connector's back."""
        return self._door.post(path, json=body).raise_for_status().json()

    def see(self, path: str) -> Any:
        """What is really so."""
        return self._door.get(path).raise_for_status().json()

    def strike(self, **fault: Any) -> None:
        """Lets a fault strike Jane's next requests."""
        self._door.post("faults", json=[{"where": "jane"} | fault]).raise_for_status()

    def heal(self) -> None:
        """Takes every fault back."""
        self._door.delete("faults").raise_for_status()

    def login(self, secret: str = SECRET, timeout: float = 5.0) -> Login:
        """The login, as the sandbox's partner."""
        where = self.addresses["jane_login"]
        made = Login(where, CLIENT, secret, self.clinic_url, sandbox=True, timeout=timeout)
        self._opened.append(made)
        return made

    def keeper(self, ledger: Ledger, **other: Any) -> Keeper:
        """Whoever holds the tokens of a ledger."""
        return Keeper(lambda: ledger, self.login(**other), "northside")

    def connect(self, ledger: Ledger) -> None:
        """The owner agrees, and the ledger keeps what it gave."""
        login = self.login()
        attempt = login.begin(BACK)
        grant = login.redeem(attempt, agree(attempt)["code"], datetime.now(UTC))
        self.keeper(ledger).connect(grant, datetime.now(UTC))

    def system(self, ledger: Ledger, **other: Any) -> Jane:
        """The connector on this sandbox."""
        given: dict[str, Any] = {"requests_per_minute": 60_000, "timeout": 5.0} | other
        made = Jane(self.clinic_url, self.keeper(ledger), sandbox=True, **given)
        self._opened.append(made)
        return made

    def release(self) -> None:
        """Close what a test opened."""
        while self._opened:
            self._opened.pop().close()

    def close(self) -> None:
        """Give every connection back."""
        self.release()
        self._door.close()


@contextmanager
def staged(*options: str) -> Iterator[Stage]:
    """A small sandbox in a process of its own."""
    small = ("--patients", "12", "--history-days", "40")
    unlimited = ("--rate-limit", "0", "--jane-rate-limit", "0")
    with sandbox_process(*small, *unlimited, *options) as addresses:
        stage = Stage(addresses)
        yield stage
        stage.close()
