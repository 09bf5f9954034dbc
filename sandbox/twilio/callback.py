"""Signed posts to the client's webhooks, from a bounded queue in the background."""

import ipaddress
import queue
import threading
import time
import uuid
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx

from sandbox.twilio.mischief import Forgery, Mischief, Tally, forged
from sandbox.twilio.signature import sign

ATTEMPTS = 3
WORKERS = 4
Job = Callable[[], object]


def loopback(url: str) -> bool:
    """Whether a URL stays on this machine; the sandbox posts nowhere else."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class CallbackWorker:
    """Runs jobs in the order given, four at a time at most."""

    def __init__(self, token: str, seed: int = 0) -> None:
        self._token, self._seed = token, seed
        self.mischief = Mischief()
        self.tally = Tally()
        self._jobs: queue.Queue[Job | None] = queue.Queue(maxsize=10_000)
        self._client = httpx.Client(timeout=5.0, trust_env=False)
        self.sent = self.lost = 0
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(WORKERS)]
        for thread in self._threads:
            thread.start()

    def submit(self, job: Job) -> None:
        """Do a job soon; waits while ten thousand others are waiting."""
        self._jobs.put(job)

    def in_flight(self) -> int:
        """Jobs not yet finished."""
        return self._jobs.unfinished_tasks

    def drained(self, seconds: float) -> bool:
        """Wait until nothing is in flight; false when time ran out first."""
        end = time.monotonic() + seconds
        while self.in_flight():
            if time.monotonic() > end:
                return False
            time.sleep(0.005)
        return True

    def post(self, url: str, fields: dict[str, str], method: str = "POST") -> httpx.Response | None:
        """A signed request, tried three times; null when nobody answered below 500."""
        if not loopback(url):
            self.lost += 1
            return None
        token, mischief = str(uuid.uuid4()), self.mischief
        if mischief.strikes("delay", self._seed, fields):
            time.sleep(mischief.delay_seconds)
        answer = self._tried(url, fields, method, token)
        if mischief.strikes("duplicate", self._seed, fields):
            again = self._once(url, fields, method, token)
            self.tally.again[again.status_code if again is not None else 0] += 1
        if method.upper() == "POST" and mischief.strikes("forge", self._seed, fields):
            self.forge(mischief.forgery(self._seed, fields), url, fields)
        return answer

    def forge(self, how: Forgery, url: str, fields: dict[str, str]) -> int:
        """Post an imitation once; its status, 0 when nobody answered."""
        headers, told = forged(how, self._token, url.partition("#")[0], fields)
        try:
            status = self._client.post(url, data=told, headers=headers).status_code
        except httpx.HTTPError:
            status = 0
        self.tally.forged[status] += 1
        return status

    def _tried(
        self, url: str, fields: dict[str, str], method: str, token: str
    ) -> httpx.Response | None:
        for attempt in range(ATTEMPTS):
            answer = self._once(url, fields, method, token)
            if answer is not None and answer.status_code < 500:
                self.sent += 1
                return answer
            time.sleep(0.1 * 3**attempt if attempt + 1 < ATTEMPTS else 0)
        self.lost += 1
        return None

    def _once(
        self, url: str, fields: dict[str, str], method: str, token: str
    ) -> httpx.Response | None:
        headers = {"I-Twilio-Idempotency-Token": token, "User-Agent": "TwilioProxy/1.1"}
        bare = url.partition("#")[0]
        try:
            if method.upper() == "GET":
                whole = str(httpx.URL(bare).copy_merge_params(fields))
                headers["X-Twilio-Signature"] = sign(self._token, whole, {})
                return self._client.get(whole, headers=headers)
            headers["X-Twilio-Signature"] = sign(self._token, bare, fields)
            return self._client.post(bare, data=fields, headers=headers)
        except httpx.HTTPError:
            return None

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                job()
            finally:
                self._jobs.task_done()
        self._jobs.task_done()

    def close(self) -> None:
        """Stop; jobs still waiting are forgotten."""
        for _ in self._threads:
            try:
                self._jobs.put_nowait(None)
            except queue.Full:
                break
        for thread in self._threads:
            thread.join(timeout=2)
        self._client.close()
