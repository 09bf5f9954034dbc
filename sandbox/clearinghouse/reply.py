"""What goes back to whoever asked, before a transport wraps it."""

from dataclasses import dataclass, field
from enum import StrEnum

from sandbox.clearinghouse.answer_271 import Told


class Sort(StrEnum):
    """Which transaction a reply holds."""

    ANSWER = "271"
    ACKNOWLEDGED = "999"
    ENVELOPE = "TA1"


@dataclass(frozen=True)
class Reply:
    """Bytes of X12 and how the HTTP answer shall look; `told` is what the X12 says."""

    raw: bytes = b""
    sort: Sort = Sort.ANSWER
    told: Told | None = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    page: bool = False
    """A page of HTML comes in the place of the answer."""
    breaks: str = ""
    control: int = 0
