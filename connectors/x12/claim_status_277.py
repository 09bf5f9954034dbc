"""Reads a 277CA: which claims a clearinghouse or payer took, and which it turned back."""

from collections.abc import Sequence
from itertools import pairwise

from connectors.x12.element import amount_or_none, codes, day
from connectors.x12.envelope import Segment, read
from connectors.x12.kind import transactions
from data_contracts.claim_status import ClaimStatus, Status, StatusReport

_ACKNOWLEDGEMENT = "005010X214"
_CLAIM_LEVELS = {"PT", "22", "23"}
_STATUSES = (1, 10, 11)


def read_status_reports(raw: bytes) -> tuple[StatusReport, ...]:
    """Every report of a file; raises X12Error, which says where and nothing of anybody."""
    return tuple(
        _report(
            one.segments,
            interchange.separators.component,
            group.version,
            (*interchange.warnings, *group.warnings, *one.warnings),
        )
        for interchange, group, one in transactions(read(raw), "277")
    )


def _report(
    segments: Sequence[Segment], component: str | None, version: str, told: tuple[str, ...]
) -> StatusReport:
    starts = [place for place, one in enumerate(segments) if one[0] == "HL"]
    levels = [segments[begin:until] for begin, until in pairwise((*starts, len(segments)))]
    above = [one for one in levels if one[0].get(3) not in _CLAIM_LEVELS]
    receiver = next((one for one in above if one[0].get(3) == "21"), ())
    source = next((one for one in above if one[0].get(3) == "20"), ())
    said = [one for level in above for one in level if one[0] == "STC"]
    return StatusReport(
        version=version,
        is_acknowledgement=version.startswith(_ACKNOWLEDGEMENT),
        sender=next((one.get(3) for one in source if one[0] == "NM1"), None),
        batch=_trace(receiver),
        batch_statuses=_statuses(said, component),
        claims=tuple(
            claim
            for level in levels
            if level[0].get(3) in _CLAIM_LEVELS
            for claim in _claims(level, component)
        ),
        warnings=told,
    )


def _claims(level: Sequence[Segment], component: str | None) -> list[ClaimStatus]:
    """Each TRN of a patient's level begins a claim."""
    starts = [place for place, one in enumerate(level) if one[0] == "TRN"]
    parts = [level[begin:until] for begin, until in pairwise((*starts, len(level)))]
    return [found for part in parts if (found := _claim(part, component)) is not None]


def _claim(segments: Sequence[Segment], component: str | None) -> ClaimStatus | None:
    line = next((at for at, one in enumerate(segments) if one[0] == "SVC"), len(segments))
    own = [one for one in segments[:line] if one[0] == "STC"]
    below = [one for one in segments[line:] if one[0] == "STC"]
    if not own and not below:
        return None
    first = (own or below)[0]
    return ClaimStatus(
        control=segments[0].get(2) or "",
        statuses=_statuses(own, component),
        charge=amount_or_none(first, 4) if own else None,
        stated_on=day(first.get(2)),
        payer_control=_reference(segments, "1K"),
        line_statuses=_statuses(below, component),
        position=first.position,
    )


def _statuses(said: Sequence[Segment], component: str | None) -> tuple[Status, ...]:
    parts = [codes(one.get(place), component) for one in said for place in _STATUSES]
    padded = [(*part, None, None)[:3] for part in parts if part]
    return tuple(Status(part[0], part[1] or None, part[2] or None) for part in padded if part[0])


def _trace(level: Sequence[Segment]) -> str | None:
    return next((one.get(2) for one in level if one[0] == "TRN"), None)


def _reference(segments: Sequence[Segment], qualifier: str) -> str | None:
    return next(
        (one.get(2) for one in segments if one[0] == "REF" and one.get(1) == qualifier), None
    )
