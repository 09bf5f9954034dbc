"""One way to speak HTTP with a vendor: safe addresses, an own pace, one family of errors."""

import json
import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import httpx

from connectors.address import is_loopback, require_safe_address
from connectors.errors import ContractBroken, RateLimited, Unavailable
from connectors.http_fault import from_status, unanswered
from connectors.line import Line
from connectors.pace import TokenBucket

__all__ = ["Params", "VendorClient", "is_loopback", "require_safe_address"]

Params = Iterable[tuple[str, str]]


class VendorClient:
    """An httpx client that answers with JSON or raises a ConnectorError, and nothing else.

    GET is tried `tries` times: a 429 waits for its reset when that is within `patience` seconds,
    anything else that is Unavailable waits half a second, doubling, with jitter. Changes are never
    tried again here. One answer may take `deadline` seconds in all, however slowly it drips.
    """

    def __init__(
        self,
        vendor: str,
        base_url: str,
        *,
        sandbox: bool = False,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | httpx.Auth | None = None,
        requests_per_minute: float = 150,
        timeout: float = 20.0,
        deadline: float = 60.0,
        tries: int = 4,
        patience: float = 90.0,
        error_code: Callable[[bytes], str | None] = lambda body: None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._line = Line(
            vendor,
            base_url,
            sandbox=sandbox,
            headers={"Accept": "application/json", **(headers or {})},
            auth=auth,
            timeout=timeout,
            deadline=deadline,
        )
        self.vendor, self.base_url = vendor, self._line.base_url
        self._tries, self._patience = tries, patience
        self._error_code, self._sleep = error_code, sleep
        self._pace = TokenBucket(requests_per_minute, int(requests_per_minute // 5), sleep=sleep)

    def get(self, path: str, params: Params = ()) -> Any:
        """JSON at a path below `base_url`; tried again within bounds. Raises ConnectorError."""
        for attempt in range(1, self._tries + 1):
            try:
                return self._exchange("GET", path, params, None)
            except Unavailable as error:
                wait = self._wait(error, attempt)
                if attempt == self._tries or wait > self._patience:
                    raise
                self._sleep(wait)
        raise AssertionError("unreachable: the last attempt returns or raises")

    def send(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Send a change once; JSON of the answer, None without a body. Raises ConnectorError."""
        return self._exchange(method, path, (), body)

    def send_form(self, path: str, fields: Mapping[str, str]) -> Any:
        """Post a form once; JSON of the answer, None without a body. Raises ConnectorError."""
        return self._exchange("POST", path, (), fields, is_form=True)

    def close(self) -> None:
        """Give the connections back."""
        self._line.close()

    def _wait(self, error: Unavailable, attempt: int) -> float:
        if isinstance(error, RateLimited):
            # The reset is a whole second of the vendor's clock; ours may run a little ahead.
            return error.seconds + 0.2 + _chance()
        return (1 + _chance()) * 2.0 ** (attempt - 1) / 4

    def _exchange(
        self,
        method: str,
        path: str,
        params: Params,
        body: Mapping[str, Any] | None,
        *,
        is_form: bool = False,
    ) -> Any:
        self._pace.take()
        is_safe = method == "GET"
        request: dict[str, Any] = {"data" if is_form else "json": body}
        if params := list(params):
            request["params"] = params
        response, content = self._line.exchange(method, path, is_safe=is_safe, **request)
        if not response.is_success:
            code = self._error_code(content)
            raise from_status(self.vendor, response, is_safe=is_safe, code=code)
        return self._json(response, content, is_safe)

    def _json(self, response: httpx.Response, content: bytes, is_safe: bool) -> Any:
        if not content and (response.status_code == 204 or not is_safe):
            return None
        try:
            return json.loads(content)
        except (ValueError, RecursionError):
            raise unanswered(self.vendor, is_safe=is_safe, code="not_json") from None


def as_object(vendor: str, answer: Any) -> dict[str, Any]:
    """The answer when it is a JSON object. Raises ContractBroken."""
    if not isinstance(answer, dict):
        raise ContractBroken(
            vendor, "an object was promised. Check base_url.", code="not_an_object"
        )
    return answer


def _chance() -> float:
    return secrets.randbelow(1000) / 1000
