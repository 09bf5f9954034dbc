"""Responses that end before their end."""

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sandbox.gate import hang_up


class Broken(Response):
    """`drop` sends nothing; `half` sends the head and half of the body; then the line is dead."""

    def __init__(self, how: str, whole: Response) -> None:
        super().__init__(whole.body, whole.status_code, dict(whole.headers))
        self._how = how

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send as much as `how` says and close the socket."""
        if self._how == "half":
            await send(
                {
                    "type": "http.response.start",
                    "status": self.status_code,
                    "headers": self.raw_headers,
                }
            )
            half = bytes(self.body)[: len(self.body) // 2]
            await send({"type": "http.response.body", "body": half, "more_body": True})
        await hang_up(scope, gently=self._how == "half")


def as_told(breaks: str, whole: Response) -> Response:
    """The response, or what is left of it."""
    return Broken(breaks, whole) if breaks else whole
