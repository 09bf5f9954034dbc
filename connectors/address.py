"""Where a request may go at all."""

import ipaddress
from urllib.parse import SplitResult, urlsplit

from data_contracts.errors import GateClosed
from data_contracts.relay import blocked


def is_loopback(host: str | None) -> bool:
    """Whether a host name or address can only be this machine. Names are not resolved."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def require_safe_address(url: str, sandbox: bool) -> None:
    """Pass https to anyone but a relay and http to loopback; in a sandbox loopback alone.

    Raises GateClosed.
    """
    parts = _split(url)
    host = parts.hostname if parts else None
    if parts is None or parts.scheme not in ("http", "https") or not host:
        raise GateClosed("base_url is not an address. Write https://HOST/PATH without a user name.")
    if why := blocked(host):
        raise GateClosed(f"base_url points to {host}: {why}.")
    if sandbox and not is_loopback(host):
        raise GateClosed(
            f"delivery is sandbox, but base_url points to {host}. "
            "Point it to 127.0.0.1, or set delivery to live."
        )
    if parts.scheme == "http" and not is_loopback(host):
        raise GateClosed(f"base_url sends patient data to {host} in clear. Write https://.")


def _split(url: str) -> SplitResult | None:
    """The parts of a plain URL; None when it is malformed, holds white space or credentials."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  (a port that is not a number raises only when read)
    except ValueError:
        return None
    odd = any(c.isspace() or not c.isprintable() or c == "\\" for c in url)
    return None if odd or "@" in parts.netloc else parts
