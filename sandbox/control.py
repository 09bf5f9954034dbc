"""The tests' own door: the clock, faults, and what is really true."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter

from sandbox import truth
from sandbox.clinic import staff
from sandbox.clinic.person import Patient
from sandbox.clinic.visit import Visit
from sandbox.cliniko import writing
from sandbox.control_body import ClockTo, Inbound, NewPatient, VisitAct
from sandbox.faults import Fault
from sandbox.moment import iso, parse
from sandbox.refusal import Refusal
from sandbox.world import World

DRAIN_SECONDS = 5.0


def router(world: World) -> APIRouter:
    """All routes under `/_sandbox`."""
    routes = APIRouter(prefix="/_sandbox")
    _clock(world, routes)
    _faults(world, routes)
    _carrier(world, routes)
    _people(world, routes)
    _book(world, routes)
    return routes


def _clock(world: World, routes: APIRouter) -> None:
    @routes.get("/clock")
    def read() -> dict[str, Any]:
        return {"now": iso(world.clinic.now), "in_flight": world.callbacks.in_flight()}

    @routes.post("/clock")
    def move(asked: ClockTo) -> dict[str, Any]:
        try:
            to = parse(asked.now)
        except ValueError:
            raise Refusal(400, {"message": "now: is not ISO-8601"}) from None
        if not world.callbacks.drained(DRAIN_SECONDS):
            raise Refusal(409, {"message": "callbacks are still in flight"})
        with world.lock:
            if not world.clinic.now <= to <= world.clinic.until:
                span = f"{iso(world.clinic.now)} to {iso(world.clinic.until)}"
                raise Refusal(400, {"message": f"the clock moves forward only: {span}"})
            done = world.clinic.advance(to)
        return {"now": iso(to), "events": done}

    @routes.get("/stats")
    def stats() -> dict[str, Any]:
        sent, lost = world.callbacks.sent, world.callbacks.lost
        return {"requests": dict(world.requests), "callbacks": {"answered": sent, "lost": lost}}


def _faults(world: World, routes: APIRouter) -> None:
    @routes.post("/faults")
    def add(faults: list[Fault]) -> list[Fault]:
        world.faults.add(faults)
        return world.faults.all()

    @routes.get("/faults")
    def several() -> list[Fault]:
        return world.faults.all()

    @routes.delete("/faults", status_code=204)
    def clear() -> None:
        world.faults.clear()


def _carrier(world: World, routes: APIRouter) -> None:
    @routes.get("/messages")
    def messages() -> list[dict[str, Any]]:
        with world.lock:
            return [
                asdict(one) | {"created": iso(one.created)}
                for one in world.carrier.messages.values()
            ]

    @routes.get("/calls")
    def calls() -> list[dict[str, Any]]:
        with world.lock:
            return [
                asdict(one) | {"created": iso(one.created)} for one in world.carrier.calls.values()
            ]

    @routes.post("/inbound")
    def inbound(asked: Inbound) -> dict[str, Any]:
        with world.lock:
            message = world.carrier.receive(asked.sender, asked.to, asked.body)
        fields = {"MessageSid": message.sid, "SmsSid": message.sid, "SmsMessageSid": message.sid}
        fields |= {"AccountSid": world.settings.twilio_sid, "ApiVersion": "2010-04-01"}
        fields |= {"From": asked.sender, "To": asked.to, "Body": asked.body, "NumMedia": "0"}
        fields |= {"SmsStatus": "received", "NumSegments": "1"}
        answer = world.callbacks.post(asked.webhook, fields) if asked.webhook else None
        told = {"status": answer.status_code, "body": answer.text} if answer is not None else None
        return {"sid": message.sid, "answer": told}

    @routes.post("/numbers")
    def numbers(asked: dict[str, list[str]]) -> dict[str, list[str]]:
        with world.lock:
            world.carrier.stopped |= set(asked.get("stopped", []))
            world.carrier.landlines |= set(asked.get("landlines", []))
            return {
                "stopped": sorted(world.carrier.stopped),
                "landlines": sorted(world.carrier.landlines),
            }


def _people(world: World, routes: APIRouter) -> None:
    @routes.post("/patients", status_code=201)
    def make(asked: NewPatient) -> dict[str, Any]:
        with world.lock:
            now = world.clinic.now
            fields = asked.model_dump(exclude={"stopped"})
            patient = Patient(
                id=world.clinic.book.next_identity(14),
                sex=None,
                guardian=None,
                notes=None,
                created_at=now,
                updated_at=now,
                **fields,
            )
            world.clinic.book.add_patient(patient)
            if asked.stopped and asked.phone:
                world.carrier.stopped.add(asked.phone)
            return truth.of_patient(patient)

    @routes.get("/patients/{own}")
    def single(own: int) -> dict[str, Any]:
        with world.lock:
            if own not in world.clinic.book.patients:
                raise Refusal(404, {"message": "no such patient"})
            visits = world.clinic.book.by_patient[own]
            told = {"visits": [truth.of_visit(world, visit) for visit in visits]}
            return truth.of_patient(world.clinic.book.patients[own]) | told


def _book(world: World, routes: APIRouter) -> None:
    @routes.get("/visits")
    def several(since: str | None = None, until: str | None = None) -> list[dict[str, Any]]:
        low, high = parse(since) if since else 0, parse(until) if until else 2**62
        with world.lock:
            rows = [v for v in world.clinic.book.visits.values() if low <= v.starts_at < high]
            return [truth.of_visit(world, visit) for visit in rows]

    @routes.post("/visits", status_code=201)
    def act(asked: VisitAct) -> dict[str, Any]:
        with world.lock:
            return truth.of_visit(world, _done(world, asked))


def _done(world: World, asked: VisitAct) -> Visit:
    if asked.act == "make":
        return writing.create_appointment(world, _appointment(world, asked))
    visit = world.clinic.book.visits.get(int(asked.id or 0))
    if visit is None:
        raise Refusal(404, {"message": "no such visit"})
    if asked.act == "move":
        writing.change_appointment(world, visit, {"starts_at": asked.starts_at})
    elif asked.act == "cancel":
        writing.cancel_appointment(world, visit, {"cancellation_reason": 50})
    elif asked.act == "uncancel":
        world.clinic.uncancel(visit)
    elif asked.act == "archive":
        writing.archive(world, visit)
    elif asked.act == "attend":
        world.clinic.attend(visit, asked.arrived)
    else:
        raise Refusal(400, {"message": "act: make, move, cancel, uncancel, archive or attend"})
    return visit


def _appointment(world: World, asked: VisitAct) -> dict[str, Any]:
    therapist = staff.THERAPIST_BY_ID.get(int(asked.practitioner_id or staff.THERAPISTS[0].id))
    return {
        "patient_id": asked.patient_id,
        "starts_at": asked.starts_at,
        "practitioner_id": str(therapist.id if therapist else 0),
        "business_id": str(therapist.place_id if therapist else 0),
        "appointment_type_id": asked.appointment_type_id or str(staff.FOLLOW_UP.id),
    }
