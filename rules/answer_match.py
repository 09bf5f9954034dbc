"""Whether an answer is about the patient whom we asked about.

An answer is ours if it carries our trace back and names our patient: the birth date must be the
same wherever the payer gives one, the family name alike, the first name alike or a nickname. Payers
correct spellings, so a letter or two may differ; a first name alone never makes a match, and twins
are two people. What settles nothing is unsure, which is a person's, and never taken as an answer.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from typing import NamedTuple

from data_contracts.benefit import Answer, Member
from data_contracts.inquiry import Inquiry
from rules.nickname import are_one_name

_OURS = "2"
_ALIKE = 0.8
_SUFFIXES = frozenset({"JR", "SR", "II", "III", "IV", "MD"})


class Match(StrEnum):
    """Whose answer it is."""

    OURS = "ours"
    UNSURE = "unsure"
    ANOTHERS = "anothers"


class Doubt(StrEnum):
    """What does not fit; words without anything of a person."""

    TRACE = "it carries another question's trace"
    NO_TRACE = "it carries no trace of ours"
    BIRTH_DATE = "the birth date is another"
    FAMILY_NAME = "the family name is another"
    FIRST_NAME = "the first name is another"
    MEMBER_ID = "the member id is another"
    NOBODY = "it names no patient"
    TOO_LITTLE = "it names too little of the patient to tell"


class Matched(NamedTuple):
    """The verdict; `answer` has only our patient in it."""

    match: Match
    doubts: tuple[Doubt, ...]
    answer: Answer


def match(answer: Answer, inquiry: Inquiry, *, carries_trace: bool = True) -> Matched:
    """`carries_trace`: our trace went out with the question, so that it must come back; False
    where the vendor writes the X12 itself.
    """
    members = [one for one in (answer.subscriber, *answer.dependents) if one is not None]
    is_refused = bool(answer.rejections)
    if not members:  # refused above any patient's level, or empty: it bears no trace
        doubts = () if is_refused else (Doubt.NOBODY,)
        return Matched(Match.OURS if is_refused else Match.UNSURE, doubts, answer)
    trace = _trace_doubt(members, inquiry.trace) if carries_trace else Doubt.NO_TRACE
    if trace is Doubt.TRACE:
        return Matched(Match.ANOTHERS, (trace,), answer)
    is_traced = trace is None
    found = [
        (_compared(one, inquiry, is_refused=is_refused, is_traced=is_traced), one)
        for one in _candidates(answer, inquiry)
    ]
    verdict, member = min(found, key=lambda one: _ORDER.index(one[0].match))
    if verdict.match is Match.OURS and carries_trace and not (is_traced or verdict.is_certain):
        verdict = _Verdict(Match.UNSURE, (*verdict.doubts, Doubt.NO_TRACE))
    return Matched(verdict.match, verdict.doubts, _only(answer, member))


_ORDER = (Match.OURS, Match.UNSURE, Match.ANOTHERS)


def _trace_doubt(members: Sequence[Member], ours: str) -> Doubt | None:
    traces = {number for one in members for kind, number, _ in one.traces if kind == _OURS}
    if ours in traces:
        return None
    return Doubt.TRACE if traces else Doubt.NO_TRACE


def _candidates(answer: Answer, inquiry: Inquiry) -> list[Member]:
    """Dependents first; a payer may answer for one at the subscriber's level."""
    if answer.dependents and inquiry.dependent is not None:
        return list(answer.dependents)
    found = list(answer.dependents)
    if answer.subscriber is not None:
        found.append(answer.subscriber)
    return found


def _only(answer: Answer, member: Member) -> Answer:
    if member is answer.subscriber:
        return answer._replace(dependents=())
    return answer._replace(dependents=(member,))


class _Verdict(NamedTuple):
    match: Match
    doubts: tuple[Doubt, ...]
    is_certain: bool = False
    """Name, birth date and member id are all the same."""


