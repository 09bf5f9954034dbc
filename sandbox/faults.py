"""Faults on demand, done on the socket itself."""

import json
import re
import threading
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sandbox.visit_act import VisitAct

Kind = Literal[
    "status",
    "html",
    "hang",
    "drop_after_accept",
    "drop_before",
    "refuse_500",
    "slow",
    "repeat_page",
    "retype_ids",
    "storm_429",
    "meanwhile",
]


class Fault(BaseModel):
    """What is done to the next `times` matching requests; null means until deleted."""

    model_config = ConfigDict(extra="forbid")

    where: Literal[
        "cliniko",
        "jane",
        "twilio",
        "weather",
        "trizetto",
        "waystar",
        "stedi",
        "eligible",
        "optum",
        "availity",
        "claims",
    ]
    match: str = ".*"
    method: str | None = None
    kind: Kind
    status: int = 500
    seconds: float = 30.0
    times: int | None = 1
    headers: dict[str, str] = Field(default_factory=dict)
    body: str | None = Field(None, description="of `status` and `html`: these words, as they are")
    visit: VisitAct | None = Field(
        None, description="of `meanwhile`: what a receptionist does just before the answer"
    )
    done: int = 0

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.kind == "meanwhile") != (self.visit is not None):
            raise ValueError("meanwhile needs a visit, and only that kind takes one")
        return self

    def fits(self, vendor: str, method: str, path: str) -> bool:
        """Whether it strikes this request."""
        return (
            vendor == self.where
            and (self.times is None or self.done < self.times)
            and (self.method is None or self.method.upper() == method)
            and re.search(self.match, path) is not None
        )


class FaultBook:
    """The faults waiting to strike, first given first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def add(self, faults: list[Fault]) -> None:
        """Add faults behind those already there."""
        with self._lock:
            self._faults += faults

    def clear(self) -> None:
        """Forget all of them."""
        with self._lock:
            self._faults = []

    def all(self) -> list[Fault]:
        """Every fault given, also used-up ones."""
        with self._lock:
            return list(self._faults)

    def strike(self, vendor: str, method: str, path: str) -> Fault | None:
        """The fault for a request, counted as done; null when there is none."""
        with self._lock:
            for fault in self._faults:
                if fault.fits(vendor, method, path):
                    fault.done += 1
                    return fault
        return None


def canned(fault: Fault, now: float) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of a fault that answers by itself."""
    if fault.kind == "html":
        status = fault.status if "status" in fault.model_fields_set else 200
        body = "<!DOCTYPE html><html><body><h1>Down for maintenance</h1></body></html>"
        page = (fault.body or body).encode()
        return status, {"content-type": "text/html; charset=utf-8", **fault.headers}, page
    if fault.kind == "storm_429":
        return _too_many(fault, now)
    status = 500 if fault.kind == "refuse_500" else fault.status
    wrong = {"message": "fault on demand", "code": 20500, "more_info": "", "status": status}
    said = json.dumps(wrong) if fault.body is None else fault.body
    return status, {"content-type": "application/json", **fault.headers}, said.encode()


def _too_many(fault: Fault, now: float) -> tuple[int, dict[str, str], bytes]:
    wait = fault.seconds if "seconds" in fault.model_fields_set else 1.0
    headers = {"content-type": "application/json"}
    body: dict[str, object] = {"message": "Too many requests"}
    if fault.where == "cliniko":
        headers["X-RateLimit-Reset"] = str(int(now + wait) + 1)
    if fault.where == "jane":
        headers |= {"Retry-After": str(int(wait)), "X-Throttle-Match": "fault"}
        body = {"object": "error", "code": "too_many_requests", "message": "Rate limit exceeded"}
    if fault.where == "twilio":
        body = {"code": 20429, "message": "Too Many Requests", "more_info": "", "status": 429}
    return 429, {**headers, **fault.headers}, json.dumps(body).encode()
