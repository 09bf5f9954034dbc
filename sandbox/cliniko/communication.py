"""Memos that a client logged on a patient."""

from dataclasses import dataclass

from sandbox.clinic.staff import identity


@dataclass(slots=True)
class Communication:
    """One logged communication (category 12, the only one the API may create)."""

    id: int
    patient_id: int
    type_code: int
    direction_code: int
    sender: str | None
    to: str | None
    content: str | None
    confidential: bool
    created_at: int
    updated_at: int
    archived_at: int | None = None
    revision: int = 0


class Communications:
    """All of them, oldest first."""

    def __init__(self) -> None:
        self.rows: dict[int, Communication] = {}
        self.revision = 0

    def add(self, **fields: object) -> Communication:
        """Log one."""
        one = Communication(id=identity(17, len(self.rows)), **fields)  # type: ignore[arg-type]
        self.rows[one.id] = one
        self.revision += 1
        return one
