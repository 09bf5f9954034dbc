"""What a 270 asks, or what is wrong with it."""

from dataclasses import dataclass, field

from sandbox.clearinghouse.acknowledgement import Mistake
from sandbox.clearinghouse.interchange import Transaction
from sandbox.clearinghouse.segment import Segment, at


@dataclass(frozen=True)
class Person:
    """A subscriber or dependent as named in a question."""

    last: str = ""
    first: str = ""
    member_id: str = ""
    birth: str = ""
    gender: str = ""


@dataclass(frozen=True)
class Asked:
    """One question; dates are `ccyymmdd` as asked, or an empty text."""

    payer_id: str
    payer_name: str
    npi: str
    provider: str
    subscriber: Person
    dependent: Person | None = None
    trace: str = ""
    origin: str = ""
    service_types: tuple[str, ...] = ("30",)
    service_on: str = ""
    reference: str = ""
    sender: str = "SANDBOXCLINIC"
    receiver: str = "SANDBOXHUB"

    @property
    def patient(self) -> Person:
        """Whom it is about."""
        return self.dependent or self.subscriber


@dataclass
class _Reading:
    mistakes: list[Mistake] = field(default_factory=list)
    level: str = ""
    payer: Segment = ()
    provider: Segment = ()
    people: dict[str, dict[str, Segment]] = field(default_factory=dict)
    service_types: list[str] = field(default_factory=list)


def asked(transaction: Transaction, sender: str, receiver: str) -> Asked | list[Mistake]:
    """The question of one ST..SE, or every mistake that a 999 would name."""
    reading = _Reading()
    for position, row in enumerate(transaction.rows, start=1):
        _take(reading, position, row)
    _complete(reading, transaction)
    if reading.mistakes:
        return reading.mistakes
    own = reading.people["23"] if "23" in reading.people else reading.people["22"]
    trace, when = own.get("TRN", ()), own.get("DTP", ())
    begin = transaction.first("BHT") or ()
    return Asked(
        payer_id=at(reading.payer, 9),
        payer_name=at(reading.payer, 3),
        npi=at(reading.provider, 9),
        provider=" ".join(filter(None, (at(reading.provider, 4), at(reading.provider, 3)))),
        subscriber=_person(reading.people["22"]),
        dependent=_person(reading.people["23"]) if "23" in reading.people else None,
        trace=at(trace, 2),
        origin=at(trace, 3),
        service_types=tuple(reading.service_types),
        service_on=at(when, 3)[:8],
        reference=at(begin, 3),
        sender=sender,
        receiver=receiver,
    )


def _take(reading: _Reading, position: int, row: Segment) -> None:
    if row[0] == "HL":
        reading.level = at(row, 3)
    elif row[0] == "NM1" and reading.level == "20":
        reading.payer = row
    elif row[0] == "NM1" and reading.level == "21":
        reading.provider = row
    elif row[0] in ("NM1", "DMG", "TRN", "DTP") and reading.level in ("22", "23"):
        reading.people.setdefault(reading.level, {})[row[0]] = row
        _check(reading, position, row)
    elif row[0] == "EQ":
        reading.service_types += at(row, 1).split("^")
        if not at(row, 1) and not at(row, 2):
            reading.mistakes.append(Mistake("EQ", position, "8", 1, "1365", "2"))


def _check(reading: _Reading, position: int, row: Segment) -> None:
    if row[0] == "TRN" and len(at(row, 3)) != 10:
        short = "4" if len(at(row, 3)) < 10 else "5"
        reading.mistakes.append(Mistake("TRN", position, "8", 3, "509", short, at(row, 3)))
    if row[0] == "DMG" and (len(at(row, 2)) != 8 or not at(row, 2).isdigit()):
        reading.mistakes.append(Mistake("DMG", position, "8", 2, "1251", "8", at(row, 2)))
    if row[0] == "NM1" and not at(row, 3):
        reading.mistakes.append(Mistake("NM1", position, "8", 3, "1035", "1"))


def _complete(reading: _Reading, transaction: Transaction) -> None:
    last = len(transaction.rows)
    begin = transaction.first("BHT")
    if begin is None or at(begin, 1) != "0022" or at(begin, 2) != "13":
        reading.mistakes.append(Mistake("BHT", 2, "3" if begin is None else "8", 2, "353", "7"))
    if at(reading.payer, 8) not in ("PI", "XV", "FI", "NI", "AD") or not at(reading.payer, 9):
        reading.mistakes.append(Mistake("NM1", last, "8", 9, "67", "2"))
    if not at(reading.provider, 9):
        reading.mistakes.append(Mistake("NM1", last, "8", 9, "67", "2"))
    if "NM1" not in reading.people.get("22", {}):
        reading.mistakes.append(Mistake("NM1", last, "3"))
    if not reading.service_types:
        reading.mistakes.append(Mistake("EQ", last, "3"))


def _person(rows: dict[str, Segment]) -> Person:
    name, born = rows.get("NM1", ()), rows.get("DMG", ())
    return Person(at(name, 3), at(name, 4), at(name, 9), at(born, 2), at(born, 3))
