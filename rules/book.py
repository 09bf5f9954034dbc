"""What a new look at the clinic's book says has happened."""

from data_contracts.visit import BookChange, Visit, VisitState, VisitStatus

_SAYS = {
    VisitStatus.ARRIVED: BookChange.ARRIVED,
    VisitStatus.NO_SHOW: BookChange.NO_SHOW,
    VisitStatus.CANCELLED: BookChange.CANCELLED,
    VisitStatus.DELETED: BookChange.DELETED,
}
_GONE = (VisitStatus.CANCELLED, VisitStatus.DELETED)


def changes(old: VisitState | None, new: Visit) -> list[BookChange]:
    """What happened to a visit between two looks, in the order in which it can have happened.

    An older look than the one we know says nothing. A mark of attendance that was taken away is no
    event: the status alone goes back.
    """
    if old is None:
        return [] if new.status is VisitStatus.DELETED else [BookChange.BOOKED, *_said(None, new)]
    if new.updated_at < old.updated_at:
        return []
    if new.status in _GONE:
        return _said(old.status, new)
    back = [BookChange.UNCANCELLED] if old.status in _GONE else []
    moved = [BookChange.RESCHEDULED] if version_changes(old, new) else []
    return [*back, *moved, *_said(old.status, new)]


def version_changes(old: VisitState, new: Visit) -> bool:
    """Whether a message about the visit would now read differently: start, therapist or place."""
    return (old.starts_at, old.practitioner_source_id, old.location_source_id) != (
        new.starts_at,
        new.practitioner_source_id,
        new.location_source_id,
    )


def _said(before: VisitStatus | None, new: Visit) -> list[BookChange]:
    return [_SAYS[new.status]] if new.status is not before and new.status in _SAYS else []
