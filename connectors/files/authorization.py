"""Reads a row of an authorizations report."""

from typing import Any

from connectors.files.convert import Place, RowRefused
from connectors.files.record import Keys, steps_of, values_of
from data_contracts.authorization import Authorization
from data_contracts.mapping import Mapping

_FIELDS = tuple(Authorization.model_fields)


class AuthorizationReader:
    """Reads rows of one file."""

    def __init__(self, mapping: Mapping, positions: dict[str, int], place: Place) -> None:
        self._constants = mapping.constants
        self._now = place.now
        self._keys = Keys(mapping, place)
        self._steps = steps_of(mapping, positions, place, mapping.columns)

    def read(self, cells: list[str]) -> Authorization:
        """The row's authorization; raises RowRefused and pydantic's ValidationError."""
        values: dict[str, Any] = {**self._constants, **values_of(self._steps, cells)}
        known = {name: values[name] for name in _FIELDS if values.get(name) is not None}
        known["source_id"] = self._keys.id_of("source_id", values)
        known["patient_source_id"] = self._keys.id_of("patient_source_id", values)
        known.setdefault("updated_at", self._now)
        if "starts_on" in known and "ends_on" in known and known["ends_on"] < known["starts_on"]:
            raise RowRefused("ends_before_start")
        return Authorization(**known)
