"""The routes of the pretend Cliniko."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Request, Response

from sandbox.clinic import staff
from sandbox.clinic.visit import Visit
from sandbox.cliniko import availability, writing
from sandbox.cliniko.filtering import BadFilter, Test, tests
from sandbox.cliniko.listing import Shelf, page
from sandbox.cliniko.resource import APPOINTMENTS, RESOURCES, Resource
from sandbox.cliniko.transport import Meter, check
from sandbox.moment import iso
from sandbox.refusal import Refusal
from sandbox.world import World

Given = Annotated[dict[str, Any], Body()]
ATTENDEES = RESOURCES["attendees"]


class Desk:
    """One caller's way into the world: checks the caller, lists, finds, renders."""

    def __init__(self, world: World) -> None:
        self.world, self._shelf = world, Shelf()
        self._meter = Meter(world.settings.rate_limit)

    def admit(self, request: Request) -> None:
        """Refuse who may not ask."""
        check(self.world, self._meter, request)

    def list(
        self, resource: Resource, request: Request, fixed: list[str] | None = None
    ) -> Response:
        """A page of a resource."""
        query = list(request.query_params.multi_items())
        try:
            with self.world.lock:
                body = page(self.world, self._shelf, resource, request.url.path, query, fixed or [])
        except BadFilter as wrong:
            raise Refusal(400, {"message": str(wrong)}) from None
        return Response(body, media_type="application/json")

    def show(self, resource: Resource, row: Any, status: int = 200) -> Response:
        """One row."""
        body = self._shelf.text(self.world, resource, row)
        headers = {"Location": f"{self.world.base_url}/cliniko/{resource.name}/{row.id}"}
        return Response(body, status, headers if status == 201 else None, "application/json")

    def find(self, resource: Resource, own: str, request: Request | None = None) -> Any:
        """A row by id, or 404; a hidden one only when the query names what hides it."""
        row = resource.rows(self.world).get(int(own)) if own.isdigit() else None
        if row is None or (
            request is not None and not all(t(row) for t in _visible(resource, request))
        ):
            raise Refusal(404, {"message": "Not found"})
        return row


def _visible(resource: Resource, request: Request) -> list[Test]:
    try:
        return tests(resource, request.query_params.getlist("q[]"))
    except BadFilter as wrong:
        raise Refusal(400, {"message": str(wrong)}) from None


def router(world: World) -> APIRouter:
    """All routes under `/cliniko/v1`."""
    desk, routes = Desk(world), APIRouter(prefix="/cliniko/v1")
    _settings(desk, routes)
    _appointments(desk, routes)
    _appointment_parts(desk, routes)
    _attendees(desk, routes)
    _people(desk, routes)
    _availability(desk, routes)
    for resource in RESOURCES.values():
        _reading(desk, routes, resource)
    return routes


def _reading(desk: Desk, routes: APIRouter, resource: Resource) -> None:
    @routes.get(f"/{resource.name}")
    def all_of(request: Request) -> Response:
        desk.admit(request)
        return desk.list(resource, request)

    @routes.get(f"/{resource.name}/{{own}}")
    def one_of(own: str, request: Request) -> Response:
        desk.admit(request)
        with desk.world.lock:
            return desk.show(resource, desk.find(resource, own, request))


def _settings(desk: Desk, routes: APIRouter) -> None:
    @routes.get("/settings")
    @routes.get("/settings/public")
    def settings(request: Request) -> dict[str, Any]:
        desk.admit(request)
        account = {
            "id": "1",
            "name": staff.PLACES[0].name,
            "country": "United States",
            "country_code": "US",
        }
        extra = {"currency_symbol": "$", "subdomain": "sandbox", "time_zone_support": True}
        booking = {"enabled": True, "min_hours_advance_required_to_book": 2}
        return {"account": account | extra, "online_bookings": booking}

    @routes.get("/user")
    def user(request: Request) -> dict[str, Any]:
        desk.admit(request)
        return {
            "id": "1",
            "first_name": "Sandbox",
            "last_name": "Administrator",
            "role": "administrator",
        }


