"""What the clinic offers and who gives it: places, therapists, visit types."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A location of the clinic."""

    id: int
    name: str
    street: str


@dataclass(frozen=True)
class Therapist:
    """A therapist, with the first and last minute of a working day (local) and the place."""

    id: int
    first_name: str
    last_name: str
    place_id: int
    opens: int
    closes: int


@dataclass(frozen=True)
class VisitType:
    """A kind of visit and its length in minutes."""

    id: int
    name: str
    minutes: int


def identity(kind: int, index: int) -> int:
    """A 64-bit id above 2**53, so that a float cannot hold it."""
    return kind * 10**17 + 7 * index + 1


PLACES = (
    Place(identity(11, 0), "Northside Physical Therapy", "100 Example Avenue"),
    Place(identity(11, 1), "Northside Physical Therapy, Annex", "240 Example Avenue"),
)
THERAPISTS = (
    Therapist(identity(12, 0), "Caro", "Winterfeld", PLACES[0].id, 480, 1020),
    Therapist(identity(12, 1), "Emil", "Sandoval", PLACES[0].id, 420, 960),
    Therapist(identity(12, 2), "Fay", "Okello", PLACES[0].id, 540, 1080),
    Therapist(identity(12, 3), "Gus", "Lindqvist", PLACES[1].id, 480, 1020),
    Therapist(identity(12, 4), "Hana", "Morrow", PLACES[1].id, 600, 1140),
)
INITIAL = VisitType(identity(13, 0), "Initial evaluation", 60)
FOLLOW_UP = VisitType(identity(13, 1), "Follow-up", 45)
RE_EVALUATION = VisitType(identity(13, 2), "Re-evaluation", 45)
NEEDLING = VisitType(identity(13, 3), "Dry needling", 30)
TELEHEALTH = VisitType(identity(13, 4), "Telehealth follow-up", 30)
VISIT_TYPES = (INITIAL, FOLLOW_UP, RE_EVALUATION, NEEDLING, TELEHEALTH)
THERAPIST_BY_ID = {one.id: one for one in THERAPISTS}
VISIT_TYPE_BY_ID = {one.id: one for one in VISIT_TYPES}
PLACE_BY_ID = {one.id: one for one in PLACES}
