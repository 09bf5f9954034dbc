"""What a clinic's consent at its practice system gave us: tokens, and keys of webhooks."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Grant:
    """An access token, and the refresh token that buys the next two, once."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    access_until: datetime
    refresh_until: datetime


@dataclass(frozen=True)
class Hook:
    """A webhook that we subscribed to; `secret` is shown at its making alone."""

    topic: str
    subscription_id: str
    target_url: str
    secret: str = field(repr=False)
