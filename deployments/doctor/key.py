"""Whether the clinic's master key is there, private, and a key."""

from collections.abc import Iterator

from deployments.doctor.check import Case, Check, attempt


def examine(case: Case) -> Iterator[Check]:
    """One line; without the key nothing of the clinic can be read, nor restored."""
    from tasks.custody import master_source

    yield attempt("key", "master key", lambda: master_source(case.clinic, case.settings).masters())
