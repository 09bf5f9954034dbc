"""Which page a link shows: facts in, one page out. Nothing identifying before the birth date."""

from dataclasses import dataclass

from data_contracts.dialogue import RequestKind, RequestStatus
from data_contracts.link import Shows

_OPEN = (RequestStatus.PLANNED, RequestStatus.WRITING, RequestStatus.UNCONFIRMED)


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """What stands behind a link.

    `is_as_sent`: the visit is booked as the message told it. `is_as_asked`: it stands as the last
    request wanted it. `kind`, `status`: of that request; None where there is none.
    """

    is_over: bool = False
    is_locked: bool = False
    is_proven: bool = False
    is_used: bool = False
    is_as_sent: bool = True
    is_as_asked: bool = True
    is_confirmed: bool = False
    kind: RequestKind | None = None
    status: RequestStatus | None = None
    has_offer: bool = False


def page_of(facts: LinkFacts) -> Shows:
    """The page that a link shows now."""
    if facts.is_over:
        return Shows.EXPIRED
    if not facts.is_proven:
        return _closed(facts)
    if facts.is_used:
        return _done(facts)
    if facts.status in _OPEN:
        return Shows.WAITING
    if facts.status is RequestStatus.HANDED_TO_STAFF:
        return Shows.WILL_CALL
    if not facts.is_as_sent:
        return Shows.CHANGED
    return Shows.TIMES if facts.has_offer else Shows.QUESTION


def _closed(facts: LinkFacts) -> Shows:
    """Before the proof; that a visit has changed shows to nobody who has not used the link."""
    if facts.is_locked:
        return Shows.LOCKED
    return Shows.BIRTH_DATE if facts.is_used or facts.is_as_sent else Shows.CHANGED


def _done(facts: LinkFacts) -> Shows:
    if facts.status in _OPEN:
        return Shows.WAITING
    if facts.status is RequestStatus.HANDED_TO_STAFF:
        return Shows.WILL_CALL
    ends = {RequestKind.CANCEL: Shows.CANCELLED, RequestKind.MOVE: Shows.MOVED}
    if facts.status is RequestStatus.DONE and facts.kind in ends:
        return ends[facts.kind] if facts.is_as_asked else Shows.CHANGED
    if facts.is_confirmed:
        return Shows.CONFIRMED if facts.is_as_sent else Shows.CHANGED
    return Shows.WILL_CALL
