"""A book that we may only read: whatever would change it becomes a front-desk task."""

from datetime import date, datetime
from typing import ClassVar, NoReturn

from connectors.errors import NotSupported
from connectors.practice.base import Expected, InsuranceReading, Watermark
from data_contracts.visit import AvailableTime, Visit


class ReadOnlyBook:
    """What a practice system does that takes no change; each raises NotSupported."""

    vendor: ClassVar[str]
    name: ClassVar[str]
    """How a person calls it: `Jane's API`."""

    def fetch_insurance(self, since: Watermark | None, now: datetime) -> InsuranceReading:
        """Raises NotSupported."""
        self._refuse("tell who is insured by whom")

    def available_times(
        self, practitioner: str, visit_type: str, location: str, first: date, last: date
    ) -> list[AvailableTime]:
        """Raises NotSupported."""
        self._refuse("show open times")

    def book(
        self,
        patient: str,
        practitioner: str,
        visit_type: str,
        location: str,
        starts_at: datetime,
        note: str = "",
    ) -> Visit:
        """Raises NotSupported."""
        self._refuse("book")

    def move(
        self,
        source_id: str,
        starts_at: datetime,
        practitioner: str | None = None,
        expected: Expected | None = None,
    ) -> Visit:
        """Raises NotSupported."""
        self._refuse("move a visit")

    def cancel(
        self, source_id: str, reason_code: str, note: str = "", expected: Expected | None = None
    ) -> None:
        """Raises NotSupported."""
        self._refuse("cancel")

    def clashes(self, source_id: str) -> bool:
        """Raises NotSupported."""
        self._refuse("look for clashes")

    def set_attendance(self, source_id: str, arrived: bool | None) -> None:
        """Raises NotSupported."""
        self._refuse("mark attendance")

    def log_message(self, patient_source_id: str, channel: str, text: str, at: datetime) -> None:
        """Raises NotSupported."""
        self._refuse("note a message")

    def has_note(self, patient_source_id: str, reference: str) -> bool:
        """Raises NotSupported."""
        self._refuse("look for a note")

    def _refuse(self, act: str) -> NoReturn:
        raise NotSupported(
            self.vendor,
            f"{self.name} cannot {act}. Do it in the practice system.",
            code="read_only",
        )
