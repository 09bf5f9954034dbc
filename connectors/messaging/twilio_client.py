"""Twilio's own SDK, told where to go, how long to wait, and to keep silent."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from urllib.parse import urlsplit

import requests
from twilio.base.exceptions import (
    TwilioException,
    TwilioRestException,
    TwilioServiceException,
)
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client
from urllib3.exceptions import NewConnectionError

from connectors.address import is_loopback, require_safe_address
from connectors.errors import ConnectorError, ContractBroken, RateLimited, Unavailable
from connectors.messaging.base import hush
from connectors.messaging.twilio_codes import VENDOR, no_answer, refusal

T = TypeVar("T")

_SILENT = logging.Logger("twilio.silent", level=logging.CRITICAL)
_UNREADABLE = (ValueError, TypeError, KeyError, AttributeError)


class _Http(TwilioHttpClient):  # type: ignore[misc]  # the SDK has no types
    """The SDK's transport, which alone sees how long a 429 asks us to wait."""

    def request(self, *args: object, **options: object) -> Response:
        response = super().request(*args, **options)
        if response.status_code == 429:
            seconds = _seconds((response.headers or {}).get("Retry-After"))
            until = datetime.now(UTC) + timedelta(seconds=seconds)
            raise RateLimited(VENDOR, code="429", until=until, seconds=seconds)
        return response


def open_client(
    account: str, token: str, *, base_url: str | None, timeout: float, sandbox: bool
) -> Client:
    """Twilio's client, no retries; `timeout` in seconds. GateClosed for an unsafe address."""
    address = base_url or "https://api.twilio.com"
    require_safe_address(address, sandbox)
    hush("urllib3", "twilio")
    http = _Http(timeout=timeout, logger=_SILENT)
    # A proxy from the environment would carry a sandbox's request off this machine.
    http.session.trust_env = not is_loopback(urlsplit(address).hostname)
    # An empty mapping would make the SDK read TWILIO_REGION and TWILIO_EDGE from the environment.
    client = Client(account, token, http_client=http, environment={"TWILIO_REGION": ""})
    client.api.base_url = address.rstrip("/")
    return client


def ask(do: Callable[[], T], *, is_safe: bool) -> T:
    """What `do` returns; the SDK's exceptions become ours, without the cause, which holds PHI."""
    try:
        return do()
    except ConnectorError:
        raise
    except (TwilioRestException, TwilioServiceException) as error:
        failure = refusal(error.status, error.code, is_safe=is_safe)
    except TwilioException as error:
        # A list that fails raises the bare class, with the answer as its second argument.
        failure = refusal(_status(error), None, is_safe=is_safe)
    except requests.RequestException as error:
        failure = _broken_off(error, is_safe=is_safe)
    except _UNREADABLE:
        failure = _unreadable(is_safe=is_safe)
    raise failure


def _status(error: TwilioException) -> int:
    """The answer's HTTP status; 500 where there is none, because then nothing is known."""
    status = getattr(error.args[-1] if error.args else None, "status_code", None)
    return status if isinstance(status, int) else 500


def _broken_off(error: requests.RequestException, *, is_safe: bool) -> ConnectorError:
    name = type(error).__name__
    if isinstance(error, requests.exceptions.SSLError) and "CERTIFICATE_VERIFY" in str(error):
        return ContractBroken(VENDOR, "has an untrusted certificate. Check base_url.", code=name)
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    unsent = (requests.exceptions.ConnectTimeout, requests.exceptions.ProxyError)
    if isinstance(error, unsent) or isinstance(reason, NewConnectionError):
        return Unavailable(VENDOR, "cannot be reached. Nothing was sent.", code=name)
    return no_answer(name, is_safe=is_safe)


def _unreadable(*, is_safe: bool) -> ConnectorError:
    if is_safe:
        return ContractBroken(VENDOR, "answers no JSON. Check base_url.", code="unreadable")
    return no_answer("unreadable", is_safe=False)


def _seconds(text: str | None) -> float:
    """Seconds to wait; a date or nonsense counts as a minute."""
    return min(float(text), 3600.0) if text and text.isascii() and text.isdigit() else 60.0
