"""Reads a report file: each row becomes a noun of ours, or is named and set aside."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from connectors.files.appointment import AppointmentReader, Taken
from connectors.files.authorization import AuthorizationReader
from connectors.files.charge import ChargeReader
from connectors.files.convert import Place, RowRefused
from connectors.files.header import positions_of
from connectors.files.patient import PatientReader
from connectors.files.policy import PolicyReader
from connectors.files.sheet import open_sheet
from connectors.files.sheet_row import SheetRow
from data_contracts.authorization import Authorization
from data_contracts.charge_row import ChargeRow
from data_contracts.errors import ImportRefused
from data_contracts.mapping import Mapping, ReportKind
from data_contracts.policy import Policy
from data_contracts.visit import Patient, Visit


class RefusedRow(NamedTuple):
    """A row that was not taken. `row_key` is FILE:LINE; `payload` is patient data."""

    row_key: str
    reason: str
    payload: bytes


Found = Visit | Patient | Authorization | Policy | ChargeRow | RefusedRow
Reader = AppointmentReader | PatientReader | AuthorizationReader | PolicyReader | ChargeReader
_READERS: dict[ReportKind, type[Reader]] = {
    ReportKind.APPOINTMENTS: AppointmentReader,
    ReportKind.PATIENTS: PatientReader,
    ReportKind.AUTHORIZATIONS: AuthorizationReader,
    ReportKind.POLICIES: PolicyReader,
    ReportKind.CHARGES: ChargeReader,
}


@dataclass
class Report:
    """Everything that one report says, in its own order."""

    visits: list[Visit] = field(default_factory=list)
    patients: list[Patient] = field(default_factory=list)
    authorizations: list[Authorization] = field(default_factory=list)
    policies: list[Policy] = field(default_factory=list)
    charges: list[ChargeRow] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)

    def add(self, found: Found) -> None:
        """Put one thing where it belongs."""
        if isinstance(found, Visit):
            self.visits.append(found)
        elif isinstance(found, Patient):
            self.patients.append(found)
        elif isinstance(found, Authorization):
            self.authorizations.append(found)
        elif isinstance(found, Policy):
            self.policies.append(found)
        elif isinstance(found, ChargeRow):
            self.charges.append(found)
        else:
            self.refused.append(found)


def read_report(
    source: Path | BinaryIO, mapping: Mapping, zone: str, now: datetime, name: str = ""
) -> Report:
    """The whole report in memory; see `iter_report`."""
    report = Report()
    for found in iter_report(source, mapping, zone, now, name):
        report.add(found)
    return report


def iter_report(
    source: Path | BinaryIO, mapping: Mapping, zone: str, now: datetime, name: str = ""
) -> Iterator[Found]:
    """What a report says, row by row; `now` stands in for times that the report lacks.

    A patient comes before the first of their visits. `name` is what a refused row's key and an
    error call the file. Raises ImportRefused when the file as a whole cannot be read.
    """
    if isinstance(source, Path):
        try:
            stream = source.open("rb")
        except OSError:
            raise ImportRefused(
                f"{source.name}: cannot be opened. Check that it is there."
            ) from None
        with stream:
            yield from iter_report(stream, mapping, zone, now, name or source.name)
        return
    file = name or mapping.name
    sheet = open_sheet(source, file, mapping)
    place = Place(ZoneInfo(zone if mapping.zone == "clinic" else mapping.zone), now)
    with closing(sheet.rows):
        positions = positions_of(sheet.header, mapping, file)
        reader = _READERS[mapping.kind](mapping, positions, place)
        rows = _read_rows(sheet.rows, reader, file)
        yield from _merged(rows, file) if mapping.highest_per else _each(rows, mapping, file)


Read = tuple[SheetRow, Taken | Patient | Authorization | Policy | ChargeRow | RefusedRow]


def _read_rows(rows: Iterator[SheetRow], reader: Reader, file: str) -> Iterator[Read]:
    for row in rows:
        reason = row.fault
        if reason is None:
            try:
                yield row, reader.read(row.cells)
                continue
            except RowRefused as refusal:
                reason = refusal.reason
            except ValidationError as error:
                # Only which field it was: the value may be a patient's.
                reason = f"invalid_{error.errors(include_input=False)[0]['loc'][0]}"
        yield row, _refused(row, reason, file)


def _refused(row: SheetRow, reason: str, file: str) -> RefusedRow:
    return RefusedRow(f"{file}:{row.line}", reason, row.payload)


def _each(rows: Iterator[Read], mapping: Mapping, file: str) -> Iterator[Found]:
    """Each row as it comes; a second row with the same id is set aside, never guessed between.

    Authorizations and policies are a log of changes: the later row is meant to replace the earlier.
    """
    seen: set[str] = set()
    for row, read in rows:
        if isinstance(read, RefusedRow):
            yield read
            continue
        thing = read.visit if isinstance(read, Taken) else read
        if isinstance(read, Taken) and read.patient is not None:
            yield read.patient
        if thing.source_id in seen:
            yield _refused(row, "duplicate_id", file)
            continue
        if mapping.kind.is_of_book:
            seen.add(thing.source_id)
        yield thing


def _merged(rows: Iterator[Read], file: str) -> Iterator[Found]:
    """Rows with one key are one visit: the highest number stands, of equals the later row."""
    best: dict[tuple[str, ...], Taken] = {}
    for row, read in rows:
        if not isinstance(read, Taken):
            if isinstance(read, RefusedRow):
                yield read
            continue
        if read.patient is not None:
            yield read.patient
        if not all(read.key):
            yield _refused(row, "missing_key", file)
            continue
        if read.key not in best or best[read.key].number <= read.number:
            best[read.key] = read
    for taken in best.values():
        yield taken.visit
