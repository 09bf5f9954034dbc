"""Reads a 271 into answers, one a subscriber; what it means is for the rules to say.

Payers keep no order below a level, so that each segment is understood by the level (HL) it stands
in and the benefit (EB) that is open, and by nothing before it. 4010 is read like 5010.
"""

from collections.abc import Callable
from datetime import date
from itertools import repeat

from connectors.x12.benefit_row import (
    Below,
    Row,
    benefits_of,
    new_tuple,
    row_of,
)
from connectors.x12.envelope import Group, Interchange, Transaction, read
from connectors.x12.figures import period_of
from connectors.x12.kind import transactions
from connectors.x12.remarks import Remarks
from connectors.x12.separators import Separators
from data_contracts.benefit import (
    Allowance,
    Answer,
    Entity,
    Loop,
    Member,
    Period,
    Reference,
    Rejection,
    Source,
)

_PAYER, _PROVIDER, _SUBSCRIBER, _DEPENDENT = Loop
_LEVELS = {"20": _PAYER, "21": _PROVIDER, "22": _SUBSCRIBER, "23": _DEPENDENT}
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
    reading = _Reading(group.version or transaction.version, interchange.separators)
    answers = reading.answers_of(transaction.text)
    remarks = reading.remarks.found
    warnings = (*interchange.warnings, *group.warnings, *transaction.warnings, *remarks)
    return tuple(answer._replace(warnings=warnings) for answer in answers) if warnings else answers


class _Level:
    """A subscriber's or dependent's level so far."""

    def __init__(self, loop: Loop) -> None:
        self.loop = loop
        self.who: Entity | None = None
        self.birth_date: date | None = None
        self.gender: str | None = None
        self.relationship: str | None = None
        self.references: list[Reference] = []
        self.dates: list[Period] = []
        self.traces: list[tuple[str, str, str | None]] = []
        self.rejections: list[Rejection] = []
        self.rows: list[Row] = []

    def member(self) -> Member:
        """All that came on this level."""
        return Member(
            loop=self.loop,
            who=self.who,
            birth_date=self.birth_date,
            gender=self.gender,
            relationship=self.relationship,
            references=tuple(self.references),
            dates=tuple(self.dates),
            traces=tuple(self.traces),
            rejections=tuple(self.rejections),
            benefits=benefits_of(self.rows),
        )


