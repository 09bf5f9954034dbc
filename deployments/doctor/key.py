"""Whether the clinic's master key is there, private, and a key."""

from collections.abc import Iterator

from deployments.doctor.check import Case, Check, attempt


def examine(case: Case) -> Iterator[Check]:
    """One line; without the key nothing of the clinic can be read, nor restored."""
    from ledger.keys import read_master_key

    path = case.settings.home / case.clinic.slug / "master.key"
    yield attempt("key", "master key", lambda: read_master_key(path))
