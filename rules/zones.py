"""Whose clock counts: the zones of a patient's address and of their number's area code (T2)."""

from functools import lru_cache

import phonenumbers
from phonenumbers import timezone as number_zones

_MOST_ZONES = 4
_NEW_YORK, _CHICAGO, _DENVER = "America/New_York", "America/Chicago", "America/Denver"
_SPLIT = {
    **dict.fromkeys(("219", "574", "812", "930"), (_NEW_YORK, _CHICAGO)),  # Indiana
    **dict.fromkeys(("270", "364"), (_NEW_YORK, _CHICAGO)),  # Kentucky
    **dict.fromkeys(("423", "931"), (_NEW_YORK, _CHICAGO)),  # Tennessee
    **dict.fromkeys(("448", "850"), (_NEW_YORK, _CHICAGO)),  # Florida's west
    "906": (_NEW_YORK, _CHICAGO),  # Michigan's north
    **dict.fromkeys(("308", "605", "620", "701", "785"), (_CHICAGO, _DENVER)),
    **dict.fromkeys(("458", "541"), ("America/Los_Angeles", "America/Boise")),  # Oregon's east
    "775": ("America/Los_Angeles", _DENVER),  # Nevada's border towns
    "928": ("America/Phoenix", _DENVER),  # the Navajo Nation keeps summer time
}
"""Area codes that a border of zones crosses; the library knows some by one side alone."""


def patient_zones(address_zone: str | None, *mobiles: str | None) -> str | None:
    """Comma-joined IANA zones, the address's first; None where neither says anything.

    A number is often carried along in a move, so it does not replace the address: where they
    disagree, the caller keeps to hours that are allowed in all of them.
    """
    found = [address_zone] if address_zone else []
    for mobile in mobiles:
        found += area_zones(mobile[:5] if mobile else "")
    return ",".join(dict.fromkeys(found)) or None


@lru_cache(maxsize=4096)
def area_zones(prefix: str) -> tuple[str, ...]:
    """The zones of a North American area code, given as +1 and three digits; none for others."""
    if len(prefix) != 5 or not prefix.startswith("+1"):
        return ()
    if split := _SPLIT.get(prefix[2:]):
        return split
    number = phonenumbers.parse(f"{prefix}5550100", None)
    zones: tuple[str, ...] = number_zones.time_zones_for_geographical_number(number)
    # A toll-free or unknown code maps to every zone of the country, which says nothing.
    return zones if len(zones) <= _MOST_ZONES and "Etc/Unknown" not in zones else ()
