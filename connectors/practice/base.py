"""What a practice system can do for us, whoever made it."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol

from data_contracts.authorization import Authorization
from data_contracts.capabilities import Capabilities
from data_contracts.policy import Policy
from data_contracts.visit import AvailableTime, Location, Patient, Practitioner, Visit

Watermark = dict[str, str]
"""Where the last fetch ended, per resource of the vendor; JSON-able and opaque to callers."""


@dataclass(frozen=True)
class RejectedRow:
    """A row that cannot be a noun. `payload` is identity: encrypt it before it rests anywhere."""

    resource: str
    source_id: str | None
    reason_code: str
    payload: bytes = field(repr=False)


@dataclass(frozen=True)
class Snapshot:
    """What changed since a watermark, each row once, newest.

    `watermark` goes into the next fetch. `complete` is False when a list moved under us faster
    than we could read it; its watermark then stays. Inside `reconciled` (from, until) every visit
    that exists is in `visits`, so a known visit that is missing there is gone. So is each of
    `gone`, which was asked for by its id and is not to be had.
    """

    visits: list[Visit] = field(default_factory=list)
    patients: list[Patient] = field(default_factory=list)
    practitioners: list[Practitioner] = field(default_factory=list)
    locations: list[Location] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)
    watermark: Watermark = field(default_factory=dict)
    complete: bool = True
    reconciled: tuple[datetime, datetime] | None = None
    gone: frozenset[str] = frozenset()


@dataclass(frozen=True)
class InsuranceReading:
    """What changed of policies and authorisations since a watermark, the last word on each.

    `gone`: ids of policies that the system no longer holds.
    """

    policies: list[Policy] = field(default_factory=list)
    authorizations: list[Authorization] = field(default_factory=list)
    gone: frozenset[str] = frozenset()
    rejected: list[RejectedRow] = field(default_factory=list)
    watermark: Watermark = field(default_factory=dict)


@dataclass(frozen=True)
class Expected:
    """A visit as it stood when a change of it was asked for, by the system's own ids."""

    starts_at: datetime
    practitioner: str | None

    def is_still(self, found: Visit) -> bool:
        """Whether nobody has moved it, given it to somebody else, or ended it since."""
        same = found.starts_at == self.starts_at
        same = same and self.practitioner in (None, found.practitioner_source_id)
        return same and found.status.is_expected


class PracticeSystem(Protocol):
    """The clinic's own book. Every method raises ConnectorError; times are aware."""

    @property
    def capabilities(self) -> Capabilities:
        """What this system lets us do."""
        ...

    def fetch(
        self, since: Watermark | None, now: datetime, horizon: timedelta | None = None
    ) -> Snapshot:
        """All changes since `since` (None: all); with `horizon` also every visit until then."""
        ...

    def fetch_insurance(self, since: Watermark | None, now: datetime) -> InsuranceReading:
        """Whose insurance is new or changed since `since` (None: all). Raises NotSupported."""
        ...

    def visit(self, source_id: str) -> Visit | None:
        """One visit as it stands now; None when there is none."""
        ...

    def available_times(
        self, practitioner: str, visit_type: str, location: str, first: date, last: date
    ) -> list[AvailableTime]:
        """Openings on the clinic's days `first` to `last`, both included."""
        ...

    def book(
        self,
        patient: str,
        practitioner: str,
        visit_type: str,
        location: str,
        starts_at: datetime,
        note: str = "",
    ) -> Visit:
        """Book a visit. Raises Rejected(code="conflict") when the time is taken."""
        ...

    def move(
        self,
        source_id: str,
        starts_at: datetime,
        practitioner: str | None = None,
        expected: Expected | None = None,
    ) -> Visit:
        """Move a visit, length kept. Raises Rejected(code="conflict") when the time is taken,
        Rejected(code="changed") where it no longer stands as `expected`."""
        ...

    def cancel(
        self, source_id: str, reason_code: str, note: str = "", expected: Expected | None = None
    ) -> None:
        """Cancel a visit for one of our reason codes. Raises Rejected(code="changed") where it no
        longer stands as `expected`."""
        ...

    def clashes(self, source_id: str) -> bool:
        """Whether a visit stands where another does."""
        ...

    def set_attendance(self, source_id: str, arrived: bool | None) -> None:
        """Say whether the patient came; None takes the mark away."""
        ...

    def log_message(self, patient_source_id: str, channel: str, text: str, at: datetime) -> None:
        """Write into the patient's file what was sent by `channel` (sms, email, voice)."""
        ...

    def has_note(self, patient_source_id: str, reference: str) -> bool:
        """Whether the patient's file holds a note with these words in it."""
        ...

    def check(self) -> list[tuple[str, bool, str]]:
        """What works with this key: name, whether, what to do."""
        ...

    def close(self) -> None:
        """Give back what it holds open."""
        ...
