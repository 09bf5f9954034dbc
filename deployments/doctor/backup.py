"""Whether the clinic could be had again: a whole copy of its ledger; no old copy of its keys."""

from collections.abc import Iterator
from datetime import timedelta

from deployments.doctor.check import Case, Check

_OLD = timedelta(hours=50)
"""Two nights, of which one is longer."""


def examine(case: Case) -> Iterator[Check]:
    """A line for the ledger, and one for the keys."""
    yield _ledger(case)
    yield _keys(case)


def _ledger(case: Case) -> Check:
    from connectors.errors import ConnectorError
    from data_contracts.errors import UserError
    from ledger.backup import newest_whole
    from tasks.backups import held

    if case.settings.ledger_url is not None:
        return _line(True, "PostgreSQL is not copied by us: see docs/runbooks/restore.md.")
    try:
        newest = newest_whole(held(case.clinic, case.settings), case.clinic.slug)
    except (UserError, ConnectorError) as error:
        return _line(False, str(error))
    slug = case.clinic.slug
    if newest is None:
        has_ledger = (case.settings.home / slug / "ledger.db").exists()
        return _line(not has_ledger, f"There is none yet; run: ptclinic backup {slug}")
    if case.now - newest > _OLD:
        cure = f"run: ptclinic backup {slug}, and see why the flow `backup` did not"
        return _line(False, f"The newest whole copy is of {newest:%Y-%m-%d %H:%M}Z; {cure}.")
    return _line(True)


def _keys(case: Case) -> Check:
    from ledger.key_copies import folders, overdue_key_copies

    home = (case.settings.home / case.clinic.slug).absolute()
    old = overdue_key_copies(home, case.now)
    if old:
        where = ", ".join(sorted({str(path.parent) for path in old}))
        words = f"Copies older than seven days are in {where}"
        return Check("backup", "keys", False, f"{words}; run: ptclinic run backup {home.name}")
    gone = [str(one) for one in folders(home) if one.parent != home and not one.is_dir()]
    words = f"Not there: {', '.join(gone)}; a copy on it may be older than seven days."
    return Check("backup", "keys", True, words if gone else "")


def _line(is_well: bool, advice: str = "") -> Check:
    return Check("backup", "ledger", is_well, advice)
