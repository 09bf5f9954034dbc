"""A clinic's ledger for a look: what stands there already, where there is one that opens."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from deployments.doctor.check import Case


@contextmanager
def opened(case: Case) -> Iterator[Connection | None]:
    """The ledger to read; None where there is none that opens, which other checks tell."""
    from data_contracts.errors import UserError
    from ledger.store import open_ledger
    from tasks.actor import acting
    from tasks.custody import master_source

    clinic, settings = case.clinic, case.settings
    ledger = None
    if (settings.home / clinic.slug / "keys.db").exists():
        try:
            master, url = master_source(clinic, settings), settings.ledger_url
            ledger = open_ledger(settings.home, clinic.slug, master, url, acting(settings))
        except UserError:
            ledger = None
    if ledger is None:
        yield None
        return
    try:
        with ledger.read() as con:
            yield con
    finally:
        ledger.close()
