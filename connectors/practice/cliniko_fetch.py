"""One fetch: which lists to read, which rows are news, where the next fetch begins."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.errors import Rejected
from connectors.practice.base import Snapshot, Watermark
from connectors.practice.cliniko_list import HIDDEN, Lists
from connectors.practice.cliniko_nouns import location_of, patient_of, practitioner_of
from connectors.practice.cliniko_payloads import Named, Person
from connectors.practice.cliniko_reader import (
    APPOINTMENTS,
    ARCHIVED,
    ATTENDEES,
    Manner,
    Reader,
    booking_of,
)
from connectors.practice.payload import moment_of, own_id
from data_contracts.visit import Patient, Visit

PATIENTS = "patients"
_EVER = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


class Fetch:
    """The state of one fetch; use once."""

    def __init__(
        self, lists: Lists, manner: Manner, since: Watermark | None, now: datetime
    ) -> None:
        self._lists, self._manner, self._now = lists, manner, now
        self._since = since
        self._watermark: Watermark = {}
        self._reader = Reader(lists, manner, whole=since is None)

    def snapshot(self, horizon: timedelta | None) -> Snapshot:
        """Read everything that this fetch asks for."""
        types = {one.id: one.title for one in self._reader.named("appointment_types", ARCHIVED)}
        staff = {one.id: one for one in self._staff()}
        places = self._reader.named("businesses", ARCHIVED)
        patients = self._patients(self._manner.region or _country(places))
        visits = self._visits(types, horizon)
        window = (self._now, self._now + horizon) if horizon else None
        return Snapshot(
            visits=visits,
            patients=patients,
            practitioners=[practitioner_of(one) for one in staff.values()],
            locations=[location_of(one) for one in places],
            rejected=self._reader.rejected,
            watermark=self._watermark,
            complete=self._reader.complete,
            reconciled=(_EVER if self._since is None else window)
            if self._reader.complete
            else None,
        )

    def _staff(self) -> list[Named]:
        try:
            left = self._reader.named("practitioners", path="practitioners/inactive")
        except Rejected:  # some servers know no such list; old visits then lack a therapist's name
            left = []
        return left + self._reader.named("practitioners")

    def _patients(self, region: str) -> list[Patient]:
        raw = self._changes(PATIENTS, ARCHIVED)[1]
        rows = self._reader.read(PATIENTS, Person, raw.values())
        made = (
            self._reader.attempt(PATIENTS, raw[name], lambda row: patient_of(row, region), row)
            for name, row in rows.items()
        )
        return [patient for patient in made if patient]

    def _visits(self, types: dict[str, str], horizon: timedelta | None) -> list[Visit]:
        seen, fresh = self._changes(APPOINTMENTS, HIDDEN)
        seen_marks, marks = self._changes(ATTENDEES, HIDDEN)
        wanted = set(fresh) | {own for row in marks.values() if (own := booking_of(row))}
        if horizon and self._since is not None:
            window = self._window(horizon)
            seen |= window
            wanted |= set(window)
        if self._since is not None:
            # Whether a mark of attendance touches the appointment's own updated_at is documented
            # nowhere, so each side brings the other with it.
            missing = wanted - set(seen)
            seen |= {
                own_id(row) or "": row for row in self._lists.among(APPOINTMENTS, "id", missing)
            }
            bare = wanted - {booking_of(row) for row in seen_marks.values()}
            more = self._lists.among(ATTENDEES, "booking_id", bare, booking_of)
            seen_marks |= {own_id(row) or "": row for row in more}
        rows = [row for name, row in seen.items() if name in wanted]
        return self._reader.visits_of(rows, seen_marks.values(), types)

    def _window(self, horizon: timedelta) -> dict[str, Any]:
        until = self._now + horizon
        between = (f"starts_at:>={_text(self._now)}", f"starts_at:<{_text(until)}")
        listing = self._reader.keep(self._lists.every(APPOINTMENTS, (*HIDDEN, *between)))
        return {
            name: row
            for name, row in listing.rows.items()
            if (starts := moment_of(row, "starts_at")) is None or self._now <= starts < until
        }

    def _changes(
        self, resource: str, filters: Iterable[str]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """All rows that came, and those of them that are new since the watermark; by id."""
        last = (self._since or {}).get(resource)
        floor = datetime.fromisoformat(last) - self._manner.overlap if last else None
        asked = [*filters, f"updated_at:>={_text(floor)}"] if floor else list(filters)
        listing = self._reader.keep(self._lists.every(resource, asked))
        for row in listing.nameless:
            self._reader.reject(resource, row, "id.missing")
        moments = [m for row in listing.rows.values() if (m := moment_of(row))]
        self._advance(resource, last, moments, listing.complete)
        if floor is None:
            return listing.rows, dict(listing.rows)
        fresh = {n: r for n, r in listing.rows.items() if (moment_of(r) or floor) >= floor}
        return listing.rows, fresh

    def _advance(
        self, resource: str, last: str | None, moments: list[datetime], complete: bool
    ) -> None:
        """Move the watermark, never past `now`: a row that changed while we read comes again."""
        known = [datetime.fromisoformat(last)] if last else []
        if complete and (moments or known):
            self._watermark[resource] = _text(min(max(moments + known), self._now))
        elif last:
            self._watermark[resource] = last


def _country(places: Iterable[Named]) -> str:
    codes = {place.country_code for place in places if place.country_code}
    return codes.pop() if len(codes) == 1 else "US"


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
