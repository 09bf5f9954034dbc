"""Reads a row of a charges report: what was done, for whom, and what it costs."""

from typing import Any

from connectors.files.convert import Place, RowRefused
from connectors.files.record import Keys, steps_of, values_of
from data_contracts.charge_row import DIAGNOSES, MODIFIERS, ChargeRow
from data_contracts.mapping import Mapping

_FIELDS = tuple(ChargeRow.model_fields)
_NEEDED = ("service_on", "code", "units", "charge")


class ChargeReader:
    """Reads rows of one file."""

    def __init__(self, mapping: Mapping, positions: dict[str, int], place: Place) -> None:
        self._constants = mapping.constants
        self._now = place.now
        self._keys = Keys(mapping, place)
        self._steps = steps_of(mapping, positions, place, mapping.columns)

    def read(self, cells: list[str]) -> ChargeRow:
        """The row's charge; raises RowRefused and pydantic's ValidationError."""
        values: dict[str, Any] = {**self._constants, **values_of(self._steps, cells)}
        known = {name: values[name] for name in _FIELDS if values.get(name) is not None}
        known["source_id"] = self._keys.id_of("source_id", values)
        known["patient_source_id"] = self._keys.id_of("patient_source_id", values)
        for name in _NEEDED:
            if name not in known:
                raise RowRefused(f"missing_{name}")
        known["modifiers"] = _listed(values, MODIFIERS)
        known["diagnoses"] = _listed(values, DIAGNOSES)
        known.setdefault("updated_at", self._now)
        return ChargeRow(**known)


def _listed(values: dict[str, Any], names: tuple[str, ...]) -> tuple[str, ...]:
    """Codes in the order of their columns, each once, as a claim writes them."""
    found = [str(values[name]).replace(".", "").upper() for name in names if values.get(name)]
    return tuple(dict.fromkeys(found))
