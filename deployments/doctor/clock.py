"""Whether this machine's clock agrees with the practice system's: leases and receipts need it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from deployments.doctor.agreement import vendors
from deployments.doctor.check import Case, Check

_ALLOWED = timedelta(seconds=30)


def examine(case: Case) -> Iterator[Check]:
    """One line for each vendor with an address of its own and an agreement."""
    today = case.now.date()
    for vendor, url in _addresses(case):
        if vendor in vendors(case.clinic) and case.clinic.has_agreement(vendor, today):
            yield _compare(vendor, url)


def _addresses(case: Case) -> Iterator[tuple[str, str]]:
    parts = (case.clinic.practice, case.clinic.channels.sms, case.clinic.channels.email)
    for part in parts:
        url = getattr(part, "base_url", None)
        if url is not None:
            yield str(getattr(part, "system", "") or getattr(part, "vendor", "")), str(url)


def _compare(vendor: str, url: str) -> Check:
    import httpx

    try:
        said = httpx.head(url, timeout=10).headers.get("date", "")
        theirs = parsedate_to_datetime(said)
    except (httpx.HTTPError, ValueError):
        return Check("clock", vendor, True, "The vendor tells no time; compare with NTP instead.")
    skew = abs(datetime.now(UTC) - theirs)
    advice = f"The clocks differ by {skew.total_seconds():.0f} s; start NTP on this machine."
    return Check("clock", vendor, skew <= _ALLOWED, "" if skew <= _ALLOWED else advice)
