"""Whether payers can be asked: what the file says, and whether the clearinghouse answers."""

from collections.abc import Iterator

from deployments.doctor.check import Case, Check

_SUBJECT = "insurance"


def examine(case: Case) -> Iterator[Check]:
    """One line for each concern, or one that all is well; none where no payer is asked."""
    from rules.insurance_lint import lint_insurance

    part = case.clinic.insurance
    if part is None:
        return
    concerns = lint_insurance(part, case.now.astimezone(case.clinic.zone).date())
    for one in concerns:
        yield Check(_SUBJECT, one.where, not one.is_grave, f"{one.what}. {one.do}.")
    if not concerns:
        yield Check(_SUBJECT, "payers", True)
