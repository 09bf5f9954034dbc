"""Bring in history from report files: what was, so that the model can learn from it.

An import is no reading of the book. It moves no watermark, says nothing about how fresh the book
is, changes no patient that is known already, and takes no visit that is still ahead: so no message
ever comes of it.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from sqlalchemy import select

from connectors.files.reports import Found, Report, iter_report
from connectors.practice.base import Snapshot
from connectors.practice.report_book import rejected_row
from data_contracts.clinic import Clinic, ReportFiles
from data_contracts.errors import ImportRefused
from data_contracts.mapping import Mapping, ReportKind
from data_contracts.mapping_file import load_mapping
from data_contracts.visit import Location, Practitioner, Visit
from ledger import records
from ledger.schema import patients
from tasks.book import keep_snapshot
from tasks.room import Room

CHUNK = 40_000
"""Rows a transaction: enough to judge a batch by, few enough to hold in memory."""

Progress = Callable[[int, int], None]
"""Told the bytes read so far, and the bytes there are."""


@dataclass
class Imported:
    """Counts of one file; `refused` holds FILE:LINE and a reason of each, never its words."""

    file: str
    mapping: str
    rows: int = 0
    kept: int = 0
    ahead: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)
    was_known: bool = False
    problem: str = ""

    @property
    def reasons(self) -> dict[str, int]:
        """How many rows each reason refused."""
        return dict(Counter(reason for _, reason in self.refused))


def mapping_for(clinic: Clinic, path: Path, wanted: str | None) -> Mapping:
    """The mapping asked for, else the clinic file's that claims the file's name.

    Raises ImportRefused where none does, ClinicFileError where it cannot be read.
    """
    mapping = load_mapping(wanted) if wanted else _claiming(clinic, path)
    if not mapping.kind.is_of_book:
        raise ImportRefused(f"{path.name}: holds {mapping.kind}, not visits; import those alone")
    return mapping


def import_file(
    here: Room, path: Path, mapping: Mapping, now: datetime, progress: Progress
) -> Imported:
    """Load one file, a chunk a transaction. The same file again changes nothing.

    A chunk that breaks its contract ends the import and is named in `problem`; what was kept
    before stays. Raises ImportRefused where the file cannot be read at all.
    """
    done = Imported(path.name, mapping.name)
    mark = _mark(here.clinic, path, mapping)
    with here.ledger.read() as con:
        done.was_known = records.cursor(con, mark) is not None
        known = frozenset(con.execute(select(patients.c.source_id)).scalars())
    if done.was_known:
        return done
    rows = _rows(here, path, mapping, now, progress)
    while (part := list(islice(rows, CHUNK))) and not done.problem:
        _keep(here, part, mapping, known, now, done)
    if not done.problem:
        with here.ledger.write() as con:
            records.set_cursor(con, mark, now.isoformat(), now)
    return done


def _claiming(clinic: Clinic, path: Path) -> Mapping:
    practice = clinic.practice
    names = practice.mappings if isinstance(practice, ReportFiles) else []
    for name in names:
        if (mapping := load_mapping(name)).claims(path.name):
            return mapping
    there = f"none of the clinic's mappings ({', '.join(names)}) reads a file of this name"
    said = there if names else "the clinic file names no mappings"
    raise ImportRefused(f"{path.name}: {said}; say --mapping NAME, or a path to a YAML file")


def _mark(clinic: Clinic, path: Path, mapping: Mapping) -> str:
    """What was read, and how: another mapping or zone reads the same file anew."""
    try:
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256")
    except OSError as error:
        raise ImportRefused(f"{path}: cannot be read ({error.strerror}); check the path") from None
    content.update(f"{mapping.model_dump_json()}|{clinic.timezone}".encode())
    return f"import:{content.hexdigest()[:40]}"


def _rows(
    here: Room, path: Path, mapping: Mapping, now: datetime, progress: Progress
) -> Iterator[Found]:
    # What a row leaves unsaid (when it was changed) was so when the file was written, not today.
    written = min(datetime.fromtimestamp(path.stat().st_mtime, UTC), now)
    size = path.stat().st_size
    with path.open("rb") as stream:
        found = iter_report(stream, mapping, here.clinic.timezone, written, path.name)
        for count, one in enumerate(found):
            if count % 1_000 == 0:
                progress(stream.tell(), size)
            yield one
    progress(size, size)


def _keep(
    here: Room,
    part: list[Found],
    mapping: Mapping,
    known: frozenset[str],
    now: datetime,
    done: Imported,
) -> None:
    report = Report()
    for one in part:
        report.add(one)
    past = [visit for visit in report.visits if not _is_ahead(visit, now)]
    # A file of last year must not bring back last year's phone number.
    new = [one for one in report.patients if one.source_id not in known]
    snapshot = Snapshot(
        visits=past,
        patients=new,
        practitioners=[
            Practitioner(source_id=one, name=one)
            for one in _named(visit.practitioner_source_id for visit in past)
        ],
        locations=[
            Location(source_id=one, name=one)
            for one in _named(visit.location_source_id for visit in past)
        ],
        rejected=[rejected_row(mapping.kind, row) for row in report.refused],
        complete=False,
    )
    synced = keep_snapshot(here, snapshot, now, source=records.IMPORT)
    things = report.patients if mapping.kind is ReportKind.PATIENTS else report.visits
    done.rows += len(things) + len(report.refused)
    done.ahead += len(report.visits) - len(past)
    done.refused += [(row.row_key, row.reason) for row in report.refused]
    if synced.verdict == "broken":
        done.problem = synced.words
    else:
        done.kept += len(new) if mapping.kind is ReportKind.PATIENTS else len(past)


def _is_ahead(visit: Visit, now: datetime) -> bool:
    return visit.status.is_expected and visit.starts_at > now


def _named(ids: Iterable[str | None]) -> list[str]:
    return sorted({one for one in ids if one is not None})
