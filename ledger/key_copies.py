"""Copies of a clinic's wrapped keys, apart from those of its ledger; none outlives seven days.

An erased patient's key must not live on in a copy. So each folder is noted before a copy goes to
it: an erasure and every night reach all of them. What a person carries elsewhere, they do not.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from ledger.copy_name import stamped, taken_at
from ledger.store import Ledger

KEY_COPIES_LAST = timedelta(days=7)
_SUFFIX = ".keys"
_NOTED = "key-copies.txt"
# In the last night before its week is over: a night may be an hour longer, and a run may be late.
_GOES_AFTER = KEY_COPIES_LAST - timedelta(hours=36)


def beside(home: Path) -> Path:
    """Where a clinic's copies go unless its file says otherwise; `home` is the clinic's folder."""
    return home / "key-backups"


def folders(home: Path) -> list[Path]:
    """Every folder that a copy of this clinic's keys ever went to."""
    noted = home / _NOTED
    lines = noted.read_text(encoding="utf-8").splitlines() if noted.exists() else []
    return sorted({beside(home).absolute(), *map(Path, lines)})


def copy_keys(ledger: Ledger, folder: Path, now: datetime) -> Path:
    """Copy the wrapped keys and the register of erasures; returns the copy of the keys."""
    _note(ledger.home, folder.absolute())
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / stamped(ledger.clinic, now, _SUFFIX)
    path.touch(0o600)
    ledger.keys.copy_to(path)
    register = ledger.home / "erasures.jsonl"
    if register.exists():
        part = folder / f"{ledger.clinic}-erasures.part"
        shutil.copy(register, part)
        part.rename(part.with_suffix(".jsonl"))
    return path


def drop_old_key_copies(home: Path, now: datetime) -> int:
    """Delete the copies whose seven days would be over before the next night; how many."""
    old = [path for path, at in _copies(home) if now - at > _GOES_AFTER]
    for path in old:
        _remove(path)
    return len(old)


def overdue_key_copies(home: Path, now: datetime) -> list[Path]:
    """The copies that are older than they may be: nothing tidied them."""
    return [path for path, at in _copies(home) if now - at > KEY_COPIES_LAST]


def forget_in_copies(home: Path, keys: Iterable[str]) -> None:
    """Delete keys from every copy; a copy that cannot be opened is worth nothing and goes whole."""
    names = [(name,) for name in keys]
    for path, _ in _copies(home):
        con = sqlite3.connect(path, isolation_level=None)
        try:
            con.execute("pragma secure_delete = on")
            con.executemany("delete from keys where name = ?", names)
        except sqlite3.DatabaseError:
            _remove(path)
        finally:
            con.close()


def _note(home: Path, folder: Path) -> None:
    if folder in folders(home):
        return
    with (home / _NOTED).open("a", encoding="utf-8") as file:
        file.write(f"{folder}\n")
        file.flush()
        os.fsync(file.fileno())


def _copies(home: Path) -> list[tuple[Path, datetime]]:
    found = [path for folder in folders(home) for path in sorted(folder.glob(f"*{_SUFFIX}"))]
    dated = ((path, taken_at(path.name, home.name, _SUFFIX)) for path in found)
    return [(path, at) for path, at in dated if at is not None]


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    # Pages of before a change, where a process died in it.
    path.with_name(f"{path.name}-journal").unlink(missing_ok=True)
