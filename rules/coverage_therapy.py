"""Whether the plan pays for physical therapy: yes, no, or not said."""

from collections.abc import Sequence

from data_contracts.benefit import Benefit
from rules.coverage_rows import OFFICE, Closeness, Sorted, of_network
from rules.coverage_scope import doubt_in_words

_COVERED, _NON_COVERED = frozenset("12345"), "I"
_REFUSED = frozenset("I678")
_SAID = _COVERED | _REFUSED
_TERMS = frozenset("ABCF")
_CODED = (Closeness.THERAPY, Closeness.MEDICINE)


def is_therapy_covered(rows: Sorted, notes: list[str]) -> bool | None:
    """None: the plan is known, therapy is not addressed, or is both ways."""
    for closeness in _CODED:
        close = [row for found, row, _ in rows.therapy if found is closeness]
        said = [row for row in close if row.information in _SAID]
        if not said:
            continue
        # Of what says yes or no the rows that name the clinic's network, if any does.
        nearest, _ = of_network(said, rows.accepted)
        refused = [row for row in nearest if row.information in _REFUSED]
        limited = [row for row in refused if row.procedure or row.messages or row.places]
        if len(refused) < len(nearest):
            return _yes_or_both(refused, limited, notes)
        if all(_is_narrow(row) for row in refused):
            notes.append("some therapy is not covered (EB*I): see its procedure or place")
            return None
        has_terms = any(row.information in _TERMS for row in close)
        if len(limited) < len(refused) or not has_terms:
            return False
        notes.append("some therapy is not covered (EB*I), yet its terms are stated: ask")
        return None
    _tell_silence(rows, notes)
    return None


def _is_narrow(row: Benefit) -> bool:
    """Whether it is said of one procedure, or of another place than the clinic."""
    if row.procedure is not None or (row.places and OFFICE not in row.places):
        return True
    return bool(row.messages) and doubt_in_words(row) is not None


def _yes_or_both(
    refused: Sequence[Benefit], limited: Sequence[Benefit], notes: list[str]
) -> bool | None:
    if len(limited) < len(refused):
        notes.append("therapy is said to be covered and not covered: ask the payer")
        return None
    if limited:
        notes.append("some therapy is not covered (EB*I): see its text or procedure")
    return True


def _tell_silence(rows: Sorted, notes: list[str]) -> None:
    elsewhere = [row for closeness, row, _ in rows.of(_NON_COVERED) if closeness in _CODED]
    if elsewhere:
        notes.append("therapy is not covered by the other network; for the clinic's it is not said")
    elif [row for found, row, _ in rows.therapy if found in _CODED and row.information in _TERMS]:
        notes.append("terms of therapy are stated, but not that it is covered")
    else:
        notes.append("therapy is not addressed: the plan is known, its benefit is not")
    if [row for found, row, _ in rows.counted(_NON_COVERED) if found is Closeness.PLAN]:
        notes.append("something is not covered at plan level (EB*I): see the segments")
