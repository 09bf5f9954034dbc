"""The tests' own door: the clock, faults, and what is really true."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter

from sandbox import reception, truth
from sandbox.clinic.person import Patient
from sandbox.control_body import ClockTo, NewPatient
from sandbox.control_insurance import insured
from sandbox.faults import Fault
from sandbox.moment import iso, iso_or_none, parse
from sandbox.refusal import Refusal
from sandbox.visit_act import VisitAct
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
        told = {"now": iso(world.clinic.now), "in_flight": world.callbacks.in_flight()}
        return told | {"next_answer": iso_or_none(world.conversation.next_due())}

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
        events = _live_through(world, to)
        with world.lock:
            world.sweep()
        return {"now": iso(to), "events": events}

    @routes.get("/stats")
    def stats() -> dict[str, Any]:
        sent, lost = world.callbacks.sent, world.callbacks.lost
        tally = world.callbacks.tally
        callbacks = {"answered": sent, "lost": lost}
        told = {"requests": dict(world.requests), "callbacks": callbacks}
        return told | {"again": dict(tally.again), "forged": dict(tally.forged)}


def _live_through(world: World, to: int) -> int:
    """Move the clock, stopping wherever a patient has something to say; how many events."""
    done = 0
    while True:
        with world.lock:
            due = world.conversation.next_due()
            stop = to if due is None else min(max(due, world.clinic.now), to)
            done += world.clinic.advance(stop)
        world.conversation.speak()
        if stop == to:
            return done


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
            fields = asked.model_dump(exclude={"stopped", "insurance"})
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
            if asked.insurance:
                cover = insured(patient, asked.insurance)
                world.insurer.give(patient.id, cover)
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
            return truth.of_visit(world, reception.act(world, asked))
