"""One row of a report, before anything in it is understood."""

from typing import NamedTuple


class SheetRow(NamedTuple):
    """A row's cells as text; `fault` is a reason code where the row itself is broken."""

    line: int
    cells: list[str]
    pieces: list[str]
    fault: str | None = None

    @property
    def payload(self) -> bytes:
        """The row as it stood in the file; patient data, for the quarantine alone."""
        return "".join(self.pieces).encode()
