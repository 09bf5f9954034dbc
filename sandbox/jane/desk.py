"""What one sandbox knows of Jane beside the clinic's book."""

from collections.abc import Callable

from sandbox.jane.session import Sessions
from sandbox.jane.throttle import Throttle
from sandbox.jane.webhook import Hooks
from sandbox.settings import Settings


class JaneDesk:
    """Sessions, limits and webhooks; `consents` is whether the clinic's owner agrees."""

    def __init__(
        self,
        settings: Settings,
        base_url: str,
        submit: Callable[[Callable[[], None]], None],
    ) -> None:
        self.sessions = Sessions(
            f"{base_url}/jane/realms/jane",
            settings.jane_access_seconds,
            settings.jane_refresh_seconds,
        )
        self.throttle = Throttle(settings.jane_rate_limit)
        self.hooks = Hooks(submit)
        self.consents = True
