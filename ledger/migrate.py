"""Bring a ledger to the newest shape, once, at opening."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine


@cache
def _script() -> tuple[Config, str]:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    head = ScriptDirectory.from_config(config).get_current_head()
    if head is None:
        raise RuntimeError("the ledger has no migrations: the installation is incomplete")
    return config, head


def migrate(engine: Engine) -> None:
    """Apply the migrations that are missing; nothing where there are none."""
    config, head = _script()
    with engine.begin() as con:
        if MigrationContext.configure(con).get_current_revision() == head:
            return
        config.attributes["connection"] = con
        command.upgrade(config, "head")
