"""What the carrier holds: messages and calls."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Message:
    """One SMS; `created` is a simulated second, `held_since` the wall clock's, for the lag.

    `unwanted`: it reached somebody who had asked for no more of them.
    """

    sid: str
    to: str
    sender: str
    body: str
    created: int
    held_since: float
    status: str = "queued"
    direction: str = "outbound-api"
    status_callback: str | None = None
    service_sid: str | None = None
    failure: int | None = None
    error_code: int | None = None
    sent: int | None = None
    visits: list[str] = field(default_factory=list)
    history: list[str] = field(default_factory=list)
    unwanted: bool = False


@dataclass(slots=True)
class Call:
    """One voice call and what came of it.

    `staff` is whom it was put through to; `update` the TwiML that replaced what it was saying.
    """

    sid: str
    to: str
    sender: str
    created: int
    url: str | None
    method: str
    twiml: str | None
    status_callback: str | None
    machine_detection: str
    status: str = "queued"
    answered_by: str | None = None
    duration: int = 0
    digits: str | None = None
    staff: str | None = None
    async_amd_callback: str | None = None
    update: str | None = None
    outcome: str = ""
    spoken: list[str] = field(default_factory=list)
    visits: list[str] = field(default_factory=list)
