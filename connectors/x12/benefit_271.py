"""Reads a 271 into answers, one a subscriber; what it means is for the rules to say.

Payers keep no order below a level, so that each segment is understood by the level (HL) it stands
in and the benefit (EB) that is open, and by nothing before it. 4010 is read like 5010.
"""

from collections.abc import Callable

from connectors.x12.envelope import Group, Interchange, Segment, Transaction, read
from connectors.x12.kind import transactions
from connectors.x12.open_levels import OpenBenefit, OpenMember, Remarks, fields
from data_contracts.benefit import Answer, Entity, Loop, Member, Reference, Rejection, Source

_LEVELS = {"20": Loop.PAYER, "21": Loop.PROVIDER, "22": Loop.SUBSCRIBER, "23": Loop.DEPENDENT}
_MEMBERS = ("IL", "03")
_FREE_TEXT = "44"
"""III03 before the text in III04; some payers put both one place too early."""


def read_answers(raw: bytes) -> tuple[Answer, ...]:
    """Every answer of a file, in order; X12Error where there is none, or one is cut off."""
    return tuple(
        answer
        for interchange, group, transaction in transactions(read(raw), "271")
        for answer in answers_of(interchange, group, transaction)
    )


def answers_of(
    interchange: Interchange, group: Group, transaction: Transaction
) -> tuple[Answer, ...]:
    """The answers of one transaction."""
    version = group.version or transaction.version
    reading = _Reading(version, Remarks(interchange.separators))
    for segment in transaction.segments:
        handle = _HANDLERS.get(segment.elements[0])
        if handle:
            handle(reading, segment)
    answers = reading.finished()
    remarks = reading.remarks.found
    warnings = (*interchange.warnings, *group.warnings, *transaction.warnings, *remarks)
    return tuple(answer._replace(warnings=warnings) for answer in answers)


