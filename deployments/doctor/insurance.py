"""Whether payers can be asked: what the file says, and whether the clearinghouse answers."""

from collections.abc import Iterator

from deployments.doctor.check import Case, Check
from deployments.doctor.opened import opened

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
    """Payers' names in the ledger."""
    from ledger.policies import payers_written

    with opened(case) as con:
        return {} if con is None else payers_written(con)
