"""Puts several report files together into one book, the newest word last."""

from datetime import datetime, timedelta

from connectors.files.reports import RefusedRow, Report
from connectors.practice.base import RejectedRow, Snapshot, Watermark
from data_contracts.mapping import Mapping, ReportKind
from data_contracts.visit import Location, Patient, Practitioner, Visit

Span = tuple[datetime, datetime]


def rejected_row(kind: ReportKind, row: RefusedRow) -> RejectedRow:
    """A refused row as callers of any practice system know it; its id is FILE:LINE."""
    return RejectedRow(kind.value, row.row_key, row.reason, row.payload)


class Book:
    """Grows by one report at a time, oldest first."""

    def __init__(self) -> None:
        self.visits: dict[str, Visit] = {}
        self._from_visits: dict[str, Patient] = {}
        self._reported: dict[str, Patient] = {}
        self._rejected: list[RejectedRow] = []
        self._reconciled: Span | None = None

    def add(self, report: Report, mapping: Mapping, written_at: datetime) -> None:
        """Take a report over what older ones said.

        What a report that covers its days in full lacks is gone. One refused row spoils that: the
        visit it stood for exists, and nobody can say which it was.
        """
        span = _span(report, mapping, written_at)
        if span and not report.refused:
            self._forget(span)
            self._reconciled = span
        elif report.visits:
            self._reconciled = None
        self.visits.update({visit.source_id: visit for visit in report.visits})
        of_kind = self._reported if mapping.kind is ReportKind.PATIENTS else self._from_visits
        of_kind.update({patient.source_id: patient for patient in report.patients})
        self._rejected += [rejected_row(mapping.kind, row) for row in report.refused]

    def snapshot(self, watermark: Watermark) -> Snapshot:
        """Everything taken so far; a patients report beats what a visit's row says of a patient."""
        visits = list(self.visits.values())
        practitioners = {v.practitioner_source_id for v in visits} - {None}
        locations = {v.location_source_id for v in visits} - {None}
        return Snapshot(
            visits=visits,
            patients=list({**self._from_visits, **self._reported}.values()),
            practitioners=[
                Practitioner(source_id=i, name=i) for i in sorted(map(str, practitioners))
            ],
            locations=[Location(source_id=i, name=i) for i in sorted(map(str, locations))],
            rejected=self._rejected,
            watermark=watermark,
            reconciled=self._reconciled,
        )

    def _forget(self, span: Span) -> None:
        first, last = span
        gone = [v.source_id for v in self.visits.values() if first <= v.starts_at < last]
        for source_id in gone:
            del self.visits[source_id]


def _span(report: Report, mapping: Mapping, written_at: datetime) -> Span | None:
    """The days surely covered: one less at either end, since the vendor cuts at some midnight.

    Never beyond the visits it holds: an old file copied anew looks young, and days that it cannot
    know of would count as emptied.
    """
    if mapping.covers_days is None or not report.visits:
        return None
    starts = [visit.starts_at for visit in report.visits]
    days = mapping.covers_days
    first = max(min(starts), written_at - timedelta(days=days.back - 1))
    last = min(max(starts), written_at + timedelta(days=days.ahead - 1))
    return (first, last) if first < last else None
