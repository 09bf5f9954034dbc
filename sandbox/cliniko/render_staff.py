"""Therapists, places and visit types as Cliniko's JSON objects."""

from sandbox.clinic import staff
from sandbox.cliniko.render import Row, link
from sandbox.moment import iso
from sandbox.world import World

FOUNDED = 1577862000
_OLD = {"created_at": iso(FOUNDED), "updated_at": iso(FOUNDED)}


def practitioner(world: World, one: staff.Therapist) -> Row:
    """A Practitioner."""
    here = f"practitioners/{one.id}"
    return {
        "id": str(one.id),
        "active": True,
        "first_name": one.first_name,
        "last_name": one.last_name,
        "title": None,
        "designation": "PT, DPT",
        "display_name": f"{one.first_name} {one.last_name}, PT",
        "label": f"{one.first_name} {one.last_name}",
        "description": None,
        "show_in_online_bookings": True,
        **_OLD,
        "user": link(world, "users/1"),
        "appointment_types": link(world, f"{here}/appointment_types"),
        "default_appointment_type": link(world, f"appointment_types/{staff.FOLLOW_UP.id}"),
        "invoices": link(world, f"{here}/invoices"),
        **link(world, here),
    }


def business(world: World, one: staff.Place) -> Row:
    """A Business, that is, a location."""
    here = f"businesses/{one.id}"
    return {
        "id": str(one.id),
        "business_name": one.name,
        "display_name": one.name,
        "label": one.name,
        "address_1": one.street,
        "address_2": None,
        "city": "Exampleton",
        "state": "CO",
        "post_code": "80000",
        "country": "United States",
        "country_code": "US",
        "time_zone": world.settings.timezone,
        "time_zone_identifier": world.settings.timezone,
        "appointment_type_ids": [str(kind.id) for kind in staff.VISIT_TYPES],
        "appointment_reminders_enabled": False,
        "show_in_online_bookings": True,
        "archived_at": None,
        "deleted_at": None,
        **_OLD,
        "practitioners": link(world, f"{here}/practitioners"),
        "appointments": link(world, f"{here}/appointments"),
        **link(world, here),
    }


def appointment_type(world: World, one: staff.VisitType) -> Row:
    """An AppointmentType."""
    here = f"appointment_types/{one.id}"
    return {
        "id": str(one.id),
        "name": one.name,
        "description": None,
        "category": "Physical therapy",
        "color": "#2A7F9E",
        "duration_in_minutes": one.minutes,
        "max_attendees": 1,
        "show_in_online_bookings": True,
        "telehealth_enabled": "Telehealth" in one.name,
        "online_bookings_lead_time_hours": 2,
        "online_payments_enabled": False,
        "archived_at": None,
        **_OLD,
        "practitioners": link(world, f"{here}/practitioners"),
        **link(world, here),
    }
