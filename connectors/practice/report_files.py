"""Any practice system that exports reports: its book is whatever the newest files say."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from connectors.errors import ConnectorError, ContractBroken
from connectors.files.reports import Report, read_report
from connectors.files.store import FileEntry, FileStore
from connectors.practice.base import InsuranceReading, RejectedRow, Snapshot, Watermark
from connectors.practice.read_only import ReadOnlyBook
from connectors.practice.report_book import Book, rejected_row
from data_contracts.authorization import Authorization
from data_contracts.capabilities import CAPABILITIES
from data_contracts.errors import ImportRefused
from data_contracts.mapping import Mapping, ReportKind
from data_contracts.policy import Policy
from data_contracts.visit import Visit

_VENDOR = "report_files"
_UNFINISHED = (".part", ".partial", ".tmp", ".filepart", ".crdownload")


class ReportFiles(ReadOnlyBook):
    """A PracticeSystem that can only be read; all it cannot do becomes a front-desk task.

    A file younger than `settle` may still be on its way and waits for the next fetch.
    """

    vendor, name = _VENDOR, "report files"

    def __init__(
        self,
        store: FileStore,
        mappings: Sequence[Mapping],
        zone: str,
        *,
        settle: timedelta = timedelta(seconds=60),
    ) -> None:
        self._store, self._mappings, self._zone, self._settle = store, mappings, zone, settle
        self.capabilities = CAPABILITIES[_VENDOR]

    def fetch(
        self, since: Watermark | None, now: datetime, horizon: timedelta | None = None
    ) -> Snapshot:
        """What files that are new since `since` say; raises ContractBroken for an unreadable one.

        With `horizon` the newest file that covers its days in full is read again even if known.
        """
        there = self._there(now)
        book = Book()
        new = self._new(there, since)
        if horizon is not None:
            new |= self._newest_window(there)
        if new:
            # A visit's file may lack the patient's name that an older patients report has.
            new |= {e.name for e, m in there if m.kind is ReportKind.PATIENTS}
        for entry, mapping in there:
            if entry.name in new and mapping.kind.is_of_book:
                book.add(self._read(entry, mapping), mapping, entry.modified_at)
        return book.snapshot({entry.name: _version(entry) for entry, _ in there})

    def fetch_insurance(self, since: Watermark | None, now: datetime) -> InsuranceReading:
        """Policies and authorizations in files new since `since`, the last word on each."""
        there = [(e, m) for e, m in self._there(now) if not m.kind.is_of_book]
        policies: dict[str, Policy] = {}
        granted: dict[str, Authorization] = {}
        rejected: list[RejectedRow] = []
        new = self._new(there, since)
        for entry, mapping in there:
            if entry.name in new:
                report = self._read(entry, mapping)
                policies.update({found.source_id: found for found in report.policies})
                granted.update({found.source_id: found for found in report.authorizations})
                rejected += [rejected_row(mapping.kind, row) for row in report.refused]
        return InsuranceReading(
            policies=list(policies.values()),
            authorizations=list(granted.values()),
            rejected=rejected,
            watermark={entry.name: _version(entry) for entry, _ in there},
        )

    def visit(self, source_id: str) -> Visit | None:
        """The newest word on a visit; None when no file has it, or a newer full one lacks it."""
        book = Book()
        for entry, mapping in self._there(None):
            if mapping.kind is ReportKind.APPOINTMENTS:
                book.add(self._read(entry, mapping), mapping, entry.modified_at)
        return book.visits.get(source_id)

    def close(self) -> None:
        """Nothing is held open between readings."""

    def check(self) -> list[tuple[str, bool, str]]:
        """Whether the folder opens, each mapping has a file, and its newest file can be read."""
        try:
            there = self._there(None)
        except ConnectorError as error:
            return [("folder", False, str(error))]
        rows: list[tuple[str, bool, str]] = [("folder", True, "")]
        for mapping in self._mappings:
            mine = [entry for entry, its in there if its is mapping]
            rows.append(self._check(mapping, mine))
        return rows

    def _check(self, mapping: Mapping, mine: list[FileEntry]) -> tuple[str, bool, str]:
        if not mine:
            return mapping.name, False, f"no file is named like {mapping.files}; set `files`"
        try:
            report = self._read(mine[-1], mapping)
        except ConnectorError as error:
            return mapping.name, False, error.message
        refused = len(report.refused)
        return mapping.name, not refused, f"{refused} rows were set aside" if refused else ""

    def _there(self, now: datetime | None) -> list[tuple[FileEntry, Mapping]]:
        """Files that a mapping claims, oldest first; each goes to the first that does."""
        found: list[tuple[FileEntry, Mapping]] = []
        for entry in self._store.list():
            name = entry.name.casefold()
            is_young = now is not None and entry.modified_at > now - self._settle
            if is_young or name.startswith((".", "~$")) or name.endswith(_UNFINISHED):
                continue
            mapping = next((m for m in self._mappings if m.claims(entry.name)), None)
            if mapping is not None:
                found.append((entry, mapping))
        return found

    def _new(self, there: list[tuple[FileEntry, Mapping]], since: Watermark | None) -> set[str]:
        return {
            entry.name for entry, _ in there if (since or {}).get(entry.name) != _version(entry)
        }

    def _newest_window(self, there: list[tuple[FileEntry, Mapping]]) -> set[str]:
        newest = {m.name: entry.name for entry, m in there if m.covers_days is not None}
        return set(newest.values())

    def _read(self, entry: FileEntry, mapping: Mapping) -> Report:
        try:
            with self._store.open(entry.name) as stream:
                return read_report(stream, mapping, self._zone, entry.modified_at, entry.name)
        except ImportRefused as refusal:
            raise ContractBroken(_VENDOR, str(refusal), code="unreadable_file") from None


def _version(entry: FileEntry) -> str:
    return f"{entry.size}:{entry.modified_at.isoformat()}"
