"""Whether therapy needs leave from the payer. Silence is `unknown`, never `not required`."""

from collections.abc import Iterable
from typing import NamedTuple

from data_contracts.benefit import Benefit, Source
from data_contracts.coverage import AuthorizationNeed
from rules.coverage_leave import wants_authorization
from rules.coverage_rows import OFFICE, Closeness, Sorted
from rules.coverage_scope import doubt_in_words

_KINDS = frozenset([*"12345ABCDEFGHU", "CB"])
_RESTRICTED = "N"
_CODED = (Closeness.THERAPY, Closeness.MEDICINE)


class Need(NamedTuple):
    """What was found, and where."""

    need: AuthorizationNeed
    sources: tuple[Source, ...] = ()


def authorization(rows: Sorted, notes: list[str]) -> Need:
    """EB11 of rows about therapy, else what their texts and the plan's say."""
    about = [(closeness, row) for closeness, row, _ in rows.therapy if row.information in _KINDS]
    is_said = {closeness for closeness, row in about if row.authorization}
    for closeness in _CODED:
        if closeness in is_said:
            coded = _coded([row for found, row in about if found is closeness], notes)
            if coded:
                return coded
    softly = [
        row.source
        for closeness, row in about
        if closeness not in _CODED and row.authorization == "Y"
    ]
    if softly:
        notes.append("authorization is asked for rehabilitation; whether for therapy is not said")
        return Need(AuthorizationNeed.POSSIBLY, tuple(softly))
    of_plan = _of_plan(rows)
    if of_plan:
        notes.append("authorization is asked for at plan level; whether for therapy is not said")
        return Need(AuthorizationNeed.POSSIBLY, of_plan)
    in_words = _in_words(rows)
    if in_words:
        notes.append("a text speaks of precertification, authorization or referral: ask the payer")
        return Need(AuthorizationNeed.POSSIBLY, in_words)
    return Need(AuthorizationNeed.UNKNOWN)


def _coded(rows: Iterable[Benefit], notes: list[str]) -> Need | None:
    asked = [row for row in rows if row.authorization == "Y"]
    free = [row for row in rows if row.authorization == "N"]
    general = [row for row in asked if row.procedure is None and _is_office(row)]
    if general:
        if free:
            notes.append("authorization: some rows on therapy say it is needed, others not")
        return Need(AuthorizationNeed.REQUIRED, tuple(row.source for row in general))
    if asked:
        notes.append("authorization is needed for some procedures or places of therapy only")
        return Need(AuthorizationNeed.POSSIBLY, tuple(row.source for row in asked))
    if not free:
        return None
    doubtful = [row for row in rows if row.messages and wants_authorization(row.messages)]
    if doubtful:
        notes.append("authorization: coded as not needed, but a text speaks of it: ask the payer")
        return Need(AuthorizationNeed.POSSIBLY, tuple(row.source for row in doubtful))
    free_at_office = [row for row in free if row.procedure is None and _is_office(row)]
    if not free_at_office:
        return None
    return Need(AuthorizationNeed.NOT_REQUIRED, tuple(row.source for row in free_at_office))


def _of_plan(rows: Sorted) -> tuple[Source, ...]:
    if not rows.of_plan:
        return ()
    return tuple(
        source for kind in rows.by_kind if kind in _KINDS for source in rows.of_plan.get(kind, ())
    )


def _is_office(row: Benefit) -> bool:
    if row.places and OFFICE not in row.places:
        return False
    return not (row.messages and doubt_in_words(row))


def _in_words(rows: Sorted) -> tuple[Source, ...]:
    if not rows.asking:
        return rows.plan_wide
    found = {
        source: None
        for kind in rows.by_kind
        if kind in _KINDS or kind == _RESTRICTED
        for source in rows.asking.get(kind, ())
    }
    return (*found, *(one for one in rows.plan_wide if one not in found))
