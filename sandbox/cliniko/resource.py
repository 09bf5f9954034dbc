"""Which rows each Cliniko resource lists, by which fields it filters, what hides a row."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from sandbox.clinic import staff
from sandbox.cliniko import render, render_staff
from sandbox.world import World

Getter = Callable[[Any], Any]


@dataclass(frozen=True)
class Resource:
    """One resource: rows of the world, one row's JSON, filterable fields by kind."""

    name: str
    rows: Callable[[World], dict[int, Any]]
    shown: Callable[[World, Any], dict[str, Any]]
    integers: dict[str, Getter] = field(default_factory=dict)
    times: dict[str, Getter] = field(default_factory=dict)
    texts: dict[str, Getter] = field(default_factory=dict)
    flags: dict[str, Getter] = field(default_factory=dict)


def _attr(*names: str, **renamed: str) -> dict[str, Getter]:
    pairs = {**{one: one for one in names}, **renamed}
    return {ours: attrgetter(at) for ours, at in pairs.items()}


def _never(row: object) -> None:
    return None


_TIMES = _attr("created_at", "updated_at", "archived_at") | {"deleted_at": _never}
_VISIT_IDS = _attr(
    "id",
    "patient_id",
    appointment_type_id="type_id",
    business_id="place_id",
    practitioner_id="therapist_id",
    patient_case_id="case_id",
) | {"repeated_from_id": _never}
_VISIT_TIMES = _TIMES | _attr("starts_at", "ends_at", "cancelled_at")
_ATTENDEE_IDS = _attr(
    "patient_id", patient_case_id="case_id", booking_id="id", appointment_id="id"
) | {"id": render.attendee_id}


def _visits(world: World) -> dict[int, Any]:
    return world.clinic.book.visits


def _attendees(world: World) -> dict[int, Any]:
    return {render.attendee_id(one): one for one in _visits(world).values()}


def _fixed(rows: Iterable[Any]) -> Callable[[World], dict[int, Any]]:
    table = {one.id: one for one in rows}
    return lambda world: table


def _epoch(row: object) -> int:
    return render_staff.FOUNDED


_FIXED_TIMES: dict[str, Getter] = {
    "created_at": _epoch,
    "updated_at": _epoch,
    "archived_at": _never,
}
APPOINTMENTS = Resource(
    "individual_appointments", _visits, render.appointment, _VISIT_IDS, _VISIT_TIMES
)
RESOURCES = {
    one.name: one
    for one in (
        APPOINTMENTS,
        Resource(
            "bookings",
            _visits,
            render.booking,
            _VISIT_IDS,
            _VISIT_TIMES,
            flags={"did_not_arrive": lambda v: None if v.arrived is None else not v.arrived},
        ),
        Resource(
            "attendees",
            _attendees,
            render.attendee,
            _ATTENDEE_IDS,
            _TIMES | _attr("cancelled_at", updated_at="attendance_updated_at"),
        ),
        Resource(
            "patients",
            lambda world: world.clinic.book.patients,
            render.patient,
            _attr("id"),
            _TIMES,
            texts=_attr("first_name", "last_name", "email")
            | {"preferred_first_name": _never, "old_reference_id": _never}
            | {"date_of_birth": lambda p: p.birth.isoformat()},
        ),
        Resource(
            "patient_cases",
            lambda world: world.clinic.book.cases,
            render.case,
            _attr("id", "patient_id"),
            _attr("created_at", updated_at="created_at") | {"archived_at": _never},
        ),
        Resource(
            "communications",
            lambda world: world.communications.rows,
            render.communication,
            _attr("id", "patient_id") | {"category_code": lambda row: 12},
            _TIMES,
        ),
        Resource(
            "practitioners",
            _fixed(staff.THERAPISTS),
            render_staff.practitioner,
            _attr("id"),
            _FIXED_TIMES,
        ),
        Resource(
            "businesses", _fixed(staff.PLACES), render_staff.business, _attr("id"), _FIXED_TIMES
        ),
        Resource(
            "appointment_types",
            _fixed(staff.VISIT_TYPES),
            render_staff.appointment_type,
            _attr("id"),
            _FIXED_TIMES,
        ),
        *(
            Resource(name, _fixed(()), lambda world, row: {}, _attr("id"), _FIXED_TIMES)
            for name in ("group_appointments", "unavailable_blocks", "medical_alerts", "invoices")
        ),
    )
}
