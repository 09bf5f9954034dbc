"""Bring a ledger to the newest shape, once, at opening."""

from functools import cache
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

_MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(engine: Engine) -> None:
    """Apply the migrations that are missing; nothing where there are none."""
    # Looked at without the write lock: whoever opens a ledger waits for nobody who writes it.
    with engine.connect().execution_options(read_only=True) as con, con.begin():
        if _revision(con) == newest():
            return
    with engine.begin() as con:
        if _revision(con) != newest():
            _upgrade(con)


@cache
def newest() -> str:
    """The last migration's number, which its file's name begins with."""
    found = sorted(_MIGRATIONS.glob("versions/[0-9]*.py"))
    if not found:
        raise RuntimeError("the ledger has no migrations: the installation is incomplete")
    return found[-1].name.partition("_")[0]


def _revision(con: Connection) -> str | None:
    if not inspect(con).has_table("alembic_version"):
        return None
    return con.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(con: Connection) -> None:
    # Imported here: every run opens a ledger, hardly any has something to migrate, and with its
    # templates and their colours alembic is a quarter of what a run of ours loads beside Prefect.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = con
    command.upgrade(config, "head")
