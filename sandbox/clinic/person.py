"""Patients and their episodes of care."""

from dataclasses import dataclass
from datetime import date, timedelta

from sandbox.chance import draws, normal, pick
from sandbox.clinic import name, phone
from sandbox.clinic.staff import identity

REGIONS = (
    ("Lumbar spine", 0.26),
    ("Knee", 0.18),
    ("Shoulder", 0.17),
    ("Cervical spine", 0.12),
    ("Hip", 0.10),
    ("Ankle and foot", 0.09),
    ("Balance and gait", 0.08),
)
EFFECT_SD = 0.9  # measured design of the sprint simulations: patient SD 0.9 on the logit


@dataclass(slots=True)
class Patient:
    """One person on the register; `effect` is the private tendency to miss, on the logit."""

    id: int
    first_name: str
    last_name: str
    birth: date
    sex: str | None
    phone: str | None
    phone_kind: str
    email: str | None
    effect: float
    sms_accepted: bool | None
    reminder_type: str
    guardian: str | None
    notes: str | None
    created_at: int
    updated_at: int
    unreachable: bool = False
    privacy_accepted: bool | None = True
    archived_at: int | None = None
    revision: int = 0


@dataclass(slots=True)
class Case:
    """An episode of care; its name is the body region treated."""

    id: int
    patient_id: int
    region: str
    sessions: int
    created_at: int


def invent(seed: int, index: int, today: date, created_at: int) -> Patient:
    """The index-th patient of a seed; of each awkward kind there is one in a hundred."""
    a, b, c, d, e, f, g, h = draws(seed, "patient", index)
    tendency = draws(seed, "tendency", index)
    oddity = index % 100
    age = 8 + int(9 * d) if oddity == 23 else 18 + int(70 * (0.55 * d + 0.45 * e))
    first, last = _name(oddity, a, b)
    minor = age < 18
    return Patient(
        id=identity(14, index),
        first_name=first,
        last_name=last,
        birth=today - timedelta(days=int(age * 365.25 + 364 * c)),
        sex=pick(f, (("Female", 0.56), ("Male", 0.42), (None, 0.02))),
        phone=None if oddity == 7 else phone.number(index - 1 if oddity == 13 else index),
        phone_kind="Home" if oddity in (11, 61) else "Mobile",
        email=None if g < 0.08 else f"patient{index}@example.com",
        effect=EFFECT_SD * normal(tendency[0], tendency[1]),
        sms_accepted=pick(e, ((True, 0.88), (False, 0.05), (None, 0.07))),
        reminder_type=pick(
            c, (("SMS & Email", 0.80), ("SMS", 0.08), ("Email", 0.07), ("None", 0.05))
        ),
        guardian=f"Guardian: Robin {last}, parent, lives at the same address" if minor else None,
        notes="Minor: speak with the guardian"
        if minor
        else ("Prefers Spanish" if h < 0.12 else None),
        created_at=created_at,
        updated_at=created_at,
        unreachable=oddity == 29,
    )


def _name(oddity: int, first: float, last: float) -> tuple[str, str]:
    if oddity == 17:
        return name.DECORATED
    if oddity == 19:
        return name.LONG
    return name.GIVEN[int(first * len(name.GIVEN))], name.FAMILY[int(last * len(name.FAMILY))]
