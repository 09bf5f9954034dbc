"""Whether payers can be asked: what the file says, and whether the clearinghouse answers."""

from collections.abc import Iterator
from contextlib import closing

from deployments.doctor.check import Case, Check

_SUBJECT = "insurance"


def examine(case: Case) -> Iterator[Check]:
    """One line for each concern, or one that all is well; none where no payer is asked."""
    from rules.insurance_lint import lint_insurance

    part = case.clinic.insurance
    if part is None:
        return
    today = case.now.astimezone(case.clinic.zone).date()
    concerns = lint_insurance(part, today, _written(case))
    for one in concerns:
        yield Check(_SUBJECT, one.where, not one.is_grave, f"{one.what}. {one.do}.")
    if not concerns:
        yield Check(_SUBJECT, "payers", True)


def _written(case: Case) -> dict[str, int]:
    """Payers' names in the ledger; none where there is none that opens, which other checks tell."""
    from data_contracts.errors import UserError
    from ledger.policies import payers_written
    from ledger.store import open_ledger
    from tasks.actor import acting
    from tasks.custody import master_source

    clinic, settings = case.clinic, case.settings
    if not (settings.home / clinic.slug / "keys.db").exists():
        return {}
    try:
        master, url = master_source(clinic, settings), settings.ledger_url
        ledger = open_ledger(settings.home, clinic.slug, master, url, acting(settings))
        with closing(ledger), ledger.read() as con:
            return payers_written(con)
    except UserError:
        return {}
