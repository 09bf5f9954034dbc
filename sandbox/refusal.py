"""An answer that says no."""


class Refusal(Exception):
    """Ends a request with a status, a JSON body and headers."""

    def __init__(
        self, status: int, body: dict[str, object], headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(f"{status}")
        self.status, self.body, self.headers = status, body, headers or {}
