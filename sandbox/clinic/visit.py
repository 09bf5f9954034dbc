"""A visit on the book, and the plan a visit starts from."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Contact:
    """A reminder that reached the patient: when, by which channel."""

    at: int
    channel: str


@dataclass(slots=True)
class Visit:
    """One booked visit. `arrived` has three values: not recorded, came, did not come.

    `gave_up_at`: the patient will not come at this time and knows it. `told`: knows of this time.
    `turn` counts the times that a patient gave up and got another one: each has a fate of its own.
    """

    id: int
    key: str
    patient_id: int
    case_id: int | None
    type_id: int
    therapist_id: int
    place_id: int
    starts_at: int
    ends_at: int
    created_at: int
    updated_at: int
    scheduled_at: int
    number: int = 1
    days_since_previous: float = 7.0
    notes: str | None = None
    arrived: bool | None = None
    attendance_updated_at: int = 0
    cancelled_at: int | None = None
    cancel_reason: int | None = None
    cancel_note: str | None = None
    archived_at: int | None = None
    contacts: list[Contact] = field(default_factory=list)
    logit: float = 0.0
    probability: float = 0.0
    reminded_probability: float = 0.0
    outcome: str | None = None
    turn: int = 0
    gave_up_at: int | None = None
    told: bool = True
    revision: int = 0


@dataclass(slots=True)
class Plan:
    """What happens to a visit if nobody interferes: booked, maybe moved, maybe called off."""

    visit: Visit
    move_at: int | None = None
    move_to: int | None = None
    cancel_at: int | None = None
