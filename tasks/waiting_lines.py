"""The waiting list and the plans of care as the desk keeps them: lines by id, never by name."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from data_contracts.deed import Act, Deed
from data_contracts.errors import ImportRefused, UserError
from data_contracts.visit import VisitStatus
from ledger import waiting
from ledger.audit import record
from ledger.schema import patients, practitioners, visits
from ledger.schema_dialogue import waiting_list
from ledger.store import pairs
from tasks.consenting import NoSuchPatient
from tasks.room import Room

_SHORTEST = 4
_DESK = "desk"
_COLUMNS = ("patient", "starts_on", "visits_per_week")


class NotOnList(UserError):
    """What was named is unknown here, or is no line of the list."""


@dataclass(frozen=True)
class Asked:
    """What a patient waits for, as the desk writes it; `visit`: the system's id of a later visit
    that the slot would replace."""

    visit: str | None = None
    visit_type: str | None = None
    urgency: int = 0
    therapists: tuple[str, ...] = ()
    wishes: Mapping[str, Any] | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class PlanLine:
    """A plan of care: how often a patient is to come, from when to when, and how many in all."""

    patient: str
    starts_on: date
    visits_per_week: float
    ends_on: date | None = None
    visits: int | None = None


def put_on_list(here: Room, source_id: str, asked: Asked, now: datetime) -> str:
    """Add a line; returns its id. Raises NoSuchPatient, NotOnList."""
    with here.ledger.write() as con:
        own_id = patient_of(here, con, source_id)
        wishes = {name: value for name, value in (asked.wishes or {}).items() if value}
        if asked.therapists:
            wishes["therapists"] = [_therapist(here, con, one) for one in asked.therapists]
        entry_id = waiting.add_entry(
            con,
            own_id,
            wishes,
            asked.urgency,
            _DESK,
            now,
            visit_id=_visit(here, con, own_id, asked.visit) if asked.visit else None,
            visit_type=asked.visit_type,
            until=asked.until,
        )
        record(here.ledger, con, [Act(Deed.WAITING_CHANGED, entry_id, "added")])
    return entry_id


def take_off_list(here: Room, wanted: str, now: datetime) -> str:
    """Remove a line by its id or first letters; returns the id. Raises NotOnList."""
    with here.ledger.write() as con:
        starts = waiting_list.c.entry_id.startswith(wanted.strip().lower(), autoescape=True)
        query = select(waiting_list.c.entry_id).where(starts, waiting_list.c.removed_at.is_(None))
        found = list(con.execute(query.limit(2)).scalars())
        if len(wanted.strip()) < _SHORTEST or len(found) != 1:
            raise NotOnList(
                f"{here.clinic.slug}: no one line begins so; give the id or its first {_SHORTEST}"
                f" or more letters; `ptclinic waiting-list list {here.clinic.slug}` shows them"
            )
        waiting.leave(con, found[0], "desk", now)
        record(here.ledger, con, [Act(Deed.WAITING_CHANGED, found[0], "removed")])
    return str(found[0])


def lines(here: Room, now: datetime) -> list[dict[str, Any]]:
    """Who waits, longest first, by the practice system's ids."""
    with here.ledger.read() as con:
        who = pairs(con.execute(select(patients.c.patient_id, patients.c.source_id)))
        names = pairs(con.execute(select(practitioners.c.practitioner_id, practitioners.c.name)))
        shown = pairs(con.execute(select(visits.c.visit_id, visits.c.source_id)))
        rows = waiting.entries(con, now)
    return [
        {
            "line": row.entry_id,
            "patient": who[row.patient_id],
            "instead_of": shown.get(row.visit_id) if row.visit_id else None,
            "visit_type": row.visit_type,
            "urgency": ("can_wait", "soon", "urgent")[row.urgency],
            "wishes": _named(waiting.wishes_of(row), names),
            "since": row.added_at.astimezone(here.clinic.zone).isoformat(timespec="minutes"),
        }
        for row in rows
    ]


