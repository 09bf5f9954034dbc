"""One clinic's ledger, opened: its engine, its keys, and the words for its transactions."""

import hashlib
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnDefault,
    ColumnElement,
    Connection,
    Engine,
    Result,
    Table,
    TextClause,
    bindparam,
    func,
    literal_column,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite

from data_contracts.deed import Actor, Role
from data_contracts.errors import SecretMissing, StoreUnusable
from ledger.engine import open_engine
from ledger.keys import KeyStore, keyed_hash, seal
from ledger.master_key import FileMaster, MasterSource
from ledger.migrate import migrate

T = TypeVar("T")
BY_ITSELF = Actor("ptclinic", Role.SYSTEM)


def new_id() -> str:
    """A random id of 32 hex digits; tells nothing."""
    return secrets.token_hex(16)


LastAct = Callable[[Connection], None]
_LAST = "last acts"


def at_the_end(con: Connection, act: LastAct) -> None:
    """Put an act off to the end of the transaction: a lock taken last is waited for by nobody who
    holds it. Raises RuntimeError outside `Ledger.write`."""
    acts: list[LastAct] | None = con.info.get(_LAST)
    if acts is None:
        raise RuntimeError("nothing is recorded but in a transaction of Ledger.write")
    acts.append(act)


@dataclass(frozen=True)
class Ledger:
    """What a task holds while it works for one clinic."""

    clinic: str
    engine: Engine
    keys: KeyStore
    home: Path
    actor: Actor = BY_ITSELF

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that holds the write lock from its start.

        What was put off with `at_the_end` is done in it last; an error takes all of it back.
        """
        with self.engine.begin() as con:
            last: list[LastAct] = []
            con.info[_LAST] = last
            try:
                yield con
                for act in last:
                    act(con)
            finally:
                con.info.pop(_LAST, None)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view, without the write lock."""
        with self.engine.connect().execution_options(read_only=True) as con, con.begin():
            yield con

    def clock(self) -> datetime:
        """The moment by which leases run: the database's where machines share it, else ours."""
        if self.engine.dialect.name != "postgresql":
            return datetime.now(UTC)
        with self.read() as con:
            told: datetime = con.execute(select(func.clock_timestamp())).scalar_one()
            return told.astimezone(UTC)

    def index(self, address: str) -> str:
        """The keyed hash by which a phone number or e-mail is found; never reversible."""
        return keyed_hash(self.keys.key("blind_index"), address.strip().lower())

    def pseudonym(self, own_id: str) -> str:
        """The key by which the warehouse knows a patient, visit or therapist."""
        return keyed_hash(self.keys.key("pseudonym"), own_id)[:32]

    def seal_text(self, text: str, about: str) -> bytes:
        """Encrypt words under a key of their own: without it a backup's copy is unreadable too."""
        return seal(self.keys.key(self.text_key(about)), text.encode(), about)

    def unseal_text(self, sealed: bytes, about: str) -> str:
        """Read what `seal_text` made; raises InvalidTag where the key was forgotten."""
        return self.keys.opened(self.text_key(about), sealed, about).decode()

    def text_key(self, about: str) -> str:
        """By which the audit knows one piece of text, and the key store what is no patient's."""
        return f"text:{_digest(about)}"

    def quarantine_key(self, batch_id: str, row_key: str) -> str:
        """The name of the key of one quarantined row."""
        return f"quarantine:{_digest(f'{batch_id}|{row_key}')}"

    def unseal_quarantined(self, batch_id: str, row_key: str, payload: bytes) -> bytes | None:
        """A quarantined row as it came; None where its key was forgotten, else as `opened`."""
        name = self.quarantine_key(batch_id, row_key)
        return None if self.keys.find(name) is None else self.keys.opened(name, payload, batch_id)

    def close(self) -> None:
        """Give the file back."""
        self.engine.dispose()

    @property
    def warehouse_key(self) -> str:
        """The warehouse file's key, 64 hex digits."""
        return self.keys.key("warehouse").hex()

    @property
    def warehouse_path(self) -> Path:
        """Where flows write the clinic's warehouse; one writer at a time."""
        return self.home / "warehouse.duckdb"

    @property
    def published_path(self) -> Path:
        """The read-only copy that pages and reports open."""
        return self.home / "published.duckdb"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def open_ledger(
    home: Path,
    clinic: str,
    master: Path | MasterSource | None = None,
    url: str | None = None,
    actor: Actor | None = None,
) -> Ledger:
    """Open and, once, migrate a clinic's ledger below `home`.

    Raises SecretMissing where the master key is absent, too open, or wrong, and StoreUnusable where
    of ledger and keys only the one is there: nothing is begun anew beside what is left.
    """
    folder = home / clinic
    master = folder / "master.key" if master is None else master
    source = FileMaster(master) if isinstance(master, Path) else master
    keys = _keys_of(folder, source, is_file=url is None)
    engine = open_engine(url or folder / "ledger.db", keys.key("ledger"), clinic)
    migrate(engine)
    who = actor or BY_ITSELF
    return Ledger(clinic=clinic, engine=engine, keys=keys, home=folder, actor=who)


