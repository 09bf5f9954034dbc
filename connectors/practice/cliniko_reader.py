"""Rows as nouns; what cannot be read is set aside with its reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from connectors.practice.cliniko_list import Listing, Lists
from connectors.practice.cliniko_nouns import visit_of
from connectors.practice.cliniko_payloads import Appointment, Attendee, Named, linked_id
from connectors.practice.payload import own_id
from connectors.practice.sieve import Sieve
from data_contracts.card_fields import CardFields
from data_contracts.visit import Visit

APPOINTMENTS, ATTENDEES = "individual_appointments", "attendees"
ARCHIVED = ("archived_at:*",)


@dataclass(frozen=True)
class Manner:
    """How a clinic wants its book read.

    `overlap` is asked for again each time: times have whole seconds and rows may appear late.
    `region` (two letters) is for phone numbers; None takes it from the clinic's places.
    `region_from` (patient_case, notes or None) is where the body region of a visit stands. `card`
    names the custom fields that hold a patient's insurance card.
    """

    overlap: timedelta = timedelta(minutes=3)
    region: str | None = None
    region_from: str | None = None
    card: CardFields | None = None


class Reader(Sieve):
    """Turns rows into nouns, sets the rest aside; `whole`: related lists are read in full."""

    def __init__(self, lists: Lists, manner: Manner, *, whole: bool) -> None:
        super().__init__()
        self.lists, self.manner, self.whole = lists, manner, whole
        self.complete = True

    def named(
        self, resource: str, filters: Iterable[str] = (), path: str | None = None
    ) -> list[Named]:
        """A short list in full: staff, places, visit types."""
        rows = self.keep(self.lists.every(resource, filters, path=path))
        return list(self.read(resource, Named, rows).values())

    def visits_of(
        self, appointments: Iterable[Any], attendees: Iterable[Any], types: dict[str, str]
    ) -> list[Visit]:
        """Visits from raw rows; a row that cannot be one is set aside with its reason."""
        raw = list(appointments)
        by_visit = _current(self.read(ATTENDEES, Attendee, attendees).values())
        region_text = self._region_texts({name: row for row in raw if (name := own_id(row))})

        # One payload at a time: years of a book as payloads are several times what they hold.
        def noun(one: Any) -> Visit:
            row = Appointment.model_validate(one)
            kind = types.get(row.appointment_type or "", row.appointment_type)
            return visit_of(row, by_visit.get(row.id), kind, region_text.get(row.id))

        made = (self.attempt(APPOINTMENTS, one, noun, one) for one in raw)
        return list({visit.source_id: visit for visit in made if visit}.values())

    def _region_texts(self, raw: dict[str, Any]) -> dict[str, str | None]:
        if self.manner.region_from == "notes":
            return {name: row.get("notes") for name, row in raw.items()}
        if self.manner.region_from != "patient_case":
            return {}
        links = {name: linked_id(row.get("patient_case")) for name, row in raw.items()}
        case_of = {name: case for name, case in links.items() if case}
        if self.whole:
            found: Iterable[Any] = self.lists.every("patient_cases", ARCHIVED)
        else:
            found = self.lists.among("patient_cases", "id", set(case_of.values()), hidden=ARCHIVED)
        names = {name: one.title for name, one in self.read("patient_cases", Named, found).items()}
        return {visit: names.get(case) for visit, case in case_of.items()}

    def keep(self, listing: Listing) -> Listing:
        """Remember when a list slipped away under us."""
        self.complete = self.complete and listing.complete
        return listing


def _current(rows: Iterable[Attendee]) -> dict[str, Attendee]:
    """The attendee that counts, by visit: the newest that is not archived."""
    standing = [row for row in rows if row.booking and not (row.archived_at or row.deleted_at)]
    return {row.booking or "": row for row in sorted(standing, key=lambda row: row.updated_at)}


def booking_of(row: Any) -> str | None:
    """The visit that a raw attendee belongs to."""
    return linked_id(row.get("booking")) if isinstance(row, dict) else None