class _Reading:
    """One transaction while it is read."""

    def __init__(self, version: str, remarks: Remarks) -> None:
        self.version = version
        self.remarks = remarks
        self.answers: list[Answer] = []
        self.reference: str | None = None
        self.level: Loop | None = None
        self.payer: Entity | None = None
        self.provider: Entity | None = None
        self.payer_rejections: list[Rejection] = []
        self.provider_rejections: list[Rejection] = []
        self.is_told = False
        self._clear()

    def _clear(self) -> None:
        self.members: list[OpenMember] = []
        self.rejections: list[Rejection] = []
        self.row: OpenBenefit | None = None
        self.is_beside = False
        """Between LS and LE, where somebody else is named."""

    def finished(self) -> list[Answer]:
        """Every answer; of a message that names nobody one that says so."""
        self._end_answer(is_left=True)
        if not self.answers:
            self._tell([])
        return self.answers

    def _end_row(self) -> None:
        row, self.row, self.is_beside = self.row, None, False
        if row:
            self._member().benefits.append(row.closed(self.remarks))

    def _end_answer(self, *, is_left: bool) -> None:
        """Tell what is open; `is_left` where no subscriber can follow below payer and provider."""
        self._end_row()
        is_refused = bool(self.payer_rejections or self.provider_rejections)
        if self.members or (is_left and is_refused and not self.is_told):
            self._tell([one.closed() for one in self.members])
        self._clear()

    def _tell(self, members: list[Member]) -> None:
        has_subscriber = bool(members) and members[0].loop is Loop.SUBSCRIBER
        self.answers.append(
            Answer(
                version=self.version,
                payer=self.payer,
                provider=self.provider,
                subscriber=members[0] if has_subscriber else None,
                dependents=tuple(members[has_subscriber:]),
                rejections=(*self.payer_rejections, *self.provider_rejections, *self.rejections),
                warnings=(),
                reference=self.reference,
            )
        )
        self.is_told = True

    def _member(self) -> OpenMember:
        """Whose level is open; a message without one still speaks of a subscriber."""
        if not self.members:
            self.remarks.add("there is no subscriber's level (HL) above its benefits")
            self.members.append(OpenMember(Loop.SUBSCRIBER))
            self.level = Loop.SUBSCRIBER
        return self.members[-1]

    def _is_member(self) -> bool:
        return self.level is Loop.SUBSCRIBER or self.level is Loop.DEPENDENT

    def bht(self, segment: Segment) -> None:
        """The payer's reference."""
        self.reference = segment.get(3)

    def hl(self, segment: Segment) -> None:
        """A new level; what stands above a dependent ends the answer before it."""
        level = _LEVELS.get(fields(segment, 3)[3])
        if level is Loop.DEPENDENT:
            self._end_row()
        elif level is not None:
            self._end_answer(is_left=level is Loop.PAYER or self.level is level is Loop.PROVIDER)
        else:
            self._end_row()
            self.remarks.add(f"HL03 at segment {segment.position} is no level of a 271")
        if level is Loop.PAYER:
            self.payer, self.payer_rejections, self.is_told = None, [], False
        if level is Loop.PAYER or level is Loop.PROVIDER:
            self.provider, self.provider_rejections = None, []
        if level is Loop.SUBSCRIBER or level is Loop.DEPENDENT:
            self.members.append(OpenMember(level))
        self.level = level

    def nm1(self, segment: Segment) -> None:
        """Payer, provider or patient of the level, or whom a benefit names beside them."""
        e = fields(segment, 9)
        entity = Entity(
            e[1], e[2] == "1", e[3] or None, e[4] or None, e[5] or None, e[8] or None, e[9] or None
        )
        if self.row and (self.is_beside or e[1] not in _MEMBERS or self.members[-1].who):
            self.row.entities.append(entity)
        elif self.level is Loop.PAYER:
            self.payer = self.payer or entity
        elif self.level is Loop.PROVIDER:
            self.provider = self.provider or entity
        elif self.level and not self.members[-1].who:
            self.members[-1].who = entity

    def trn(self, segment: Segment) -> None:
        """A trace: ours come back, or one that was added on the way."""
        if self._is_member():
            _, kind, number, origin = fields(segment, 3)[:4]
            self.members[-1].traces.append((kind, number, origin or None))

    def dmg(self, segment: Segment) -> None:
        """Birth date and gender."""
        if self._is_member():
            e = fields(segment, 3)
            self.members[-1].birth_date = self.remarks.day(e[2], "DMG02", segment)
            self.members[-1].gender = e[3] or None

    def ins(self, segment: Segment) -> None:
        """How the patient is related to the subscriber."""
        if self._is_member():
            self.members[-1].relationship = segment.get(2)

    def aaa(self, segment: Segment) -> None:
        """A refusal, of the level or of the open benefit."""
        e = fields(segment, 4)
        source = Source(segment.position, segment.text)
        rejection = Rejection(e[3], e[4], self.level or Loop.PAYER, source)
        if self._is_member():
            self.rejections.append(rejection)
            if self.row:
                self.row.rejections.append(rejection)
            else:
                self.members[-1].rejections.append(rejection)
        else:
            is_provider = self.level is Loop.PROVIDER
            (self.provider_rejections if is_provider else self.payer_rejections).append(rejection)
            self.is_told = False

    def eb(self, segment: Segment) -> None:
        """A benefit; the one before it is complete."""
        self._end_row()
        self._member()
        self.row = OpenBenefit(segment)

    def ref(self, segment: Segment) -> None:
        """A number of the open benefit, else of the member."""
        e = fields(segment, 3)
        reference = Reference(e[1], e[2], e[3] or None)
        if self.row:
            self.row.references.append(reference)
        elif self._is_member():
            self.members[-1].references.append(reference)

    def dtp(self, segment: Segment) -> None:
        """Dates of the open benefit, else of the member's plan."""
        if self.row:
            self.row.dates.append(self.remarks.period(segment))
        elif self._is_member():
            self.members[-1].dates.append(self.remarks.period(segment))

    def hsd(self, segment: Segment) -> None:
        """How much of the open benefit may be delivered."""
        if self.row:
            self.row.allowances.append(self.remarks.allowance(segment))

    def msg(self, segment: Segment) -> None:
        """Free text on the open benefit."""
        text = segment.get(1)
        if self.row and text:
            self.row.messages.append(text)

    def iii(self, segment: Segment) -> None:
        """Where the open benefit holds, or free text on it."""
        e = fields(segment, 4)
        if self.row and e[1] == "ZZ" and e[2]:
            self.row.places.append(e[2])
        elif self.row and (text := e[4] or (e[3] if e[2] == _FREE_TEXT else "")):
            self.row.messages.append(text)

    def ls(self, _: Segment) -> None:
        """From here on somebody else is named."""
        self.is_beside = True

    def le(self, _: Segment) -> None:
        """Up to here."""
        self.is_beside = False


_HANDLERS: dict[str, Callable[[_Reading, Segment], None]] = {
    "BHT": _Reading.bht,
    "HL": _Reading.hl,
    "NM1": _Reading.nm1,
    "TRN": _Reading.trn,
    "DMG": _Reading.dmg,
    "INS": _Reading.ins,
    "AAA": _Reading.aaa,
    "EB": _Reading.eb,
    "REF": _Reading.ref,
    "DTP": _Reading.dtp,
    "HSD": _Reading.hsd,
    "MSG": _Reading.msg,
    "III": _Reading.iii,
    "LS": _Reading.ls,
    "LE": _Reading.le,
}
