"""What a payer's answer (X12 271, 005010X279A1) says, before anybody interprets it.

Light shapes, since one answer may hold hundreds of rows. Codes stand as sent; a blank element is
None or an empty tuple. Everything about a person here is identity and stays out of errors and logs.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


class Loop(StrEnum):
    """Whose part of the hierarchy a statement stands in."""

    PAYER = "payer"
    PROVIDER = "provider"
    SUBSCRIBER = "subscriber"
    DEPENDENT = "dependent"


class Source(NamedTuple):
    """The segment a fact came from, so that a person can check it."""

    position: int
    """Counted from the ST segment, which is 1."""
    segment: str
    """As sent, without its terminator."""


class Period(NamedTuple):
    """A DTP segment: what the dates mean (DTP01) and from when to when; a single day is both."""

    qualifier: str
    begins: date | None
    ends: date | None


class Rejection(NamedTuple):
    """An AAA segment."""

    code: str
    """AAA03: why."""
    follow_up: str
    """AAA04: what may be done."""
    loop: Loop
    source: Source


class Allowance(NamedTuple):
    """An HSD segment: how much may be delivered."""

    unit: str | None
    quantity: Decimal | None
    period: str | None
    """HSD05, codes as EB06."""
    periods: Decimal | None
    source: Source
    basis: str | None = None
    """HSD03: the quantity is for each of these (DA day, WK week, MO month, YR year)."""
    modulus: Decimal | None = None
    """HSD04: how many of those units the quantity is for, where it is more than one."""


class Reference(NamedTuple):
    """A REF segment."""

    qualifier: str
    value: str
    description: str | None = None


class Entity(NamedTuple):
    """An NM1 segment and the identifiers below it: a payer, a provider, a person."""

    role: str
    """NM101, such as PR, 1P, IL, 03, P3."""
    is_person: bool
    last_name: str | None
    """Of an organisation its name."""
    first_name: str | None
    middle_name: str | None
    identifier_kind: str | None
    identifier: str | None


@dataclass(slots=True)
class Benefit:
    """An EB segment with what hangs below it: one row of what the plan says.

    Slots, since every rule looks at fields of every row, which takes a named tuple three times as
    long. Nobody changes a row once its answer is read.
    """

    information: str
    level: str | None
    service_types: tuple[str, ...]
    insurance_type: str | None
    plan: str | None
    period: str | None
    amount: Decimal | None
    fraction: Decimal | None
    quantity_kind: str | None
    quantity: Decimal | None
    authorization: str | None
    network: str | None
    procedure: str | None
    """EB13 as sent, its components joined by a colon."""
    allowances: tuple[Allowance, ...]
    dates: tuple[Period, ...]
    references: tuple[Reference, ...]
    messages: tuple[str, ...]
    """MSG01 and III04: free text."""
    places: tuple[str, ...]
    """Place-of-service codes (III02 where III01 is ZZ)."""
    entities: tuple[Entity, ...]
    """Who is named between LS and LE."""
    rejections: tuple[Rejection, ...]
    source: Source


class Member(NamedTuple):
    """The subscriber's or the dependent's level of an answer."""

    loop: Loop
    who: Entity | None
    birth_date: date | None
    gender: str | None
    relationship: str | None
    """INS02; 18 is the subscriber."""
    references: tuple[Reference, ...]
    dates: tuple[Period, ...]
    traces: tuple[tuple[str, str, str | None], ...]
    """TRN01 (2: ours, come back; 1: added on the way), TRN02, TRN03."""
    rejections: tuple[Rejection, ...]
    benefits: tuple[Benefit, ...]


class Answer(NamedTuple):
    """What a 271 says about one subscriber: who answered about whom, and what.

    A transaction (ST..SE) usually holds one; where it was refused above the subscriber's level,
    `subscriber` is None and `rejections` say why.
    """

    version: str
    """GS08, such as 005010X279A1."""
    payer: Entity | None
    provider: Entity | None
    subscriber: Member | None
    dependents: tuple[Member, ...]
    rejections: tuple[Rejection, ...]
    """Every AAA of the answer, in the order sent, those below a benefit too."""
    warnings: tuple[str, ...]
    """What was wrong and could be read all the same, such as counts, and what could not be read,
    such as a date that is none: by place, with nothing of a person."""
    reference: str | None = None
    """BHT03."""
    answered_on: date | None = None
    """BHT04."""

    @property
    def patient(self) -> Member | None:
        """Whom it is about: the first dependent where there is one, else the subscriber."""
        return self.dependents[0] if self.dependents else self.subscriber
