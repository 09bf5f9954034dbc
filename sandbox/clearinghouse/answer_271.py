"""The 271: who answered about whom, then what the payer says, or why it does not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sandbox.clearinghouse.inquiry import Asked, Person
from sandbox.clearinghouse.interchange import stamp
from sandbox.clearinghouse.segment import Segment, clean

VERSION = "005010X279A1"


@dataclass(frozen=True)
class Rejection:
    """An AAA: AAA03, AAA04, and where it stands: A payer, B provider, C patient, D benefit."""

    code: str
    follow_up: str
    level: str = "C"
    is_valid: str = "N"

    def row(self) -> Segment:
        """Its segment."""
        return ("AAA", self.is_valid, "", self.code, self.follow_up)


@dataclass(frozen=True)
class Told:
    """All that goes into one 271. `rows` stand below the patient."""

    asked: Asked
    payer: str
    rows: Sequence[Segment] = ()
    rejections: Sequence[Rejection] = ()
    group: str = ""
    begins: str = ""
    hubs: Sequence[str] = ()
    """Who adds a trace of its own on the way (TRN03)."""
    rejection_last: bool = False
    """The AAA after the DMG: some payers do so, against the guide."""


def body(told: Told, now: int, reference: str) -> list[Segment]:
    """The segments between ST and SE."""
    day, hour = stamp(now)
    asked = told.asked
    rows: list[Segment] = [("BHT", "0022", "11", asked.reference or reference, day, hour + "00")]
    at_payer, at_provider = _at(told, "A"), _at(told, "B")
    stops_at_payer = any(one.code == "42" for one in told.rejections if one.level == "A")
    rows.append(("HL", "1", "", "20", "0" if stops_at_payer else "1"))
    rows.append(("NM1", "PR", "2", clean(told.payer), *[""] * 4, "PI", clean(asked.payer_id, 80)))
    rows += at_payer
    if stops_at_payer:
        return rows
    rows.append(("HL", "2", "1", "21", "1"))
    rows.append(("NM1", "1P", "2", clean(asked.provider), *[""] * 4, "XX", asked.npi))
    return rows + at_provider + _people(told, reference)


def _people(told: Told, reference: str) -> list[Segment]:
    asked = told.asked
    below = "1" if asked.dependent else "0"
    rows: list[Segment] = [("HL", "3", "2", "22", below)]
    if asked.dependent is None:
        rows += _traces(told, reference)
    rows += _person(told, asked.subscriber, "IL", is_patient=asked.dependent is None)
    if asked.dependent is not None:
        rows += [("HL", "4", "3", "23", "0"), *_traces(told, reference)]
        rows += _person(told, asked.dependent, "03", is_patient=True)
    return [*rows, *told.rows, *(_at(told, "D"))]


def _traces(told: Told, reference: str) -> list[Segment]:
    asked = told.asked
    rows: list[Segment] = [("TRN", "2", asked.trace, asked.origin)] if asked.trace else []
    return rows + [("TRN", "1", f"{reference}{i}", hub) for i, hub in enumerate(told.hubs, 1)]


def _person(told: Told, one: Person, role: str, *, is_patient: bool) -> list[Segment]:
    number = ("MI", clean(one.member_id, 80)) if one.member_id else ("", "")
    name = (clean(one.last).upper(), clean(one.first, 35).upper())
    rows: list[Segment] = [("NM1", role, "1", *name, "", "", "", *number)]
    rejected = _at(told, "C") if is_patient else []
    if told.group and role == "IL":
        rows.append(("REF", "6P", told.group))
    rows += [] if told.rejection_last else rejected
    if one.birth:
        rows.append(("DMG", "D8", one.birth, one.gender))
    rows += rejected if told.rejection_last else []
    if is_patient and not told.rejections:
        rows.append(("INS", "Y" if role == "IL" else "N", "18" if role == "IL" else "19"))
        rows += [("DTP", "346", "D8", told.begins)] if told.begins else []
    return rows


def _at(told: Told, level: str) -> list[Segment]:
    return [one.row() for one in told.rejections if one.level == level]


def renamed(asked: Asked, person: Person) -> Asked:
    """The same question about somebody else."""
    if asked.dependent is None:
        return replace(asked, subscriber=person)
    return replace(asked, dependent=person)
