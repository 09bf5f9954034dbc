"""DuckDB with what encryption needs, loaded once a process and lent to one file after another.

To load OpenSSL, its signature looked at, costs more of the processor than reading a clinic's file.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

import duckdb

_CLOSED_TO_THE_WORLD: Final[dict[str, str | bool | int | float | list[str]]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "temp_directory": "",  # spilled rows would lie on disk in the clear
}
_KEPT_AT_MOST: Final = 2
"""A writer and a reader at once; what a busy minute needed beside them is let go."""

_idle: list[duckdb.DuckDBPyConnection] = []
_lock = Lock()
# Its threads do not live on in a child; the child makes its own.
os.register_at_fork(after_in_child=_idle.clear)


def new_engine() -> duckdb.DuckDBPyConnection:
    """An empty one in memory that nobody else has. Raises duckdb.Error."""
    engine = duckdb.connect(":memory:", config=_CLOSED_TO_THE_WORLD)
    try:
        _load_openssl(engine)
    except BaseException:
        engine.close()
        raise
    return engine


@contextmanager
def lent() -> Iterator[duckdb.DuckDBPyConnection]:
    """One that nobody else has to the end of the block, by which it has to be empty again.

    After an error it is not lent a second time: something of a file may be left in it.
    """
    with _lock:
        engine = _idle.pop() if _idle else None
    engine = engine or new_engine()
    try:
        yield engine
    except BaseException:
        engine.close()
        raise
    with _lock:
        if is_kept := len(_idle) < _KEPT_AT_MOST:
            _idle.append(engine)
    if not is_kept:
        engine.close()


def _load_openssl(engine: duckdb.DuckDBPyConnection) -> None:
    """DuckDB refuses to write an encrypted file without the OpenSSL inside its httpfs extension."""
    from duckdb_extensions import import_extension

    import_extension("httpfs", con=engine)
    engine.execute("LOAD httpfs")
