"""Verify by hand: what is due at a clinic, or one visit now, whoever waits at the desk."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from data_contracts.errors import UserError
from tasks.asking import find_visit
from tasks.board_coverage import CoveragePage, coverage_of
from tasks.choosing import choose
from tasks.inquiring import ask
from tasks.policies import fetch_policies
from tasks.room import Room


@dataclass(frozen=True)
class Verified:
    """Counts of what was done; `page` is what is known now of the one visit asked for."""

    counts: Counter[str]
    page: CoveragePage | None = None


def verify(here: Room, now: datetime, visit: str | None = None) -> Verified:
    """Read cards, ask what is due, or about one visit whether due or not; the same question is not
    asked twice within a day all the same. Raises UserError, NoSuchVisit."""
    if here.clinic.insurance is None:
        raise UserError(f"{here.clinic.slug}: the file has no `insurance`; add it, and whom to ask")
    own_id = None
    if visit is not None:
        with here.ledger.read() as con:
            own_id = find_visit(con, here.clinic.slug, visit).visit_id
    counts = Counter(fetch_policies(here, now))
    counts += choose(here, now, own_id)
    counts += ask(here, now, is_urgent=own_id is not None)
    page = coverage_of(here, own_id, now, with_names=False) if own_id else None
    return Verified(+counts, page)
