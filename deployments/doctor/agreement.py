"""Whether every vendor in use has an active business-associate agreement, and for how long."""

from collections.abc import Iterator
from datetime import timedelta

from data_contracts.clinic import Clinic, ReportFiles
from data_contracts.custody import KeyInKms
from data_contracts.message import Channel
from deployments.doctor.check import Case, Check

_SOON = timedelta(days=30)


def vendors(clinic: Clinic) -> list[str]:
    """Every vendor that would see a patient's data, or could open it."""
    reached = (clinic.channels.vendor(channel) for channel in Channel)
    found = {vendor for vendor in reached if vendor}
    # Files on our own disk come from the clinic itself; of a bucket, its owner sees them.
    if not isinstance(clinic.practice, ReportFiles):
        found.add(clinic.practice.system)
    elif clinic.practice.folder.kind == "s3":
        found.add("aws")
    if clinic.insurance is not None:
        found.add(clinic.insurance.clearinghouse.vendor)
    if clinic.claims is not None:
        found.add(clinic.claims.vendor)
    if clinic.backups.is_away or isinstance(clinic.master_key, KeyInKms):
        found.add("aws")
    return sorted(found)


def examine(case: Case) -> Iterator[Check]:
    """One line a vendor."""
    for vendor in vendors(case.clinic):
        yield _check(case, vendor)


def _check(case: Case, vendor: str) -> Check:
    today = case.now.astimezone(case.clinic.zone).date()
    known = [a for a in case.clinic.agreements if a.vendor == vendor]
    active = [a for a in known if a.is_active(today)]
    if not active:
        what = "has ended or not begun; sign a new one" if known else "is missing; sign one"
        return Check("agreement", vendor, False, f"The agreement {what}, and add it to agreements.")
    ends = [a.expires_on for a in active if a.expires_on]
    if len(ends) == len(active) and max(ends) - today <= _SOON:
        return Check("agreement", vendor, True, f"It ends on {max(ends)}; renew it before.")
    return Check("agreement", vendor, True)