def _keys_of(folder: Path, source: MasterSource, *, is_file: bool) -> KeyStore:
    ledger, keys = folder / "ledger.db", folder / "keys.db"
    if is_file and _holds(ledger) and not _holds(keys):
        raise SecretMissing(
            f"{keys}: the clinic's keys are gone, and its ledger is here; bring the newest copy of"
            " the keys back (docs/runbooks/lost-key.md)"
        )
    found = KeyStore(keys, source)
    if is_file and not _holds(ledger) and found.knows_patients():
        # An empty ledger would know of no reminder that was sent, and of no STOP.
        raise StoreUnusable(
            f"{ledger}: is gone or empty, and its keys are here; bring the last backup back"
            " (docs/runbooks/restore.md)"
        )
    return found


def _holds(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0


def upsert(con: Connection, table: Table, rows: list[dict[str, Any]], key: list[str]) -> None:
    """Insert rows, or update every other column where the key exists; both engines."""
    if not rows:
        return
    changed = ", ".join(f'"{name}" = excluded."{name}"' for name in rows[0] if name not in key)
    ends = f"DO UPDATE SET {changed}" if changed else "DO NOTHING"
    whose = ", ".join(f'"{name}"' for name in key)
    statement = _insert(table, tuple(rows[0]), f"ON CONFLICT ({whose}) {ends}")
    for part in batched(rows):
        con.execute(statement, part)


def batched(rows: list[T], size: int = 5_000) -> Iterator[list[T]]:
    """Parts of a long list, so that bound parameters of one statement at a time fill memory."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def insert_new(con: Connection, table: Table, rows: list[dict[str, Any]]) -> int:
    """Insert rows whose key is new and leave the others as they are; returns how many were new."""
    if len(rows) == 1:
        once = _insert(table, tuple(rows[0]), "ON CONFLICT DO NOTHING RETURNING 1")
        return len(con.execute(once, rows[0]).all())
    dialect: Any = postgresql if con.dialect.name == "postgresql" else sqlite
    # Drivers do not agree on the row count of many inserts; what the insert returns is counted.
    statement = dialect.insert(table).on_conflict_do_nothing().returning(literal_column("1"))
    return sum(len(con.execute(statement, part).all()) for part in batched(rows))


@lru_cache(maxsize=256)
def _insert(table: Table, names: tuple[str, ...], ends: str) -> TextClause:
    """As text, which is compiled once: of its own ON CONFLICT SQLAlchemy keeps nothing compiled."""
    values = [bindparam(name, type_=table.c[name].type) for name in names]
    for one in table.c:
        if one.name not in names and isinstance(one.default, ColumnDefault):
            values.append(bindparam(one.name, one.default.arg, type_=one.type))
    columns = ", ".join(f'"{one.key}"' for one in values)
    marks = ", ".join(f":{one.key}" for one in values)
    into = f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks}) {ends}'
    return text(into).bindparams(*values)


def unindexed(column: ColumnElement[str]) -> ColumnElement[str]:
    """A column for a condition that no index may answer.

    SQLite, which keeps no statistics here, would rather read every row of a status than the few
    that are named by their keys.
    """
    return column.concat("")


def pairs(result: Result[Any]) -> dict[Any, Any]:
    """Rows of two columns as a dictionary."""
    return {row[0]: row[1] for row in result}


def to_json(value: object) -> str:
    """Compact JSON with sorted keys, so that equal values are equal text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=str)
