"""Whether strangers can reach Prefect's API: it starts runs and shows what ran.

It has one shared login and no roles, so it listens to this machine alone, or asks for a password
(PREFECT_SERVER_API_AUTH_STRING), and goes to another machine over https.
"""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from connectors.address import is_loopback
from deployments.doctor.check import Case, Check

_ANYWHERE = frozenset({"00000000", "0" * 32})
_LISTENS = "0A"
_BIND = (
    "Prefect's API listens to every machine and asks for no password; start it with"
    " --host 127.0.0.1, or set PREFECT_SERVER_API_AUTH_STRING and PREFECT_API_AUTH_STRING."
)


def examine(case: Case) -> Iterator[Check]:
    """One line; a server that is not up yet is no fault."""
    from prefect.settings import get_current_settings

    url = get_current_settings().api.url
    if not url:
        advice = "PREFECT_API_URL is not set: runs are kept by no server. See docs/first-clinic.md."
        yield Check("prefect", "api", True, advice)
        return
    parts = urlsplit(url)
    is_near = is_loopback(parts.hostname)
    if not is_near and parts.scheme != "https":
        advice = f"{parts.hostname} is reached in clear; put TLS before it and write https://."
        yield Check("prefect", "api", False, advice)
        return
    yield _asks(url, is_open=not is_near or _listens_to_all(parts.port or 4200))


def _asks(url: str, *, is_open: bool) -> Check:
    import httpx

    try:
        said = httpx.post(f"{url}/flows/count", json={}, timeout=5)
    except httpx.HTTPError:
        return Check("prefect", "api", True, "Nobody answers there yet; start the server.")
    has_password = said.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN)
    is_well = has_password or not is_open
    return Check("prefect", "api", is_well, "" if is_well else _BIND)


def _listens_to_all(port: int, tables: Path = Path("/proc/net")) -> bool:
    """Whether a socket of this machine takes that port's connections from anywhere (Linux)."""
    rows = [
        line.split()
        for name in ("tcp", "tcp6")
        if (tables / name).exists()
        for line in (tables / name).read_text(encoding="ascii").splitlines()[1:]
    ]
    places = [row[1].split(":") for row in rows if row[3] == _LISTENS]
    return any(host in _ANYWHERE and int(at, 16) == port for host, at in places)
