"""A copy's name says whose it is and when it was taken (UTC): `SLUG-20261124T230500Z.SUFFIX`."""

from datetime import UTC, datetime

_STAMP = "%Y%m%dT%H%M%SZ"


def stamped(slug: str, now: datetime, suffix: str) -> str:
    """The name of a copy that is taken now."""
    return f"{slug}-{now.astimezone(UTC):{_STAMP}}{suffix}"


def taken_at(name: str, slug: str, suffix: str) -> datetime | None:
    """When a copy was taken, by its name; None for a file that is no copy of this clinic."""
    own, _, stamp = name.removesuffix(suffix).rpartition("-")
    if own != slug or not name.endswith(suffix):
        return None
    try:
        return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
