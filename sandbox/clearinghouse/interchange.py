"""An interchange read and judged, and one put round what goes back."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sandbox.clearinghouse.segment import BrokenInterchange, Segment, at, read, segment
from sandbox.moment import iso


@dataclass(frozen=True)
class Transaction:
    """ST to SE, and what is wrong with its frame (IK502), if anything."""

    rows: tuple[Segment, ...]
    fault: str | None = None

    @property
    def kind(self) -> str:
        """ST01."""
        return at(self.rows[0], 1)

    def first(self, *start: str) -> Segment | None:
        """The first segment that begins with these elements."""
        return next((row for row in self.rows if row[: len(start)] == start), None)


@dataclass(frozen=True)
class Group:
    """GS to GE, and what is wrong with its frame (AK905), if anything."""

    header: Segment
    transactions: tuple[Transaction, ...]
    fault: str | None = None


@dataclass(frozen=True)
class Interchange:
    """What arrived, its groups in order."""

    header: Segment
    groups: tuple[Group, ...] = field(default=())

    @property
    def control(self) -> str:
        """ISA13."""
        return self.header[13]


@dataclass(frozen=True)
class Sender:
    """Whose ids stand in an envelope, and which number the interchange has."""

    sender: str
    receiver: str
    control: int
    now: int
    usage: str = "T"
    version: str = "00501"


def parsed(text: str) -> Interchange:
    """One interchange, checked as far as a TA1 reports; raises BrokenInterchange."""
    rows = read(text)
    header, body, trailer = rows[0], rows[1:-1], rows[-1]
    if trailer[0] != "IEA":
        raise BrokenInterchange("023")
    if at(trailer, 2) != header[13]:
        raise BrokenInterchange("001")
    if header[12] != "00501":
        raise BrokenInterchange("017")
    groups = tuple(_groups(body))
    if at(trailer, 1) != str(len(groups)):
        raise BrokenInterchange("021")
    return Interchange(header, groups)


def _groups(rows: Sequence[Segment]) -> list[Group]:
    found: list[Group] = []
    start = 0
    for i, row in enumerate(rows):
        if row[0] == "GE":
            if rows[start][0] != "GS":
                raise BrokenInterchange("024")
            transactions = tuple(_transactions(rows[start + 1 : i]))
            fault = _group_fault(rows[start], row, len(transactions))
            found.append(Group(rows[start], transactions, fault))
            start = i + 1
    if start != len(rows) or not found:
        raise BrokenInterchange("024")
    return found


def _group_fault(header: Segment, trailer: Segment, count: int) -> str | None:
    if at(trailer, 2) != at(header, 6):
        return "4"
    return None if at(trailer, 1) == str(count) else "5"


def _transactions(rows: Sequence[Segment]) -> list[Transaction]:
    found: list[Transaction] = []
    start = 0
    for i, row in enumerate(rows):
        if row[0] == "SE":
            part = tuple(rows[start : i + 1])
            fault = None
            if part[0][0] != "ST" or at(row, 2) != at(part[0], 2):
                fault = "3"
            elif at(row, 1) != str(len(part)):
                fault = "4"
            found.append(Transaction(part, fault))
            start = i + 1
    if start != len(rows):
        found.append(Transaction(tuple(rows[start:]), "2"))
    return found


def framed(
    who: Sender, kind: str, version: str, bodies: Sequence[Sequence[Segment]]
) -> list[Segment]:
    """ISA to IEA round transactions whose ST and SE are made here; counts are right."""
    number = str(who.control)
    rows = [isa(who), _gs(who, kind, version, number)]
    names = {"FA": "999", "HB": "271", "HN": "277", "HP": "835"}
    for i, body in enumerate(bodies, start=1):
        own = f"{i:04d}"
        # The remittance's ST has no third element.
        rows.append(("ST", names[kind], own, "" if kind == "HP" else version))
        rows += body
        rows.append(("SE", str(len(body) + 2), own))
    return [*rows, ("GE", str(len(bodies)), number), ("IEA", "1", f"{who.control:09d}")]


def isa(who: Sender) -> Segment:
    """The interchange header; its ids padded to fifteen."""
    day, hour = stamp(who.now)
    names = (f"{who.sender[:15]:<15}", f"{who.receiver[:15]:<15}")
    spaces = " " * 10
    return (
        *("ISA", "00", spaces, "00", spaces, "ZZ", names[0], "ZZ", names[1]),
        *(day[2:], hour, "^", who.version, f"{who.control:09d}", "0", who.usage, ":"),
    )


def header_of(text: str) -> Segment:
    """The ISA of what could not be used, as far as there is one."""
    found = tuple(text[:105].split("*")) if text.startswith("ISA*") else ()
    known = found if len(found) == 17 else ("ISA", *[""] * 8, "000101", "0000", *[""] * 6)
    return (*known[:13], known[13] or "000000000", *known[14:])


def ta1(who: Sender, header: Segment, code: str) -> list[Segment]:
    """An interchange that says only why another one could not be used."""
    told = ("TA1", header[13], header[9], header[10], "R" if code != "000" else "A", code)
    return [isa(who), told, ("IEA", "0", f"{who.control:09d}")]


def stamp(now: int) -> tuple[str, str]:
    """`20260105` and `0930`, UTC."""
    text = iso(now)
    return text[:10].replace("-", ""), text[11:16].replace(":", "")


def _gs(who: Sender, kind: str, version: str, number: str) -> Segment:
    day, hour = stamp(who.now)
    ids = (who.sender.strip(), who.receiver.strip())
    return segment(f"GS*{kind}*{ids[0]}*{ids[1]}*{day}*{hour}*{number}*X*{version}")
