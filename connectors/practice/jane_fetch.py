"""One fetch of Jane's book: which lists to read, and where the next fetch begins."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.http import VendorClient, as_object
from connectors.practice.base import Snapshot, Watermark
from connectors.practice.jane_codes import VENDOR
from connectors.practice.jane_list import Lists
from connectors.practice.jane_nouns import location_of, patient_of, practitioner_of, visit_of
from connectors.practice.jane_payloads import Appointment, Named, Person
from connectors.practice.payload import own_id
from connectors.practice.sieve import Sieve
from data_contracts.visit import Location, Patient, Visit

APPOINTMENTS, PATIENTS = "appointments", "patients"
OVERLAP = timedelta(minutes=5)
"""Asked for again each time: clocks differ, and a row may show up after its moment."""

_EVER = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


class Fetch:
    """The state of one fetch; use once. `now` is the moment of asking, which rows do not tell."""

    def __init__(self, client: VendorClient, since: Watermark | None, now: datetime) -> None:
        self._client, self._lists = client, Lists(client)
        self._since, self._now = since, now
        self._sieve = Sieve()

    def snapshot(self, horizon: timedelta | None) -> Snapshot:
        """What changed since the watermark; with `horizon` also every visit until then."""
        rows = self._changes(APPOINTMENTS)
        window = (self._now, self._now + horizon) if horizon else None
        if window and self._since is not None:
            rows += self._lists.every(APPOINTMENTS, _between("start_at", *window))
        return self._made(
            rows,
            self._changes(PATIENTS),
            watermark={_mark(name): self._next(name) for name in (APPOINTMENTS, PATIENTS)},
            reconciled=_EVER if self._since is None else window,
        )

    def announced(self, visit_ids: Collection[str]) -> Snapshot:
        """These visits as they stand, with their patients; the watermark stays where it was."""
        rows = self._lists.among(APPOINTMENTS, visit_ids)
        people = {row.get("patient_id") for row in rows if isinstance(row, dict)}
        patients = self._lists.among(PATIENTS, {one for one in people if isinstance(one, str)})
        # Jane may leave what was cancelled out of its list: what is not to be had is not to come.
        gone = frozenset(visit_ids) - {own_id(row) or "" for row in rows}
        made = self._made(rows, patients, watermark=dict(self._since or {}), reconciled=None)
        return replace(made, gone=gone)

    def _made(
        self,
        rows: Iterable[Any],
        patients: Iterable[Any],
        *,
        watermark: Watermark,
        reconciled: tuple[datetime, datetime] | None,
    ) -> Snapshot:
        places = self._named("locations")
        region = _country(places.values())
        return Snapshot(
            visits=self._visits(rows),
            patients=self._patients(patients, region),
            practitioners=[practitioner_of(one) for one in self._named("staff_members").values()],
            locations=self._locations(places.values()),
            rejected=self._sieve.rejected,
            watermark=watermark,
            reconciled=reconciled,
        )

    def _visits(self, rows: Iterable[Any]) -> list[Visit]:
        treatments = {name: one.title for name, one in self._named("treatments").items()}

        def noun(raw: Any) -> Visit | None:
            return visit_of(Appointment.model_validate(raw), treatments, self._now)

        by_id = {own_id(raw) or place: raw for place, raw in enumerate(rows)}
        made = (self._sieve.attempt(APPOINTMENTS, raw, noun, raw) for raw in by_id.values())
        return [visit for visit in made if visit]

    def _patients(self, rows: Iterable[Any], region: str) -> list[Patient]:
        def noun(raw: Any) -> Patient:
            return patient_of(Person.model_validate(raw), region, self._now)

        made = (self._sieve.attempt(PATIENTS, raw, noun, raw) for raw in rows)
        return [patient for patient in made if patient]

    def _locations(self, places: Iterable[Named]) -> list[Location]:
        company = as_object(VENDOR, self._client.get("company"))
        return [location_of(one, company.get("time_zone")) for one in places]

    def _named(self, resource: str) -> dict[str, Named]:
        return self._sieve.read(resource, Named, self._lists.every(resource))

    def _changes(self, resource: str) -> list[Any]:
        last = (self._since or {}).get(_mark(resource))
        if last is None:
            return self._lists.every(resource)
        floor = datetime.fromisoformat(last) - OVERLAP
        return self._lists.every(resource, [("updated_at[gte]", _text(floor))])

    def _next(self, resource: str) -> str:
        """The moment of asking, never behind the last one."""
        last = (self._since or {}).get(_mark(resource))
        return max(_text(self._now), last) if last else _text(self._now)


def _mark(resource: str) -> str:
    """A name of our own: a clinic that comes from another system brings its watermark along."""
    return f"jane {resource}"


def _between(field: str, first: datetime, last: datetime) -> list[tuple[str, str]]:
    return [(f"{field}[gte]", _text(first)), (f"{field}[lt]", _text(last))]


def _country(places: Iterable[Named]) -> str:
    codes = {place.country for place in places if isinstance(place.country, str)}
    known = {code.upper() for code in codes if len(code) == 2}
    return known.pop() if len(known) == 1 else "US"


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
