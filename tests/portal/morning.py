"""Northside on a Monday morning: a full book, scores, replies, calls to make, odd names."""

import json
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from data_contracts.inbound import InboundEvent, InboundKind
from data_contracts.visit import Patient, Visit
from ledger import people, records
from ledger.schema import assignments, patients, risk_scores, visits
from ledger.schema_dialogue import offers, open_slots
from tasks import book, planning
from tasks.inbox import drain_inbox
from tasks.keeping import keep_inbound
from tasks.room import Room
from tests.cast import NOW, person, snapshot, visit

LONG = "Wolfeschlegelsteinhausenbergerdorff " * 8 + "Zuletzt"
WHO = (
    # source id, first, last, number, hours from now, tier, score, arm
    ("ana", "Ana", "Example", "+13035550101", 3, "high", 0.41, "treated"),
    ("bo", "Bo", "O'Neil & Sons", "+13035550102", 4, "high", 0.38, "treated"),
    ("caro", "Ñandú 🦩", "Ünïcode", "+13035550103", 5, "medium", 0.22, "treated"),
    ("dee", LONG[:300], "X", "+13035550104", 5.5, "medium", 0.19, "treated"),
    ("eve", "Eve", "Held", "+13035550105", 6, "high", 0.44, "held_out"),
    ("fay", "Fay", "Low", "+13035550106", 2, "low", 0.04, "treated"),
    ("gil", "Gil", "Family", "+13035550107", 26, "low", 0.05, "treated"),
    ("hal", "Hal", "Family", "+13035550107", 27, "low", 0.05, "treated"),
    ("ivy", "Ivy", "Tomorrow", "+13035550108", 28, "high", 0.36, "treated"),
)
REASONS = ["missed 3 of the last 5 visits", "booked 34 days ahead"]


class Morning:
    """The ids of who and what is there, by the source's name."""

    def __init__(self, here: Room) -> None:
        self.here = here
        self.patients: dict[str, str] = {}
        self.visits: dict[str, str] = {}


def morning(here: Room) -> Morning:
    """Fill the ledger through the steps that a flow takes, and what carriers would tell."""
    made = Morning(here)
    crowd: list[Patient] = []
    booked: list[Visit] = []
    for name, first, last, number, hours, *_ in WHO:
        own = {"first_name": first, "last_name": last, "mobile": number, "email": None}
        crowd.append(person(name, **own))
        booked.append(visit(name, starts_at=NOW + timedelta(hours=hours)))
    book.keep_snapshot(here, snapshot(crowd, booked), NOW)
    with here.ledger.write() as con:
        for row in con.execute(select(patients.c.source_id, patients.c.patient_id)):
            made.patients[row.source_id] = row.patient_id
        for row in con.execute(select(visits.c.source_id, visits.c.visit_id)):
            made.visits[row.source_id.removeprefix("visit-of-")] = row.visit_id
        _score(con, made)
    with here.ledger.write() as con:
        planned = planning.planned_book(here, con, NOW)
        assert planned
    _replies(here)
    _calls(here, made)
    return made


def _score(con: Any, made: Morning) -> None:
    for name, _, _, _, _, tier, score, arm in WHO:
        own = made.visits[name]
        row = {"visit_id": own, "visit_version": 1, "score": score, "tier": tier}
        row |= {"reasons": json.dumps(REASONS), "model_id": "m1", "scored_at": NOW}
        con.execute(risk_scores.insert().values(**row))
        drawn = {"visit_id": own, "sprint": "none", "arm": arm, "stratum": tier}
        con.execute(assignments.insert().values(**drawn, score=score, assigned_at=NOW))


def reply(here: Room, number: str, words: str, key: str) -> None:
    """A text comes in and is left to a person."""
    event = InboundEvent(
        clinic="northside",
        dedupe_key=key,
        kind=InboundKind.TEXT,
        from_number=number,
        body=words,
        received_at=NOW - timedelta(minutes=12),
    )
    keep_inbound(here, event)
    drain_inbox(here, NOW - timedelta(minutes=10))


def _replies(here: Room) -> None:
    reply(here, "+13035550102", "car broke down 😩 can i come thursday instead?", "SM1")
    reply(here, "+13035550107", "yes see you tomorrow if my knee lets me", "SM2")
    reply(here, "+13035559999", "who is this??", "SM3")


def _calls(here: Room, made: Morning) -> None:
    with here.ledger.write() as con:
        for name, reason in (("ana", "due"), ("caro", "carrier_refused")):
            records.add_staff_task(
                con,
                kind="call_patient",
                reason=reason,
                detail="{}",
                due_at=NOW + timedelta(hours=1),
                now=NOW,
                dedupe_key=f"call|{name}",
                visit_id=made.visits[name],
                patient_id=made.patients[name],
            )
        records.ask_to_mend(con, records.Reason.LOW_BALANCE, {}, "mend|1", NOW)
        people.mark_phone(con, here.ledger.index("+13035550103"), "landline")


def free_slot(here: Room, made: Morning) -> str:
    """A slot that came free and was offered to Ana and Ivy."""
    slot = {"slot_id": "5" * 32, "visit_id": made.visits["fay"], "visit_version": 1}
    slot |= {"practitioner_id": "p", "starts_at": NOW + timedelta(hours=25), "opened_at": NOW}
    slot |= {"status": "offering", "reason": "due", "next_offer_at": NOW + timedelta(minutes=10)}
    with here.ledger.write() as con:
        con.execute(open_slots.insert().values(**slot))
        for place, name in enumerate(("ana", "ivy")):
            row = {"offer_id": str(place) * 32, "kind": "open_slot", "status": "open"}
            row |= {"patient_id": made.patients[name], "slot_id": "5" * 32, "created_at": NOW}
            row |= {"expires_at": NOW + timedelta(minutes=30), "options": "[]"}
            con.execute(offers.insert().values(**row))
    return "5" * 32
