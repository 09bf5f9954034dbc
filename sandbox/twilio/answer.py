"""One thing that a simulated patient says, with what is truly meant by it."""

from dataclasses import dataclass, field

from sandbox.clinic.intent import Intent


@dataclass(slots=True)
class Answer:
    """A text, or a key in a call. `intent` is what is meant, `says` what the words say."""

    phone: str
    clinic_number: str
    intent: Intent
    says: Intent
    text: str
    due: int
    channel: str = "sms"
    answers: str | None = None
    asked: str = ""
    offered: int = 0
    choice: int | None = None
    option: str | None = None
    patient_id: str | None = None
    visit_id: str | None = None
    visit_starts_at: int | None = None
    spanish: bool = False
    marks: list[str] = field(default_factory=list)
    said_at: int | None = None
    sid: str | None = None
    status: int | None = None
