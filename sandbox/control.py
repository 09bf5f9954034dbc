"""The tests' own door: the clock, faults, and what is really true."""

from dataclasses import asdict
from datetime import date
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from sandbox.clinic.person import Patient
from sandbox.clinic.visit import Visit
from sandbox.cliniko import writing
from sandbox.faults import Fault
from sandbox.moment import iso, iso_or_none, parse
from sandbox.refusal import Refusal
from sandbox.world import World

DRAIN_SECONDS = 5.0


class Asked(BaseModel):
    """A body of the control door; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid")


class ClockTo(Asked):
    """Where the clock shall stand; ISO-8601."""

    now: str


class NewPatient(Asked):
    """A patient made for a test."""

    first_name: str = "Ana"
    last_name: str = "Example"
    phone: str | None = None
    phone_kind: str = "Mobile"
    email: str | None = None
    birth: date = date(1980, 1, 1)
    sms_accepted: bool | None = True
    reminder_type: str = "SMS & Email"
    effect: float = 0.0
    stopped: bool = False


class VisitAct(Asked):
    """One visit: `make` (patient, start), `move` (id, start), or another `act` on an id."""

    act: str = "make"
    id: str | None = None
    patient_id: str | None = None
    starts_at: str | None = None
    practitioner_id: str | None = None
    appointment_type_id: str | None = None
    arrived: bool | None = None


class Inbound(Asked):
    """A text from a patient's phone; posted signed to `webhook` when given."""

    sender: str
    to: str
    body: str
    webhook: str | None = None


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
            return _person(patient)

    @routes.get("/patients/{own}")
    def single(own: int) -> dict[str, Any]:
        with world.lock:
            if own not in world.clinic.book.patients:
                raise Refusal(404, {"message": "no such patient"})
            visits = world.clinic.book.by_patient[own]
            truth = {"visits": [_truth(world, visit) for visit in visits]}
            return _person(world.clinic.book.patients[own]) | truth


def _person(patient: Patient) -> dict[str, Any]:
    return asdict(patient) | {"id": str(patient.id), "birth": patient.birth.isoformat()}


def _book(world: World, routes: APIRouter) -> None:
    @routes.get("/visits")
    def several(since: str | None = None, until: str | None = None) -> list[dict[str, Any]]:
        low, high = parse(since) if since else 0, parse(until) if until else 2**62
        with world.lock:
            rows = [v for v in world.clinic.book.visits.values() if low <= v.starts_at < high]
            return [_truth(world, visit) for visit in rows]

    @routes.post("/visits", status_code=201)
    def act(asked: VisitAct) -> dict[str, Any]:
        with world.lock:
            return _truth(world, _done(world, asked))


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
        visit.cancelled_at = visit.cancel_reason = visit.cancel_note = visit.outcome = None
        world.clinic.move(visit, visit.starts_at, visit.ends_at)
    elif asked.act == "archive":
        writing.archive(world, visit)
    elif asked.act == "attend":
        world.clinic.attend(visit, asked.arrived)
    else:
        raise Refusal(400, {"message": "act: make, move, cancel, uncancel, archive or attend"})
    return visit


def _appointment(world: World, asked: VisitAct) -> dict[str, Any]:
    from sandbox.clinic import staff

    therapist = staff.THERAPIST_BY_ID.get(int(asked.practitioner_id or staff.THERAPISTS[0].id))
    return {
        "patient_id": asked.patient_id,
        "starts_at": asked.starts_at,
        "practitioner_id": str(therapist.id if therapist else 0),
        "business_id": str(therapist.place_id if therapist else 0),
        "appointment_type_id": asked.appointment_type_id or str(staff.FOLLOW_UP.id),
    }


def _truth(world: World, visit: Visit) -> dict[str, Any]:
    return {
        "id": str(visit.id),
        "patient_id": str(visit.patient_id),
        "starts_at": iso(visit.starts_at),
        "created_at": iso(visit.created_at),
        "cancelled_at": iso_or_none(visit.cancelled_at),
        "archived_at": iso_or_none(visit.archived_at),
        "arrived": visit.arrived,
        "outcome": visit.outcome,
        "missed": visit.outcome in ("no_show", "late_cancel"),
        "probability": visit.probability,
        "reminded_probability": visit.reminded_probability,
        "region": world.clinic.region(visit),
        "contacts": [{"at": iso(one.at), "channel": one.channel} for one in visit.contacts],
    }