def _appointments(desk: Desk, routes: APIRouter) -> None:
    where, world = "/individual_appointments", desk.world

    @routes.post(where)
    def create(request: Request, given: Given) -> Response:
        desk.admit(request)
        with world.lock:
            visit = writing.create_appointment(world, given)
            world.conversation.told(visit)
            return desk.show(APPOINTMENTS, visit, 201)

    @routes.patch(where + "/{own}")
    def change(own: str, request: Request, given: Given) -> Response:
        desk.admit(request)
        with world.lock:
            visit = desk.find(APPOINTMENTS, own, request)
            before = visit.starts_at
            writing.change_appointment(world, visit, given)
            if visit.starts_at != before:
                world.conversation.told(visit)
            return desk.show(APPOINTMENTS, visit)

    @routes.patch(where + "/{own}/cancel", status_code=204)
    def cancel(own: str, request: Request, given: Given) -> None:
        desk.admit(request)
        with world.lock:
            writing.cancel_appointment(world, desk.find(APPOINTMENTS, own), given)

    @routes.post(where + "/{own}/archive", status_code=204)
    def archive(own: str, request: Request) -> None:
        desk.admit(request)
        with world.lock:
            writing.archive(world, desk.find(APPOINTMENTS, own))


def _appointment_parts(desk: Desk, routes: APIRouter) -> None:
    where, world = "/individual_appointments/{own}", desk.world

    @routes.get(where + "/conflicts")
    def conflicts(own: str, request: Request) -> dict[str, Any]:
        desk.admit(request)
        with world.lock:
            clash = bool(world.clinic.book.overlapping(desk.find(APPOINTMENTS, own)))
        return {"conflicts": {"exist": clash}}

    @routes.get(where + "/attendees")
    def attendees(own: str, request: Request) -> Response:
        desk.admit(request)
        visit: Visit = desk.find(APPOINTMENTS, own)
        return desk.list(ATTENDEES, request, [f"booking_id:={visit.id}"])


def _attendees(desk: Desk, routes: APIRouter) -> None:
    @routes.patch("/attendees/{own}")
    def change(own: str, request: Request, given: Given) -> Response:
        desk.admit(request)
        with desk.world.lock:
            visit = desk.find(ATTENDEES, own, request)
            writing.change_attendee(desk.world, visit, given)
            return desk.show(ATTENDEES, visit)


def _people(desk: Desk, routes: APIRouter) -> None:
    @routes.patch("/patients/{own}")
    def change(own: str, request: Request, given: Given) -> Response:
        desk.admit(request)
        with desk.world.lock:
            patient = desk.find(RESOURCES["patients"], own, request)
            writing.change_patient(desk.world, patient, given)
            return desk.show(RESOURCES["patients"], patient)

    @routes.post("/communications")
    def log(request: Request, given: Given) -> Response:
        desk.admit(request)
        with desk.world.lock:
            row = writing.log_communication(desk.world, given)
            return desk.show(RESOURCES["communications"], row, 201)


def _availability(desk: Desk, routes: APIRouter) -> None:
    where = "/businesses/{place}/practitioners/{therapist}/appointment_types/{kind}"

    def starts(place: str, therapist: str, kind: str, request: Request) -> list[int]:
        desk.admit(request)
        query = request.query_params
        days = availability.window(desk.world, query.get("from"), query.get("to"))
        desk.find(RESOURCES["businesses"], place)
        who = desk.find(RESOURCES["practitioners"], therapist)
        what = desk.find(RESOURCES["appointment_types"], kind)
        with desk.world.lock:
            found = availability.free(desk.world, who, what, *days)
        return found if who.place_id == int(place) else []

    @routes.get(where + "/available_times")
    def available(place: str, therapist: str, kind: str, request: Request) -> dict[str, Any]:
        found = [{"appointment_start": iso(at)} for at in starts(place, therapist, kind, request)]
        links = {"self": f"{desk.world.base_url}{request.url.path}?{request.url.query}"}
        return {"available_times": found, "total_entries": len(found), "links": links}

    @routes.get(where + "/next_available_time")
    def soonest(place: str, therapist: str, kind: str, request: Request) -> dict[str, Any]:
        found = starts(place, therapist, kind, request)
        here = {"links": {"self": f"{desk.world.base_url}{request.url.path}"}}
        return {"appointment_start": iso(found[0]) if found else None} | here
