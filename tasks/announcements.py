"""What practice systems announce: that something changed, never what. The book is then read."""

import logging
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from data_contracts.clinic import Jane
from data_contracts.inbound import InboundEvent, InboundKind
from ledger import records
from ledger.hooks import hooks_of
from tasks.book import keep_announced, read_book
from tasks.room import Room, wall_clock

if TYPE_CHECKING:
    from connectors.errors import ConnectorError

log = logging.getLogger(__name__)

_TRIED_FOR = timedelta(hours=1)
"""Then the readings of every quarter of an hour have brought it, or say themselves why not."""


def jane_event(here: Room, body: bytes, headers: Mapping[str, str], now: datetime) -> InboundEvent:
    """What one of Jane's webhooks becomes. Raises NotFromJane, whose text is a code."""
    from connectors.practice.jane_codes import VENDOR
    from connectors.practice.jane_webhook import NotFromJane, read_announcement

    practice = here.clinic.practice
    if not isinstance(practice, Jane):
        raise NotFromJane("clinic")
    with here.ledger.read() as con:
        hooks = hooks_of(here.ledger, con, VENDOR)
    how = practice.webhooks
    said = read_announcement(
        body, headers, hooks, signed=how.signed, tolerance=how.tolerance, now=wall_clock()
    )
    return InboundEvent(
        clinic=here.clinic.slug,
        dedupe_key=f"jane:{said.event_id}",
        kind=InboundKind.BOOK_CHANGED,
        vendor_id=said.appointment_id,
        status=said.topic,
        received_at=now,
    )


def take_announcements(here: Room, now: datetime) -> Counter[str]:
    """Look up what was announced, all in one; what cannot be read now is tried again."""
    with here.ledger.read() as con:
        rows = records.waiting_announcements(con)
    if not rows:
        return Counter()
    outcome = _look_up(here, {_named(row) for row in rows}, now)
    if outcome == "unreachable":
        rows = [row for row in rows if now - row.received_at > _TRIED_FOR]
    counts: Counter[str] = Counter()
    with here.ledger.write() as con:
        for row in rows:
            taken = records.take_inbound(con, row.dedupe_key, now) is not None
            counts[f"announced_{outcome if taken else 'elsewhere'}"] += 1
    return counts


def _look_up(here: Room, named: set[str | None], now: datetime) -> str:
    from connectors.errors import ConnectorError

    visits = {one for one in named if one is not None}
    try:
        if visits:
            keep_announced(here, visits, now)
        if None in named:  # something changed, and nobody said what
            read_book(here, now)
    except ConnectorError as error:
        _tell(here, error)
        return "unreachable"
    return "read"


def _tell(here: Room, error: "ConnectorError") -> None:
    kind = type(error).__name__
    log.warning("clinic %s: what was announced cannot be read now (%s)", here.clinic.slug, kind)


def _named(row: Any) -> str | None:
    return records.detail_of(row).get("vendor_id")
