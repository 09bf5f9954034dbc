"""Run the ledger's migrations on the connection that `ledger.migrate` hands over."""

from alembic import context

import ledger.schema  # noqa: F401 - the tables enter the metadata
from ledger.column import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
