"""Reads a row of a patients report."""

from typing import Any

from connectors.files.convert import Place, RowRefused
from connectors.files.record import Keys, Values, steps_of, values_of
from data_contracts.mapping import Mapping
from data_contracts.visit import Patient

_PATIENT = tuple(Patient.model_fields)


def named(values: Values) -> None:
    """Part a whole name into first and last: `Last, First`, else at the last space."""
    whole = values.pop("full_name", None)
    if whole is None or "last_name" in values:
        return
    last, comma, first = (part.strip() for part in whole.partition(","))
    if not comma:
        first, _, last = (part.strip() for part in whole.rpartition(" "))
    values.setdefault("first_name", first)
    values["last_name"] = last


class PatientReader:
    """Reads rows of one file."""

    def __init__(self, mapping: Mapping, positions: dict[str, int], place: Place) -> None:
        self._constants = mapping.constants
        self._now = place.now
        self._keys = Keys(mapping, place)
        self._steps = steps_of(mapping, positions, place, mapping.columns)

    def read(self, cells: list[str]) -> Patient:
        """The row's patient; raises RowRefused and pydantic's ValidationError."""
        values = {**self._constants, **values_of(self._steps, cells)}
        named(values)
        birth = values.get("birth_date")
        if birth is not None and birth > self._now:
            raise RowRefused("born_in_future")
        known: dict[str, Any] = {
            name: values[name] for name in _PATIENT if values.get(name) is not None
        }
        known["source_id"] = self._keys.id_of("source_id", values)
        known.setdefault("updated_at", self._now)
        return Patient(**known)
