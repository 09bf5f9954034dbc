"""Finds our fields among a report's column names."""

from data_contracts.errors import ImportRefused
from data_contracts.mapping import Mapping, fold, near


def positions_of(header: list[str], mapping: Mapping, file: str) -> dict[str, int]:
    """Our field -> the index of its column; the first accepted name that is there wins.

    Raises ImportRefused, naming the file, the columns it has and the nearest one, or the column
    that stands twice.
    """
    places: dict[str, int] = {}
    again: dict[int, int] = {}
    for place, name in enumerate(header):
        first = places.setdefault(fold(name), place)
        if first != place:
            again.setdefault(first, place)
    found: dict[str, int] = {}
    missing: list[str] = []
    for field, column in mapping.columns.items():
        index = next((places[fold(name)] for name in column.names if fold(name) in places), None)
        if index is not None:
            found[field] = index
        elif not column.optional:
            missing.append(_lack(field, column.names, header))
    if missing or not found:
        raise ImportRefused(_refusal(file, mapping.name, header, missing, bool(found)))
    for first in found.values():
        if first in again:
            # Guessed wrongly, somebody would be told of another's visit.
            raise ImportRefused(
                f"{file}: '{header[first]}' stands twice, as column {first + 1} and "
                f"{again[first] + 1}; nobody can say which one counts. "
                "Take one of them out of the report, or rename it."
            )
    return found


def _lack(field: str, names: tuple[str, ...], header: list[str]) -> str:
    accepted = " or ".join(f"'{name}'" for name in names)
    hint = next((found for name in names if (found := near(name, header))), "")
    return f"no column {accepted} for {field}{hint}"


def _refusal(file: str, mapping: str, header: list[str], missing: list[str], known: bool) -> str:
    if not known:
        # Without one known name the line may be a patient's row: it is not repeated here.
        return (
            f"{file}: its first line names no column that mapping {mapping} knows. "
            "Give it to another mapping, or set `skip_rows` to the lines above the header."
        )
    return (
        f"{file}: {'; '.join(missing)}. It has: {', '.join(header)}. "
        f"Add the name to the mapping {mapping}, or mark the column `optional: true`."
    )
