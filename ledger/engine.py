"""Open the ledger: an encrypted SQLite file, or a PostgreSQL schema, by one URL."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event, text
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.pool import QueuePool
from sqlalchemy.util import LRUCache

from data_contracts.errors import SecretMissing, StoreUnusable

_BUSY_MILLISECONDS = 30_000
_UNUSABLE: Mapping[str, str] = {
    "locked": "another process holds it; wait for that one, or find it with `fuser` and end it",
    "readonly": "cannot be written; let this user write the file and its folder",
    "unable to open": "cannot be opened; let this user read and write the file and its folder",
    "disk is full": "the disk is full; make room",
    "disk I/O error": "the disk does not take what is written; make room or look at the disk",
    "malformed": "is damaged; bring the last backup back (docs/runbooks/restore.md)",
    "not a database": "is damaged or under another key; bring the last backup back"
    " (docs/runbooks/restore.md)",
}
"""What SQLite says, in its own words, and what a person does; nothing that was asked was done."""
_STATEMENTS: LRUCache[Any, Any] = LRUCache(1_000)
"""What was compiled in this process: each task opens the ledger anew, and asks the same of it."""


class SealedFile(SQLiteDialect_pysqlite):
    """SQLCipher's SQLite: what was compiled for one file is compiled for every other."""

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self)

    def __hash__(self) -> int:
        return hash(type(self))


registry.register("sqlite.sealed", __name__, SealedFile.__name__)


def open_engine(place: str | Path, key: bytes, clinic: str) -> Engine:
    """An engine on a file path (SQLCipher) or a `postgresql+psycopg://` URL (one schema a clinic).

    Raises SecretMissing where the key does not open the file.
    """
    if str(place).startswith("postgresql"):
        return _postgres(str(place), clinic)
    return _sqlite(Path(place), key)


def _sqlite(path: Path, key: bytes) -> Engine:
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        "sqlite+sealed://",
        module=sqlcipher,
        creator=_connector(path, key),
        execution_options={"compiled_cache": _STATEMENTS},
        poolclass=QueuePool,
        pool_size=10,
        max_overflow=20,
    )
    event.listen(engine, "begin", _begin)
    event.listen(engine, "handle_error", _told(path))
    return engine


def _told(path: Path) -> Callable[[ExceptionContext], None]:
    def tell(context: ExceptionContext) -> None:
        said = str(context.original_exception)
        for words, do in _UNUSABLE.items():
            if words in said:
                # The statement and its values stay out of it.
                raise StoreUnusable(f"{path}: {do}; then run again, nothing is lost") from None

    return tell


def _connector(path: Path, key: bytes) -> Callable[[], Any]:
    def connect() -> Any:
        con = sqlcipher.connect(
            str(path), isolation_level=None, check_same_thread=False, timeout=30
        )
        # A raw key opens at once; a passphrase would be stretched for a quarter of a second.
        con.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        try:
            con.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
            con.execute("PRAGMA journal_mode = WAL")
            con.execute("PRAGMA synchronous = FULL")
            con.execute("PRAGMA foreign_keys = ON")
            con.execute("PRAGMA temp_store = MEMORY")
        except sqlcipher.DatabaseError as error:
            con.close()
            if "not a database" not in str(error):
                raise
            raise SecretMissing(
                f"{path}: the clinic's key does not open this ledger, or its"
                " beginning is damaged (docs/runbooks/lost-key.md, restore.md)"
            ) from None
        return con

    return connect


def _begin(con: Connection) -> None:
    # A transaction that reads, decides and then writes must hold the write lock from its start,
    # or two dispatchers decide on the same rows and one fails at its first write.
    deferred = con.get_execution_options().get("read_only", False)
    con.exec_driver_sql("BEGIN" if deferred else "BEGIN IMMEDIATE")


def _postgres(url: str, clinic: str) -> Engine:
    schema = clinic.replace("-", "_")
    plain = create_engine(url)
    with plain.begin() as con:
        con.execute(text(f'create schema if not exists "{schema}"'))
    plain.dispose()
    return create_engine(url, connect_args={"options": f"-csearch_path={schema}"}, pool_size=10)
