"""What an 837P claims: one `Claim` a CLM, with what stands above it."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from sandbox.clearinghouse.inquiry import Person
from sandbox.clearinghouse.interchange import Transaction
from sandbox.clearinghouse.segment import Segment, at


@dataclass(frozen=True)
class Line:
    """One service: SV1 with its date and the sender's own number (REF*6R)."""

    code: str
    modifiers: tuple[str, ...]
    charge: Decimal
    units: str
    on: date | None = None
    control: str = ""
    prior: tuple[Segment, ...] = ()
    """What the payer before says of it: SVD and CAS."""

    @property
    def procedure(self) -> str:
        """As SVC01 repeats it."""
        return ":".join(("HC", self.code, *self.modifiers))


@dataclass(frozen=True)
class Claim:
    """One CLM."""

    control: str
    charge: Decimal
    place: str
    frequency: str
    billing_npi: str
    billing_name: str
    tax_id: str
    payer_id: str
    payer_name: str
    filing: str
    subscriber: Person
    dependent: Person | None
    sender: str
    batch: str
    """BHT03 of the file's transaction."""
    authorization: str = ""
    replaces: str = ""
    diagnoses: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    order: str = "P"
    """SBR01: whether this payer is asked first (P) or after another (S, T)."""
    prior: tuple[Segment, ...] = ()
    """What the payer before says of all of it: SBR, CAS and AMT of the loop 2320."""

    @property
    def patient(self) -> Person:
        """Whom it is about."""
        return self.dependent or self.subscriber

    @property
    def on(self) -> date | None:
        """The first day of service."""
        return min((one.on for one in self.lines if one.on), default=None)


@dataclass
class _Above:
    """What counts for the claims that follow."""

    batch: str
    billing: Segment = ()
    tax: str = ""
    level: str = ""
    filing: str = ""
    order: str = "P"
    subscriber: Person = field(default_factory=Person)
    dependent: Person | None = None
    payer: Segment = ()


_PRIOR = ("SBR", "AMT", "CAS", "SVD")
_OF_CLAIM = ("REF", "HI", "SV1", "DTP", "LX", "NM1", *_PRIOR)


def claims(transaction: Transaction, sender: str) -> list[Claim]:
    """Every claim of an ST..SE, read leniently; `claim_check` says what is missing."""
    above, found = _Above(batch=at(transaction.first("BHT") or (), 3)), []
    for row in transaction.rows:
        if row[0] == "CLM":
            found.append(_begun(above, row, sender))
        elif found and row[0] in _OF_CLAIM and above.level == "CLM":
            found[-1] = _more(found[-1], row)
            continue
        _take(above, row)
    return found


def _take(above: _Above, row: Segment) -> None:
    if row[0] == "HL":
        _descend(above, at(row, 3))
    elif row[0] == "CLM":
        above.level = "CLM"
    elif row[0] == "SBR":
        above.filing, above.order = at(row, 9), at(row, 1)
    elif row[0] == "REF" and at(row, 1) == "EI" and above.level == "20":
        above.tax = at(row, 2)
    elif row[0] == "NM1":
        _name(above, row)
    elif row[0] == "DMG":
        born = {"birth": at(row, 2), "gender": at(row, 3)}
        if above.dependent is not None:
            above.dependent = replace(above.dependent, **born)
        else:
            above.subscriber = replace(above.subscriber, **born)


def _descend(above: _Above, level: str) -> None:
    above.level = level
    if level == "22":
        above.subscriber, above.payer = Person(), ()
    above.dependent = Person() if level == "23" else None


def _name(above: _Above, row: Segment) -> None:
    role = at(row, 1)
    if role == "85":
        above.billing = row
    elif role == "PR":
        above.payer = row
    elif role == "IL":
        above.subscriber = Person(at(row, 3), at(row, 4), at(row, 9))
    elif role == "QC":
        above.dependent = Person(at(row, 3), at(row, 4))


def _begun(above: _Above, row: Segment, sender: str) -> Claim:
    place, _, frequency = [*at(row, 5).split(":"), "", "", ""][:3]
    return Claim(
        control=at(row, 1),
        charge=money(at(row, 2)),
        place=place,
        frequency=frequency,
        billing_npi=at(above.billing, 9),
        billing_name=at(above.billing, 3),
        tax_id=above.tax,
        payer_id=at(above.payer, 9),
        payer_name=at(above.payer, 3),
        filing=above.filing,
        subscriber=above.subscriber,
        dependent=above.dependent,
        sender=sender,
        batch=above.batch,
        order=above.order,
    )


def _more(claim: Claim, row: Segment) -> Claim:
    kind, value = at(row, 1), at(row, 2)
    if row[0] in _PRIOR:
        return _of_prior(claim, row)
    if claim.prior and not claim.lines and row[0] in ("REF", "DTP"):
        return claim  # the other payer's own number and day
    if row[0] == "REF" and kind == "G1" and not claim.lines:
        return replace(claim, authorization=value)
    if row[0] == "REF" and kind == "F8" and not claim.lines:
        return replace(claim, replaces=value)
    if row[0] == "HI":
        codes = tuple(at(tuple(one.split(":")), 1) for one in row[1:] if one)
        return replace(claim, diagnoses=claim.diagnoses + codes)
    if row[0] == "SV1":
        code, *modifiers = kind.split(":")[1:5] or [""]
        line = Line(code, tuple(m for m in modifiers if m), money(value), at(row, 4))
        return replace(claim, lines=(*claim.lines, line))
    if not claim.lines:
        return claim
    last = claim.lines[-1]
    if row[0] == "DTP" and kind == "472":
        last = replace(last, on=day(at(row, 3)[:8]))
    elif row[0] == "REF" and kind == "6R":
        last = replace(last, control=value)
    return replace(claim, lines=(*claim.lines[:-1], last))


def _of_prior(claim: Claim, row: Segment) -> Claim:
    if not claim.lines:
        return replace(claim, prior=(*claim.prior, row))
    last = claim.lines[-1]
    return replace(claim, lines=(*claim.lines[:-1], replace(last, prior=(*last.prior, row))))


def money(text: str) -> Decimal:
    """An amount, or nothing where it is none."""
    try:
        return Decimal(text or "0")
    except InvalidOperation:
        return Decimal()


def day(text: str) -> date | None:
    """A day as `ccyymmdd`, or None where it is none."""
    try:
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a day, no moment
    except ValueError:
        return None