def _compared(member: Member, inquiry: Inquiry, *, is_refused: bool, is_traced: bool) -> _Verdict:
    asked, who = inquiry.patient, member.who
    if who is None or not who.last_name:
        if is_refused:  # what was not found cannot be named
            return _Verdict(Match.OURS, ())
        return _by_little(member, inquiry)
    if asked.birth_date and member.birth_date and asked.birth_date != member.birth_date:
        return _Verdict(Match.ANOTHERS, (Doubt.BIRTH_DATE,))
    if not _is_alike_family(asked.last_name, who.last_name):
        return _Verdict(Match.ANOTHERS, (Doubt.FAMILY_NAME,))
    same_day = bool(asked.birth_date and asked.birth_date == member.birth_date)
    same_id = _same_id(member, inquiry)
    if not who.first_name or not asked.first_name:
        return _Verdict(Match.OURS if same_day and same_id else Match.UNSURE, (Doubt.TOO_LITTLE,))
    if not _is_alike_first(asked.first_name, who.first_name):
        verdict = Match.UNSURE if same_day and same_id else Match.ANOTHERS
        return _Verdict(verdict, (Doubt.FIRST_NAME,))
    if not (same_day or same_id or is_traced):
        return _Verdict(Match.UNSURE, (Doubt.TOO_LITTLE,))
    doubts = () if same_id is not False else (Doubt.MEMBER_ID,)
    return _Verdict(Match.OURS, doubts, is_certain=same_day and bool(same_id))


def _by_little(member: Member, inquiry: Inquiry) -> _Verdict:
    """Without a name: member id and birth date together, else it is unsure."""
    asked = inquiry.patient
    if asked.birth_date and member.birth_date and asked.birth_date != member.birth_date:
        return _Verdict(Match.ANOTHERS, (Doubt.BIRTH_DATE,))
    if asked.birth_date == member.birth_date is not None and _same_id(member, inquiry):
        return _Verdict(Match.OURS, (Doubt.TOO_LITTLE,))
    return _Verdict(Match.UNSURE, (Doubt.NOBODY,))


def _same_id(member: Member, inquiry: Inquiry) -> bool | None:
    """Whether the member id is one that we asked for; None where one side has none."""
    said = _plain_id(member.who.identifier if member.who else None)
    ours = {_plain_id(one.member_id) for one in (inquiry.patient, inquiry.subscriber)} - {""}
    if not said or not ours:
        return None
    return any(said == one or _has_tail(said, one) or _has_tail(one, said) for one in ours)


def _has_tail(long: str, short: str) -> bool:
    """Whether one id is the other with a person's number of two digits at its end."""
    return len(long) == len(short) + 2 and long.startswith(short) and long[-2:].isdigit()


def _plain_id(text: str | None) -> str:
    return re.sub(r"[^A-Z0-9]", "", (text or "").upper())


def _is_alike_family(ours: str, theirs: str) -> bool:
    """Equal without accents, signs and JR; one part of a double name; or a letter or two off."""
    one, other = _family(ours), _family(theirs)
    if not one or not other:
        return False
    if "".join(one) == "".join(other):
        return True
    if set(one) <= set(other) or set(other) <= set(one):
        return True
    return _similar("".join(one), "".join(other))


def _is_alike_first(ours: str, theirs: str) -> bool:
    """The first of several names; an initial, a nickname, or a letter off."""
    one, other = _words(ours)[:1], _words(theirs)[:1]
    if not one or not other:
        return False
    first, second = one[0], other[0]
    if len(first) == 1 or len(second) == 1:
        return first[0] == second[0]
    return first == second or are_one_name(first, second) or _is_a_letter_off(first, second)


def _is_a_letter_off(one: str, other: str) -> bool:
    """A slip of one letter in a longer name: JANE and JEAN stay two people."""
    if min(len(one), len(other)) < 5 or abs(len(one) - len(other)) > 1 or one[0] != other[0]:
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE + 0.05


def _similar(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE


def _family(text: str) -> list[str]:
    return [one for one in _words(text) if one not in _SUFFIXES]


def _words(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().upper()
    return re.sub(r"[^A-Z]", " ", folded.replace("'", "")).split()


def patients_of(answers: Iterable[Answer]) -> int:
    """How many different people the answers speak of, by name, birth date and member id."""
    return len({_identity(one) for answer in answers for one in _people(answer)})


def _people(answer: Answer) -> tuple[Member, ...]:
    return answer.dependents or ((answer.subscriber,) if answer.subscriber else ())


def _identity(member: Member) -> tuple[object, ...]:
    who = member.who
    names = (who.last_name, who.first_name, who.identifier) if who else (None, None, None)
    return (*names, member.birth_date)


def each_patient(answers: Iterable[Answer]) -> tuple[Answer, ...]:
    """One answer a patient, in order: several dependents of one subscriber are several."""
    found: list[Answer] = []
    for answer in answers:
        if len(answer.dependents) < 2:
            found.append(answer)
        else:
            found.extend(answer._replace(dependents=(one,)) for one in answer.dependents)
    return tuple(found)
