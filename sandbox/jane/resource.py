"""Which rows each of Jane's resources lists, and by which fields it filters and sorts."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from sandbox.clinic import staff
from sandbox.clinic.visit import Visit
from sandbox.jane import render
from sandbox.world import World

Getter = Callable[[Any], Any]


@dataclass(frozen=True)
class Resource:
    """One resource: rows of the world, one row's JSON, what may be asked of it."""

    name: str
    scope: str
    rows: Callable[[World], Iterable[Any]]
    shown: Callable[[World, Any], dict[str, Any]]
    times: dict[str, Getter] = field(default_factory=dict)
    ids: dict[str, Getter] = field(default_factory=dict)
    sortable: dict[str, Getter] = field(default_factory=dict)


def _founded(row: object) -> int:
    return render.FOUNDED


def changed_at(visit: Visit) -> int:
    """When an appointment changed last, a mark of attendance included."""
    return max(visit.updated_at, visit.attendance_updated_at)


_OWN: dict[str, Getter] = {"public_id": attrgetter("id")}
_FIXED: dict[str, Getter] = {"created_at": _founded, "updated_at": _founded}
_MADE: dict[str, Getter] = {name: attrgetter(name) for name in ("created_at", "updated_at")}
_VISIT: dict[str, Getter] = {
    "start_at": attrgetter("starts_at"),
    "end_at": attrgetter("ends_at"),
    "created_at": attrgetter("created_at"),
    "updated_at": changed_at,
}


def _named(name: str, scope: str, rows: Iterable[Any], shown: Any) -> Resource:
    kept = tuple(rows)
    return Resource(name, scope, lambda world: kept, shown, _FIXED, _OWN, _OWN | _FIXED)


APPOINTMENTS = Resource(
    "appointments",
    "appointments:read",
    lambda world: world.clinic.book.visits.values(),
    render.appointment,
    _VISIT,
    _OWN
    | {
        "patient_id": attrgetter("patient_id"),
        "staff_member_id": attrgetter("therapist_id"),
        "location_id": attrgetter("place_id"),
        "treatment_id": attrgetter("type_id"),
    },
    _VISIT | {"booked_at": attrgetter("created_at")},
)
PATIENTS = Resource(
    "patients",
    "patients:read",
    lambda world: world.clinic.book.patients.values(),
    render.patient,
    _MADE,
    _OWN,
    _OWN | _MADE,
)
RESOURCES = (
    APPOINTMENTS,
    PATIENTS,
    _named("staff_members", "staff_members:read", staff.THERAPISTS, render.staff_member),
    _named("locations", "locations:read", staff.PLACES, render.location),
    _named("disciplines", "disciplines:read", (render.DISCIPLINE,), render.discipline),
    _named("treatments", "treatments:read", (*staff.VISIT_TYPES, render.CLASS), render.treatment),
)