class _Reading:
    """One transaction while it is read."""

    def __init__(self, version: str, separators: Separators) -> None:
        self.version = version
        self.separators = separators
        self.remarks = Remarks()
        self.lines: list[str] = []
        self.answers: list[Answer] = []
        self.reference: str | None = None
        self.answered_on: date | None = None
        self.loop: Loop | None = None
        self.payer: Entity | None = None
        self.provider: Entity | None = None
        self.payer_rejections: list[Rejection] = []
        self.provider_rejections: list[Rejection] = []
        self.rejections: list[Rejection] = []
        self.is_told = False
        self.levels: list[_Level] = []
        self.rows: list[Row] | None = None
        self.below: Below = []
        self.handlers: _Handlers = _IN_LEVEL

    def answers_of(self, text: str) -> tuple[Answer, ...]:
        """Every answer; of a message that names nobody one that says so."""
        # The first is blank, so that a segment's position is its place.
        terminator = self.separators.terminator
        self.lines = f"{terminator}{text}".split(terminator)
        has_blanks = _has_blanks(text, self.separators.element)
        apart = map(str.split, self.lines, repeat(self.separators.element))
        for position, elements in enumerate(map(_bare, apart) if has_blanks else apart):
            if handle := self.handlers.get(elements[0]):
                handle(self, elements, position)
        self._end_answer(is_left=True)
        if not self.answers:
            self._tell()
        return tuple(self.answers)

    def benefit(self, elements: list[str], position: int) -> None:
        """EB: a benefit; the one before it is complete."""
        rows = self._nobody() if self.rows is None else self.rows
        source = new_tuple(Source, (position, self.lines[position]))
        row = row_of(elements, source, self.separators, self.remarks)
        below: Below = []
        rows.append((row, below))
        self.below = below
        self.handlers = _IN_BENEFIT

    def end(self, _elements: list[str], _position: int) -> None:
        """SE: nothing is open any more."""
        self.handlers = _IN_LEVEL

    def allowance(self, elements: list[str], position: int) -> None:
        """HSD: how much of the benefit may be delivered."""
        _, unit, quantity, basis, modulus, period, periods = _filled(elements, 7)
        number = self.remarks.number
        allowance = Allowance(
            unit=unit or None,
            quantity=number(quantity, "HSD02", position),
            period=period or None,
            periods=number(periods, "HSD06", position),
            source=Source(position, self.lines[position]),
            basis=basis or None,
            modulus=number(modulus, "HSD04", position),
        )
        self.below.append(("allowances", allowance))

    def benefit_dates(self, elements: list[str], position: int) -> None:
        """DTP: dates of the benefit."""
        self.below.append(("dates", self._period(elements, position)))

    def benefit_number(self, elements: list[str], _position: int) -> None:
        """REF: a number of the benefit."""
        self.below.append(("references", _reference(elements)))

    def text(self, elements: list[str], _position: int) -> None:
        """MSG: free text on the benefit."""
        if len(elements) > 1 and elements[1]:
            self.below.append(("messages", elements[1]))

    def place(self, elements: list[str], _position: int) -> None:
        """III: where the benefit holds, or free text on it."""
        _, kind, code, category, text = _filled(elements, 5)
        if kind == "ZZ" and code:
            self.below.append(("places", code))
        elif text := text or (category if code == _FREE_TEXT else ""):
            self.below.append(("messages", text))

    def beside(self, _elements: list[str], _position: int) -> None:
        """LS: from here to LE somebody else is named."""
        self.handlers = _BESIDE

    def no_longer_beside(self, _elements: list[str], _position: int) -> None:
        """LE: who is named behind it may be the patient."""
        self.handlers = _IN_BENEFIT

    def name_beside(self, elements: list[str], _position: int) -> None:
        """NM1: whom the benefit names."""
        self.below.append(("entities", _entity(elements)))

    def late_name(self, elements: list[str], _position: int) -> None:
        """NM1: the patient, named late; or whom the benefit names."""
        entity, level = _entity(elements), self.levels[-1]
        if entity.role in _MEMBERS and not level.who:
            level.who = entity
        else:
            self.below.append(("entities", entity))

    def benefit_refusal(self, elements: list[str], position: int) -> None:
        """AAA: a refusal of this benefit alone."""
        rejection = self._rejection(elements, position)
        self.below.append(("rejections", rejection))
        self.rejections.append(rejection)

    def level(self, elements: list[str], position: int) -> None:
        """HL: a new level; what stands above a dependent ends the answer before it."""
        self.end(elements, position)
        loop = _LEVELS.get(_filled(elements, 4)[3])
        if loop is None:
            self.remarks.add(f"HL03 at segment {position} is no level of a 271")
        elif loop is not _DEPENDENT:
            self._end_answer(is_left=loop is _PAYER or self.loop is loop is _PROVIDER)
        if loop is _PAYER:
            self.payer, self.payer_rejections, self.is_told = None, [], False
        if loop is _PAYER or loop is _PROVIDER:
            self.provider, self.provider_rejections = None, []
        if loop is _SUBSCRIBER or loop is _DEPENDENT:
            self._open(loop)
        self.loop = loop

    def beginning(self, elements: list[str], position: int) -> None:
        """BHT: the payer's reference, and the day of its answer."""
        _, _, _, reference, day = _filled(elements, 5)
        self.reference = reference or None
        self.answered_on = self.remarks.day(day, "BHT04", position)

    def name(self, elements: list[str], _position: int) -> None:
        """NM1: payer, provider or patient of the level."""
        if self.loop is _PAYER:
            self.payer = self.payer or _entity(elements)
        elif self.loop is _PROVIDER:
            self.provider = self.provider or _entity(elements)
        elif self.loop:
            self.levels[-1].who = self.levels[-1].who or _entity(elements)

    def trace(self, elements: list[str], _position: int) -> None:
        """TRN: a trace: ours come back, or one that was added on the way."""
        if self._is_member():
            _, kind, number, origin = _filled(elements, 4)
            self.levels[-1].traces.append((kind, number, origin or None))

    def demographics(self, elements: list[str], position: int) -> None:
        """DMG: birth date and gender."""
        if self._is_member():
            _, _, born, gender = _filled(elements, 4)
            self.levels[-1].birth_date = self.remarks.day(born, "DMG02", position)
            self.levels[-1].gender = gender or None

    def relationship(self, elements: list[str], _position: int) -> None:
        """INS: how the patient is related to the subscriber."""
        if self._is_member():
            self.levels[-1].relationship = _filled(elements, 3)[2] or None

    def number(self, elements: list[str], _position: int) -> None:
        """REF: a number of the member."""
        if self._is_member():
            self.levels[-1].references.append(_reference(elements))

    def dates(self, elements: list[str], position: int) -> None:
        """DTP: dates of the member's plan."""
        if self._is_member():
            self.levels[-1].dates.append(self._period(elements, position))

    def refusal(self, elements: list[str], position: int) -> None:
        """AAA: a refusal of the level."""
        rejection = self._rejection(elements, position)
        if self._is_member():
            self.rejections.append(rejection)
            self.levels[-1].rejections.append(rejection)
            return
        is_provider = self.loop is _PROVIDER
        (self.provider_rejections if is_provider else self.payer_rejections).append(rejection)
        self.is_told = False

    def _is_member(self) -> bool:
        return self.loop is _SUBSCRIBER or self.loop is _DEPENDENT

    def _open(self, loop: Loop) -> list[Row]:
        level = _Level(loop)
        self.levels.append(level)
        self.rows = level.rows
        return level.rows

    def _nobody(self) -> list[Row]:
        """A message without a member's level still speaks of a subscriber."""
        self.remarks.add("there is no subscriber's level (HL) above its benefits")
        self.loop = _SUBSCRIBER
        return self._open(_SUBSCRIBER)

    def _period(self, elements: list[str], position: int) -> Period:
        _, qualifier, _, days = elements if len(elements) == 4 else _filled(elements, 4)
        period = period_of(qualifier, days)
        if None in period:
            self.remarks.add(f"DTP03 at segment {position} is no date")
        return period

    def _rejection(self, elements: list[str], position: int) -> Rejection:
        code, follow_up = _filled(elements, 5)[3:]
        source = Source(position, self.lines[position])
        return Rejection(code, follow_up, self.loop or _PAYER, source)

    def _end_answer(self, *, is_left: bool) -> None:
        """Tell what is open; `is_left` where no subscriber can follow below payer and provider."""
        is_refused = bool(self.payer_rejections or self.provider_rejections)
        if self.levels or (is_left and is_refused and not self.is_told):
            self._tell()
        self.levels, self.rows, self.rejections = [], None, []

    def _tell(self) -> None:
        members = [level.member() for level in self.levels]
        has_subscriber = bool(members) and members[0].loop is _SUBSCRIBER
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
                answered_on=self.answered_on,
            )
        )
        self.is_told = True


