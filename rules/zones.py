"""Whose clock counts: the address's, else the clinic's, and the number's area code's (T2)."""

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
_EASTERN, _CENTRAL, _MOUNTAIN = (_NEW_YORK,), (_CHICAGO,), (_DENVER,)
_PACIFIC = ("America/Los_Angeles",)
_STATES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("CT", "DC", "DE", "GA", "MA", "MD", "ME", "NC", "NH"), _EASTERN),
    **dict.fromkeys(("NJ", "NY", "OH", "PA", "RI", "SC", "VA", "VT", "WV"), _EASTERN),
    **dict.fromkeys(("AL", "AR", "IA", "IL", "LA", "MN", "MO", "MS", "OK", "WI"), _CENTRAL),
    **dict.fromkeys(("CO", "MT", "NM", "UT", "WY"), _MOUNTAIN),
    **dict.fromkeys(("CA", "WA"), _PACIFIC),
    **dict.fromkeys(("FL", "IN", "KY", "MI", "TN"), _EASTERN + _CENTRAL),
    **dict.fromkeys(("KS", "ND", "NE", "SD", "TX"), _CENTRAL + _MOUNTAIN),
    "AK": ("America/Anchorage", "America/Adak"),
    "AZ": ("America/Phoenix", _DENVER),
    "HI": ("Pacific/Honolulu",),
    "ID": ("America/Boise", *_PACIFIC),
    "NV": (*_PACIFIC, _DENVER),
    "OR": (*_PACIFIC, "America/Boise"),
}
"""Both sides of a state that a border of zones crosses: an address gives no county."""


def home_zones(
    zone: str | None, state: str | None, clinic_zone: str, clinic_state: str
) -> tuple[str, ...]:
    """The zones where somebody lives: as their record says, else by their state.

    In the clinic's own state, or in none that we know, the clinic's clock counts.
    """
    if zone:
        return (zone,)
    elsewhere = _STATES.get(state or "") if state != clinic_state else None
    return elsewhere or (clinic_zone,)


def patient_zones(home: tuple[str, ...], *mobiles: str | None) -> str:
    """Comma-joined IANA zones, those of the home first.

    A number is often carried along in a move, so it does not replace the address: where they
    disagree, the caller keeps to hours that are allowed in all of them.
    """
    found = list(home)
    for mobile in mobiles:
        found += area_zones(mobile[:5] if mobile else "")
    return ",".join(dict.fromkeys(found))


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
