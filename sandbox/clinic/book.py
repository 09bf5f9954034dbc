"""The clinic's book as it stands now."""

from collections import defaultdict

from sandbox.clinic.person import Case, Patient
from sandbox.clinic.staff import identity
from sandbox.clinic.visit import Visit


class Book:
    """Patients, cases and visits; `revision` rises with every change, so that lists can be kept."""

    def __init__(self) -> None:
        self.patients: dict[int, Patient] = {}
        self.cases: dict[int, Case] = {}
        self.visits: dict[int, Visit] = {}
        self.by_patient: defaultdict[int, list[Visit]] = defaultdict(list)
        self.by_phone: defaultdict[str, list[int]] = defaultdict(list)
        self.revision = 0
        self._made = 0

    def add_patient(self, patient: Patient) -> None:
        """Put a patient on the register."""
        self.patients[patient.id] = patient
        if patient.phone:
            self.by_phone[patient.phone].append(patient.id)
        self.revision += 1

    def add_case(self, case: Case) -> None:
        """Open an episode of care."""
        self.cases[case.id] = case
        self.revision += 1

    def add_visit(self, visit: Visit) -> None:
        """Put a visit on the book."""
        self.visits[visit.id] = visit
        self.by_patient[visit.patient_id].append(visit)
        self.revision += 1

    def change_phone(self, patient: Patient, phone: str | None) -> None:
        """Give a patient another number, or none."""
        if patient.phone and patient.id in self.by_phone[patient.phone]:
            self.by_phone[patient.phone].remove(patient.id)
        patient.phone = phone
        if phone:
            self.by_phone[phone].append(patient.id)

    def changed(self, row: Visit | Patient) -> None:
        """Say that a row differs from what was rendered before."""
        row.revision += 1
        self.revision += 1

    def next_identity(self, kind: int) -> int:
        """An id for what was made by hand, apart from those of planned visits."""
        self._made += 1
        return identity(kind, 5 * 10**9 + self._made)

    def overlapping(self, visit: Visit) -> list[Visit]:
        """Other live visits of the same therapist at the same time; none when it is not live."""
        if visit.cancelled_at is not None or visit.archived_at is not None:
            return []
        return [
            other
            for other in self.visits.values()
            if other.therapist_id == visit.therapist_id
            and other.id != visit.id
            and other.cancelled_at is None
            and other.archived_at is None
            and other.starts_at < visit.ends_at
            and other.ends_at > visit.starts_at
        ]