def set_plans(here: Room, found: list[PlanLine], source: str, now: datetime) -> int:
    """Keep plans of care, one a patient and first day. Raises NoSuchPatient, and keeps none."""
    with here.ledger.write() as con:
        for one in found:
            own_id = patient_of(here, con, one.patient)
            row = {
                "patient_id": own_id,
                "starts_on": one.starts_on.isoformat(),
                "ends_on": one.ends_on.isoformat() if one.ends_on else None,
                "visits_per_week": one.visits_per_week,
                "visits": one.visits,
                "source": source,
                "updated_at": now,
            }
            waiting.set_plan(con, row)
            record(here.ledger, con, [Act(Deed.PLAN_RECORDED, own_id, source)])
    return len(found)


def plan_rows(here: Room) -> list[dict[str, Any]]:
    """The plan of each patient that began last, by the practice system's id."""
    names = ("starts_on", "ends_on", "visits_per_week", "visits")
    with here.ledger.read() as con:
        who = pairs(con.execute(select(patients.c.patient_id, patients.c.source_id)))
        found = waiting.plans(con)
    rows = [
        {"patient": who[own_id]} | {name: getattr(row, name) for name in names}
        for own_id, row in found.items()
    ]
    return sorted(rows, key=lambda row: str(row["patient"]))


def plan_lines(path: Path) -> list[PlanLine]:
    """A CSV's plans. Raises ImportRefused, which names the line and quotes nothing of it."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ImportRefused(f"{path}: cannot be read ({type(error).__name__})") from None
    if not rows or set(_COLUMNS) - set(rows[0]):
        raise ImportRefused(f"{path}: needs the columns {', '.join(_COLUMNS)}, and rows below them")
    return list(_read(path, rows))


def _read(path: Path, rows: list[dict[str, str]]) -> Iterator[PlanLine]:
    for place, row in enumerate(rows, 2):
        try:
            one = PlanLine(
                patient=row["patient"].strip(),
                starts_on=date.fromisoformat(row["starts_on"]),
                visits_per_week=float(row["visits_per_week"]),
                ends_on=date.fromisoformat(row["ends_on"]) if row.get("ends_on") else None,
                visits=int(row["visits"]) if row.get("visits") else None,
            )
        except (ValueError, TypeError, AttributeError):
            one = None
        if one is None or not is_sound(one):
            raise ImportRefused(
                f"{path}, line {place}: write days as 2026-05-31, visits_per_week from 0.1 to 7,"
                " visits as a whole number; nothing was kept"
            )
        yield one


def is_sound(one: PlanLine) -> bool:
    """Whether a plan can be kept to: at most one visit a day, and an end that is not before."""
    in_order = one.ends_on is None or one.starts_on <= one.ends_on
    return bool(one.patient) and 0.1 <= one.visits_per_week <= 7 and in_order


def patient_of(here: Room, con: Connection, source_id: str) -> str:
    """Our id of who goes by the practice system's. Raises NoSuchPatient."""
    query = select(patients.c.patient_id).where(
        patients.c.source_id == source_id.strip(), patients.c.erased_at.is_(None)
    )
    found: str | None = con.execute(query).scalar()
    if found is None:
        raise NoSuchPatient(
            f"{here.clinic.slug}: nobody goes by that id; give the practice system's id of the"
            " patient, as it stands there"
        )
    return found


def _therapist(here: Room, con: Connection, name: str) -> str:
    wanted = name.strip().casefold()
    rows = con.execute(select(practitioners))
    found = [
        row.practitioner_id
        for row in rows
        if wanted in (row.source_id.casefold(), row.name.casefold())
    ]
    if len(found) != 1:
        raise NotOnList(
            f"{here.clinic.slug}: no one therapist is called {name!r}; write the name, or the id,"
            " as the practice system has it"
        )
    return str(found[0])


def _visit(here: Room, con: Connection, own_id: str, source_id: str) -> str:
    query = select(visits.c.visit_id).where(
        visits.c.source_id == source_id.strip(),
        visits.c.patient_id == own_id,
        visits.c.status == VisitStatus.BOOKED.value,
    )
    found: str | None = con.execute(query).scalar()
    if found is None:
        raise NotOnList(
            f"{here.clinic.slug}: the patient has no booked visit by that id; give the practice"
            " system's id of the visit, or leave --visit out"
        )
    return found


def _named(wishes: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    therapists = [names.get(one, one) for one in wishes.get("therapists", ())]
    return wishes | ({"therapists": therapists} if therapists else {})
