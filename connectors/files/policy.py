"""Reads a row of a policies report: whose insurance, and what the card says."""

from typing import Any

from connectors.files.convert import Place, RowRefused
from connectors.files.record import Keys, steps_of, values_of
from data_contracts.mapping import Mapping
from data_contracts.policy import Policy

_FIELDS = tuple(Policy.model_fields)


class PolicyReader:
    """Reads rows of one file."""

    def __init__(self, mapping: Mapping, positions: dict[str, int], place: Place) -> None:
        self._constants = mapping.constants
        self._now = place.now
        self._keys = Keys(mapping, place)
        self._steps = steps_of(mapping, positions, place, mapping.columns)

    def read(self, cells: list[str]) -> Policy:
        """The row's policy; raises RowRefused and pydantic's ValidationError."""
        values: dict[str, Any] = {**self._constants, **values_of(self._steps, cells)}
        known = {name: values[name] for name in _FIELDS if values.get(name) is not None}
        known["source_id"] = self._keys.id_of("source_id", values)
        known["patient_source_id"] = self._keys.id_of("patient_source_id", values)
        if "payer" not in known:
            raise RowRefused("missing_payer")
        born = known.get("subscriber_birth_date")
        if born is not None and born > self._now:
            raise RowRefused("born_in_future")
        known.setdefault("updated_at", self._now)
        return Policy(**known)