def _has_blanks(text: str, mark: str) -> bool:
    """Whether elements may have spaces around them; hardly any message has some."""
    return f" {mark}" in text or f"{mark} " in text


def _bare(elements: list[str]) -> list[str]:
    return [one.strip(" ") for one in elements]


def _filled(elements: list[str], width: int) -> list[str]:
    """As many elements as wanted, blank where they are not there."""
    missing = width - len(elements)
    return elements[:width] if missing <= 0 else elements + [""] * missing


def _entity(elements: list[str]) -> Entity:
    _, role, kind, last, first, middle, _, _, id_kind, identifier = _filled(elements, 10)
    names = (last or None, first or None, middle or None, id_kind or None, identifier or None)
    return new_tuple(Entity, (role, kind == "1", *names))


def _reference(elements: list[str]) -> Reference:
    _, qualifier, value, description = _filled(elements, 4)
    return Reference(qualifier, value, description or None)


_Handlers = dict[str, Callable[[_Reading, list[str], int], None]]
_ANYWHERE: _Handlers = {
    "EB": _Reading.benefit,
    "HL": _Reading.level,
    "SE": _Reading.end,
    "TRN": _Reading.trace,
    "DMG": _Reading.demographics,
    "INS": _Reading.relationship,
}
_IN_LEVEL: _Handlers = _ANYWHERE | {
    "BHT": _Reading.beginning,
    "NM1": _Reading.name,
    "REF": _Reading.number,
    "DTP": _Reading.dates,
    "AAA": _Reading.refusal,
}
_IN_BENEFIT: _Handlers = _ANYWHERE | {
    "HSD": _Reading.allowance,
    "DTP": _Reading.benefit_dates,
    "REF": _Reading.benefit_number,
    "MSG": _Reading.text,
    "III": _Reading.place,
    "LS": _Reading.beside,
    "LE": _Reading.no_longer_beside,
    "NM1": _Reading.late_name,
    "AAA": _Reading.benefit_refusal,
}
_BESIDE: _Handlers = _IN_BENEFIT | {"NM1": _Reading.name_beside}
