"""The register of erasures: beside the keys, in no backup of the ledger, one line a step.

What is written there before it is done is ended after a crash, done again after a restore, and told
whole by the certificate, whoever ends it.
"""

import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from ledger.store import Ledger

_NOTHING: Mapping[str, str] = MappingProxyType({})


class Erased(NamedTuple):
    """What an erasure reached: ids of rows, counts, and the names of keys that are to go."""

    visit_ids: list[str]
    message_ids: list[str]
    expired: int
    rows: dict[str, int]
    keys: list[str]


class Erasure(NamedTuple):
    """One erasure, in ids, times, hashes and names of keys. `entire`: evidence goes too.

    `said`: keyed hashes of why; `found`: what it reached until now, but for the keys;
    `evidence_at`: when the evidence went, where that was later.
    """

    patient_id: str
    at: datetime
    entire: bool
    keys: frozenset[str] = frozenset()
    said: Mapping[str, str] = _NOTHING
    found: Erased | None = None
    evidence_at: datetime | None = None


def register_path(ledger: Ledger) -> Path:
    """Beside the keys, outside every backup of the ledger; copied with the keys."""
    return ledger.home / "erasures.jsonl"


def register(ledger: Ledger, one: Erasure) -> None:
    """Write an erasure down before it begins, and with what it reaches before that is gone."""
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND
    descriptor = os.open(register_path(ledger), flags, 0o600)
    try:
        size = os.fstat(descriptor).st_size
        # A line that was cut off must not take the next one with it.
        is_torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
        start = "\n" if is_torn else ""
        os.write(descriptor, f"{start}{_line(one)}\n".encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def registered(ledger: Ledger) -> list[Erasure]:
    """Every erasure that was begun, oldest first; the lines of one patient are one."""
    path = register_path(ledger)
    lines = path.read_text().splitlines() if path.exists() else []
    found: dict[str, Erasure] = {}
    for line in lines:
        try:
            row = json.loads(line)
        except ValueError:  # cut off while it was written: nothing of it had begun
            continue
        one = _read(row)
        before = found.get(one.patient_id)
        found[one.patient_id] = _joined(before, one) if before else one
    return list(found.values())


def with_found(one: Erasure, done: Erased | None) -> Erasure:
    """The erasure with what it has just reached beside what it reached before."""
    keys = frozenset(done.keys if done else [f"patient:{one.patient_id}"])
    return _joined(one, one._replace(keys=keys, found=done and done._replace(keys=[])))


def _joined(before: Erasure, after: Erasure) -> Erasure:
    return Erasure(
        before.patient_id,
        before.at,
        before.entire or after.entire,
        before.keys | after.keys,
        {**before.said, **after.said},
        _both(before.found, after.found),
        before.evidence_at or after.evidence_at,
    )


def _both(before: Erased | None, after: Erased | None) -> Erased | None:
    """Rows that are gone already are not found again: the greater count is the true one."""
    if before is None or after is None:
        return before or after
    return Erased(
        sorted({*before.visit_ids, *after.visit_ids}),
        sorted({*before.message_ids, *after.message_ids}),
        max(before.expired, after.expired),
        {
            name: max(before.rows.get(name, 0), after.rows.get(name, 0))
            for name in before.rows | after.rows
        },
        [],
    )


def _line(one: Erasure) -> str:
    said: dict[str, Any] = {
        "patient_id": one.patient_id,
        "at": one.at.isoformat(),
        "entire": one.entire,
        "keys": sorted(one.keys),
        "said": dict(one.said),
        "found": one.found and one.found._asdict(),
        "evidence_at": one.evidence_at and one.evidence_at.isoformat(),
    }
    return json.dumps(said)


def _read(row: dict[str, Any]) -> Erasure:
    found, later = row.get("found"), row.get("evidence_at")
    return Erasure(
        row["patient_id"],
        datetime.fromisoformat(row["at"]),
        row["entire"],
        frozenset(row["keys"]),
        row.get("said", {}),
        Erased(**found) if found else None,
        datetime.fromisoformat(later) if later else None,
    )
