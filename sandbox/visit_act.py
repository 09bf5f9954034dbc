"""What a receptionist may do to a visit."""

from pydantic import BaseModel, ConfigDict


class VisitAct(BaseModel):
    """One visit: `make` (patient, start), `move` (id, start), or another `act` on an id."""

    model_config = ConfigDict(extra="forbid")

    act: str = "make"
    id: str | None = None
    patient_id: str | None = None
    starts_at: str | None = None
    practitioner_id: str | None = None
    appointment_type_id: str | None = None
    arrived: bool | None = None
