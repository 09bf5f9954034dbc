"""What a failed HTTP exchange means for the caller. A table, so that nothing is decided twice."""

import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum

import httpx

from connectors.errors import (
    ConnectorError,
    ContractBroken,
    RateLimited,
    Rejected,
    Unauthorized,
    Unavailable,
    Unconfirmed,
)


class Fault(Enum):
    """How far a request can have come when it failed."""

    UNSENT = "it never left: nothing happened"
    LOST = "it left and no answer came: it may have happened"
    UNREADABLE = "an answer came that cannot be read: it may have happened"
    OUR_FAULT = "the request itself cannot be sent: trying again is pointless"


FAULT_OF: dict[type[Exception], Fault] = {
    httpx.ConnectError: Fault.UNSENT,
    httpx.ConnectTimeout: Fault.UNSENT,
    httpx.PoolTimeout: Fault.UNSENT,
    httpx.ProxyError: Fault.UNSENT,
    httpx.ReadTimeout: Fault.LOST,
    httpx.WriteTimeout: Fault.LOST,
    httpx.TimeoutException: Fault.LOST,
    httpx.ReadError: Fault.LOST,
    httpx.WriteError: Fault.LOST,
    httpx.CloseError: Fault.LOST,
    httpx.NetworkError: Fault.LOST,
    httpx.RemoteProtocolError: Fault.LOST,
    httpx.ProtocolError: Fault.LOST,
    httpx.TransportError: Fault.LOST,
    httpx.RequestError: Fault.LOST,
    httpx.HTTPError: Fault.LOST,
    httpx.DecodingError: Fault.UNREADABLE,
    httpx.TooManyRedirects: Fault.UNREADABLE,
    httpx.HTTPStatusError: Fault.UNREADABLE,
    httpx.StreamError: Fault.UNREADABLE,
    httpx.StreamConsumed: Fault.UNREADABLE,
    httpx.StreamClosed: Fault.UNREADABLE,
    httpx.ResponseNotRead: Fault.UNREADABLE,
    httpx.RequestNotRead: Fault.UNREADABLE,
    httpx.CookieConflict: Fault.UNREADABLE,
    httpx.LocalProtocolError: Fault.OUR_FAULT,
    httpx.UnsupportedProtocol: Fault.OUR_FAULT,
    httpx.InvalidURL: Fault.OUR_FAULT,
}

HTTPX_ERRORS = (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, httpx.CookieConflict)


def from_exception(vendor: str, error: Exception, *, is_safe: bool) -> ConnectorError:
    """The error to raise for an exception of httpx; `is_safe`: the method changes nothing (GET)."""
    code = type(error).__name__
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return ContractBroken(
            vendor,
            "the certificate is not trusted. Check base_url and the date.",
            code="certificate",
        )
    fault = next((FAULT_OF[c] for c in type(error).__mro__ if c in FAULT_OF), Fault.LOST)
    if fault is Fault.UNSENT:
        return Unavailable(vendor, "cannot be reached. Trying again is safe.", code=code)
    if fault is Fault.OUR_FAULT:
        return ContractBroken(vendor, "the request cannot be sent. Check base_url.", code=code)
    return unanswered(vendor, is_safe=is_safe, code=code, may_repeat=fault is Fault.LOST)


def unanswered(
    vendor: str, *, is_safe: bool, code: str, may_repeat: bool = False
) -> ConnectorError:
    """The error for an answer that never came, or came and makes no sense."""
    if not is_safe:
        return Unconfirmed(
            vendor, "no usable answer to a change. Look whether it happened.", code=code
        )
    if may_repeat:
        return Unavailable(vendor, "no answer. Trying again is safe.", code=code)
    return ContractBroken(
        vendor, "the answer is not what is documented. Check base_url.", code=code
    )


def from_status(
    vendor: str, response: httpx.Response, *, is_safe: bool, code: str | None
) -> ConnectorError:
    """The error to raise for a reply that is not 2xx."""
    status = response.status_code
    code = code or str(status)
    if status in (401, 403):
        return Unauthorized(vendor, "refuses our key. Check the key and its rights.", code=code)
    if status == 429:
        return _rate_limited(vendor, response.headers, time.time())
    if status >= 500 or status in (408, 425):
        return unanswered(vendor, is_safe=is_safe, code=code, may_repeat=True)
    if status < 400:
        # Following a redirect would hand the key to whoever wrote the Location.
        return ContractBroken(vendor, "answers with a redirect. Correct base_url.", code=code)
    return Rejected(vendor, "refuses the request. Do not send it again unchanged.", code=code)


def _rate_limited(vendor: str, headers: httpx.Headers, now: float) -> RateLimited:
    until = _retry_after(headers.get("Retry-After"), now)
    if until is None:
        until = _number(headers.get("X-RateLimit-Reset"))
    if until is None or not now - 86_400 < until < now + 86_400:
        return RateLimited(vendor)
    moment = datetime.fromtimestamp(until, UTC)
    return RateLimited(vendor, until=moment, seconds=max(0.0, until - now))


def _retry_after(text: str | None, now: float) -> float | None:
    """UNIX second of a Retry-After, which is seconds or a date (RFC 9110 section 10.2.3)."""
    seconds = _number(text)
    if seconds is not None:
        return now + seconds
    try:
        return parsedate_to_datetime(text or "").timestamp()
    except ValueError:
        return None


def _number(text: str | None) -> float | None:
    return float(text) if text and text.strip().isdigit() and len(text) < 15 else None
