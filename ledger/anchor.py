"""Notes of the audit's head outside the ledger, so that a chain cut short or replaced is seen.

A line each in `anchors.jsonl` beside the keys, under a key of its own and tied to the line before.
A copy of the file elsewhere shows when its own end was cut off; nothing on one machine can.
"""

import json
import os
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from ledger.audit import Flaw, Head, head
from ledger.keys import keyed_hash
from ledger.store import Ledger

_NOTED, _RESTORED = "noted", "restored"


class Anchors(NamedTuple):
    """What the notes say: heads that must be in the chain, what restores lost, and their flaws.

    `noted`: how many notes there are.
    """

    heads: list[Head]
    lost: int
    flaws: list[Flaw]
    noted: int = 0


def anchor_path(ledger: Ledger) -> Path:
    """Beside the keys, outside every backup of the ledger."""
    return ledger.home / "anchors.jsonl"


def note_head(ledger: Ledger, at: datetime, *, is_restored: bool = False) -> Head:
    """Note the newest row; after a restore the rows since the copy are gone, and this says so."""
    with ledger.read() as con:
        newest = head(con)
    _note(ledger, newest, at, is_restored=is_restored)
    return newest


def note_restored(ledger: Ledger, kept: Head, at: datetime) -> None:
    """Note what a restore brought back: the newest row of the copy, before any was added to it."""
    _note(ledger, kept, at, is_restored=True)


def _note(ledger: Ledger, newest: Head, at: datetime, *, is_restored: bool) -> None:
    lines = _lines(anchor_path(ledger))
    said = {
        "kind": _RESTORED if is_restored else _NOTED,
        "at": at.isoformat(),
        "sequence": newest.sequence,
        "hash": newest.hash,
    }
    line = said | {"mac": _mac(ledger, said, lines[-1] if lines else "")}
    _append(anchor_path(ledger), json.dumps(line, sort_keys=True))


def read_anchors(ledger: Ledger, path: Path | None = None) -> Anchors:
    """The heads that must still be there; a line that was changed or left out is a flaw.

    `path`: a copy of the notes; None for those beside the keys.
    """
    heads: list[Head] = []
    flaws: list[Flaw] = []
    lost, before = 0, ""
    lines = _lines(path or anchor_path(ledger))
    for number, line in enumerate(lines, 1):
        said = _read(line)
        if said.pop("mac", "") != _mac(ledger, said, before):
            flaws.append(Flaw(number, "line of anchors.jsonl was changed, moved or follows a gap"))
        before = line
        newest = Head(int(str(said.get("sequence", 0))), str(said.get("hash", "")))
        if said.get("kind") == _RESTORED:
            gone = [one for one in heads if one.sequence > newest.sequence]
            lost += max((one.sequence for one in gone), default=newest.sequence) - newest.sequence
            heads = [one for one in heads if one.sequence <= newest.sequence]
        heads.append(newest)
    return Anchors([one for one in heads if one.sequence], lost, flaws, len(lines))


def _mac(ledger: Ledger, said: dict[str, object], before: str) -> str:
    return keyed_hash(ledger.keys.key("audit"), json.dumps(said, sort_keys=True) + before)


def _read(line: str) -> dict[str, object]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def _append(path: Path, line: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())
