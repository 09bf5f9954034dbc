"""Services that only pass things on, and are blocked: health data would lie with them unprotected.

45 CFR 164.502(e): whoever handles it for a clinic signs an agreement first; these do not.
"""

from datetime import date
from functools import cache
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, HttpUrl

from data_contracts.shipped_file import read_shipped


class Relay(BaseModel):
    """One of them: its hosts with all that lies below them, and why it is blocked."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    hosts: tuple[str, ...] = Field(min_length=1)
    why: str


class Relays(BaseModel):
    """All that are known, by name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reviewed_on: date
    relays: dict[str, Relay]


@cache
def relays() -> Relays:
    """The table as it is shipped."""
    return Relays.model_validate(read_shipped("relays.yaml"))


def blocked(host: str) -> str | None:
    """Why nothing may go to a host, in words; None where something may."""
    own = host.lower().rstrip(".")
    for name, relay in relays().relays.items():
        if any(own == one or own.endswith(f".{one}") for one in relay.hosts):
            return f"{name} only passes things on and is blocked: {relay.why}"
    return None


def blocked_vendor(vendor: str) -> str | None:
    """Why an agreement with a vendor of that name cannot be; None where it can."""
    found = relays().relays.get(vendor.strip().lower().replace("_", " "))
    return f"{vendor} is blocked: {found.why}" if found else None


def _no_relay(url: HttpUrl) -> HttpUrl:
    if why := blocked(url.host or ""):
        raise ValueError(f"{why}; write the vendor's own address")
    return url


def _signs(vendor: str) -> str:
    if why := blocked_vendor(vendor):
        raise ValueError(f"{why}; remove it")
    return vendor


VendorUrl = Annotated[HttpUrl, AfterValidator(_no_relay)]
"""Where something of ours may go; never a relay."""
SigningVendor = Annotated[str, AfterValidator(_signs)]
"""Who may have signed a business-associate agreement."""
