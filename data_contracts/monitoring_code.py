"""Remote therapeutic monitoring's codes by year, as a dated table with its sources."""

from datetime import date
from functools import cache

from pydantic import Field

from data_contracts.law import LawTable, UnknownLaw
from data_contracts.shipped_file import read_shipped


class DeviceStep(LawTable):
    """From how many days with data, of thirty, a code is billed."""

    days: int
    code: str


class ManagementStep(LawTable):
    """From how many minutes in a calendar month a code is billed."""

    minutes: int
    code: str


class MonitoringPeriod(LawTable):
    """The steps from one day of service on, the lowest first."""

    from_: date = Field(alias="from")
    device: tuple[DeviceStep, ...]
    management: tuple[ManagementStep, ...]
    source: str


class MonitoringCodes(LawTable):
    """Every period that is known, the oldest first."""

    reviewed_on: date
    setup: str
    additional: str
    additional_minutes: int
    periods: tuple[MonitoringPeriod, ...]

    def on(self, day: date) -> MonitoringPeriod:
        """What holds for services of a day. Raises UnknownLaw before the first period."""
        found = [one for one in self.periods if one.from_ <= day]
        if not found:
            raise UnknownLaw(
                f"codes of remote therapeutic monitoring are unknown for services of {day}; see"
                " data_contracts/laws/remote_monitoring.yaml"
            )
        return found[-1]


@cache
def monitoring_codes() -> MonitoringCodes:
    """The shipped table."""
    return MonitoringCodes.model_validate(read_shipped("laws/remote_monitoring.yaml"))
