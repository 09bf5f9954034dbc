"""OAuth 2.0 client credentials (RFC 6749 section 4.4): one token for all threads, until it ends."""

import json
import threading
import time
from collections.abc import Callable, Generator
from typing import NamedTuple

import httpx

from connectors.errors import ContractBroken, Unauthorized
from connectors.http_fault import from_status
from connectors.line import Line

_MARGIN = 60.0
_USUAL = 3600.0


class _Token(NamedTuple):
    text: str
    number: int
    until: float


class ClientCredentials(httpx.Auth):
    """Puts the token on each request; one that was refused is renewed, once a request."""

    def __init__(
        self,
        line: Line,
        path: str,
        client_id: str,
        client_secret: str,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._line, self._path, self._clock = line, path, clock
        self._fields = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": client_secret,
        }
        self._lock = threading.Lock()
        self._token: _Token | None = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send, and where the token was refused, send once more with a newer one."""
        token = self.token()
        request.headers["Authorization"] = f"Bearer {token.text}"
        response = yield request
        if response.status_code == httpx.codes.UNAUTHORIZED:
            request.headers["Authorization"] = f"Bearer {self.token(token.number).text}"
            yield request

    def token(self, refused: int | None = None) -> _Token:
        """A token that holds, newer than the one numbered `refused`. Raises ConnectorError."""
        with self._lock:
            held = self._token
            if held is None or held.number == refused or held.until <= self._clock():
                held = self._token = self._fresh(held.number + 1 if held else 1)
            return held

    def close(self) -> None:
        """Give the connections back."""
        self._line.close()

    def _fresh(self, number: int) -> _Token:
        began = self._clock()
        response, body = self._line.exchange("POST", self._path, is_safe=True, data=self._fields)
        vendor = self._line.vendor
        if response.status_code == httpx.codes.BAD_REQUEST:
            # RFC 6749 section 5.2: a wrong secret may be answered so, and not with 401.
            raise Unauthorized(vendor, "refuses client_id or client_secret.", code="token_refused")
        if not response.is_success:
            raise from_status(vendor, response, is_safe=True, code=None)
        try:
            said = json.loads(body)
            text, lasts = said["access_token"], float(said.get("expires_in") or _USUAL)
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            raise ContractBroken(vendor, "no token in its answer.", code="no_token") from None
        return _Token(str(text), number, began + max(lasts - _MARGIN, lasts / 2))
