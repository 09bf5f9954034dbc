"""Reads a row of an appointments report: a visit, and what it says about the patient."""

from typing import Any, NamedTuple

from connectors.files.convert import Place, RowRefused, birth_from_age
from connectors.files.patient import named
from connectors.files.record import Keys, Values, steps_of, values_of, with_times
from data_contracts.mapping import IDENTITY, Mapping
from data_contracts.visit import Patient, Visit, VisitStatus

_VISIT = frozenset(Visit.model_fields)
_FARTHEST_DAYS = (40 * 366, 5 * 366)
# Age takes part in the visit's own check: a row that says -1 is wrong altogether.
_LATE = frozenset(IDENTITY) - {"age"}


class Taken(NamedTuple):
    """A visit, the key under which it is one of several rows, its number, and its patient."""

    visit: Visit
    key: tuple[str, ...]
    number: int
    patient: Patient | None


class AppointmentReader:
    """Reads rows of one file."""

    def __init__(self, mapping: Mapping, positions: dict[str, int], place: Place) -> None:
        self._mapping, self._positions, self._place = mapping, positions, place
        self._keys = Keys(mapping, place)
        needed = {name for rule in mapping.generated.values() for name in rule.fields}
        late = {f for f in _LATE if f not in needed and not {"first_name", "last_name"} & needed}
        first = [field for field in mapping.columns if field not in late]
        self._first = steps_of(mapping, positions, place, first)
        self._late = steps_of(mapping, positions, place, late)
        self._is_joined = "start_time" in positions or "end_time" in positions
        self._known: set[str] = set()

    def read(self, cells: list[str]) -> Taken:
        """The row's visit; its patient only on the first sight of that patient in the file.

        Raises RowRefused, and pydantic's ValidationError where a value breaks our noun.
        """
        if self._is_joined:
            cells = with_times(cells, self._positions)
        values = {**self._mapping.constants, **values_of(self._first, cells)}
        named(values)
        # Back among the values, because the visit's own id may be made of it.
        patient_id = values["patient_source_id"] = self._keys.id_of("patient_source_id", values)
        number = self._number(values)
        visit = self._visit(values, patient_id)
        key = tuple(self._keys.part(name, values) for name in self._mapping.highest_per)
        return Taken(visit, key, number, self._patient(patient_id, values, cells, visit))

    def _number(self, values: Values) -> int:
        own = values.get("source_id", "")
        if own[:1] == "-" and own[1:].isdigit() and self._mapping.negative_ids == "reject":
            raise RowRefused("negative_id")
        return int(own) if self._mapping.highest_per and own.lstrip("-").isdigit() else 0

    def _visit(self, values: Values, patient_id: str) -> Visit:
        starts_at = values.get("starts_at")
        if starts_at is None:
            raise RowRefused("missing_time")
        now = self._place.now
        back, ahead = _FARTHEST_DAYS
        if not -back < (starts_at - now).days < ahead:
            raise RowRefused("implausible_day")
        # A report without the booking's time: the first that we know of it, and never after it.
        booked_at = values.setdefault("booked_at", min(now, starts_at))
        if booked_at > starts_at and self._keys.day_of(booked_at) > self._keys.day_of(starts_at):
            raise RowRefused("booked_after_visit")
        if "ends_at" in values and values["ends_at"] < starts_at:
            raise RowRefused("ends_before_start")
        source_id = self._keys.id_of("source_id", values)
        known: dict[str, Any] = {
            name: value for name, value in values.items() if name in _VISIT and value is not None
        }
        known.update(source_id=source_id, patient_source_id=patient_id, status=self._status(values))
        known.setdefault("updated_at", now)
        return Visit(**known)

    def _status(self, values: Values) -> VisitStatus:
        for field, status in self._mapping.status.filled.items():
            if field in values:
                return status
        status = values.get("status", VisitStatus.BOOKED)
        return VisitStatus(status)

    def _patient(
        self, patient_id: str, values: Values, cells: list[str], visit: Visit
    ) -> Patient | None:
        if patient_id in self._known:
            return None
        said = {**values, **values_of(self._late, cells)}
        named(said)
        self._known.add(patient_id)
        known: dict[str, Any] = {
            name: said[name]
            for name in ("first_name", "last_name", "birth_date", "mobile", "email")
            if said.get(name) is not None
        }
        if "birth_date" not in known and "age" in said:
            day = self._keys.day_of(visit.starts_at)
            known["birth_date"] = birth_from_age(said["age"], day)
            known["is_birth_date_approximate"] = True
        return Patient(source_id=patient_id, updated_at=self._place.now, **known)
