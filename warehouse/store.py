"""The clinic's analytical store: one encrypted DuckDB file, one writer, a copy for readers."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import duckdb

from data_contracts.errors import UserError
from warehouse.engine import lent, new_engine

_KEY = re.compile(r"[0-9a-fA-F]{64}")
_SCHEMA = Path(__file__).parent / "schema"
_ROW_GROUP: Final = 8_192
"""What a change rewrites at the least: at DuckDB's own 122,880 rows a morning rewrote all years."""


class WarehouseClosed(UserError):
    """The warehouse cannot be opened: wrong key, another writer, or no such file."""


def open_warehouse(path: Path, key_hex: str, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Open the AES-256-GCM file at `path`, migrated when writable; close it to let others in.

    `key_hex` is 32 bytes as 64 hex digits. Raises WarehouseClosed; no message holds the key.
    """
    _refuse(path, key_hex, read_only)
    connection = new_engine()
    try:
        _enter(connection, path, key_hex, read_only)
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def opened(
    path: Path, key_hex: str, read_only: bool = False
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The same to the end of the block, in an engine that this process keeps for the next file."""
    _refuse(path, key_hex, read_only)
    with lent() as engine:
        connection = engine.cursor()
        try:
            _enter(connection, path, key_hex, read_only)
            yield connection
        finally:
            connection.close()
        engine.execute("DETACH warehouse")


@contextmanager
def told(path: Path, read_only: bool = False) -> Iterator[None]:
    """Says of a file that breaks off under its reader what to do. Raises WarehouseClosed."""
    try:
        yield
    except duckdb.IOException as error:
        raise WarehouseClosed(f"{path}: {_what_is_wrong(error, read_only)}") from None


def publish(path: Path, target: Path) -> None:
    """Copy the closed file to `target` by atomic rename: readers see old or new, never half.

    One at a time: the caller holds its turn. Raises WarehouseClosed while a writer has not yet
    checkpointed.
    """
    log = path.with_name(path.name + ".wal")
    if log.exists() and log.stat().st_size > 0:
        raise WarehouseClosed(f"{path}: still open for writing; close it, then publish")
    target.parent.mkdir(parents=True, exist_ok=True)
    # Left by who died here: it may hold a patient who was erased since.
    for old in target.parent.glob(f".{target.name}.*"):
        old.unlink(missing_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as copy:
            shutil.copyfile(path, name)
            os.fsync(copy.fileno())
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _refuse(path: Path, key_hex: str, read_only: bool) -> None:
    if not _KEY.fullmatch(key_hex):
        raise WarehouseClosed(
            f"{path}: its key is 64 hex digits (32 bytes), and another was given; check the key"
        )
    if read_only and not path.exists():
        raise WarehouseClosed(f"{path}: no warehouse here yet; run the load once, then publish")


def _enter(
    connection: duckdb.DuckDBPyConnection, path: Path, key_hex: str, read_only: bool
) -> None:
    try:
        connection.execute("SET TimeZone = 'UTC'")
        _attach(connection, path, key_hex, read_only)
        if not read_only:
            _migrate(connection)
    except duckdb.Error as error:
        raise WarehouseClosed(f"{path}: {_what_is_wrong(error, read_only)}") from None


def _attach(
    connection: duckdb.DuckDBPyConnection, path: Path, key_hex: str, read_only: bool
) -> None:
    where = str(path).replace("'", "''")
    mode = ", READ_ONLY" if read_only else f", ROW_GROUP_SIZE {_ROW_GROUP}"
    is_new = not path.exists()
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        connection.execute(
            f"ATTACH '{where}' AS warehouse"
            f" (ENCRYPTION_KEY '{key_hex}', ENCRYPTION_CIPHER 'GCM'{mode})"
        )
    except duckdb.Error as error:
        # The cause may quote the statement, and with it the key: it must not travel along.
        raise WarehouseClosed(f"{path}: {_what_is_wrong(error, read_only)}") from None
    if is_new:
        path.chmod(0o600)
    connection.execute("USE warehouse")


def _what_is_wrong(error: duckdb.Error, read_only: bool) -> str:
    text = str(error)
    if "encryption key" in text.lower():
        return "the key does not open this file; give the key that it was made with"
    if "lock" in text.lower():
        return "another process has it open; wait for it, or read the published copy"
    do = (
        "run `refresh-benchmarks`, which publishes it anew"
        if read_only
        else "move it away; the next run loads it anew from the ledger"
    )
    return f"not a readable warehouse ({type(error).__name__}); {do}"


def _migrate(connection: duckdb.DuckDBPyConnection) -> None:
    """Apply the schema files that this file has not seen, in order, each in its own transaction."""
    connection.execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY)")
    done = {row[0] for row in connection.execute("SELECT version FROM schema_version").fetchall()}
    for file in sorted(_SCHEMA.glob("*.sql")):
        version = int(file.name.split("_", 1)[0])
        if version not in done:
            connection.begin()
            connection.execute(file.read_text())
            connection.execute("INSERT INTO schema_version VALUES (?)", [version])
            connection.commit()
