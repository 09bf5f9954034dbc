"""Writes a 270 (005010X279A1): one question about one patient, with the least that finds them."""

import unicodedata
from datetime import UTC

from connectors.x12.errors import Fault, X12Error
from connectors.x12.outgoing import Envelope, Line, fitting, write, written
from connectors.x12.separators import Separators
from data_contracts.inquiry import Asker, Inquiry, Person

VERSION = "005010X279A1"
_REQUEST = "13"
_MARKS = str.maketrans("‘’ʼ´‐‑–—", "''''----")
_LETTERS = str.maketrans(
    {"ß": "SS", "Æ": "AE", "æ": "AE", "Œ": "OE", "œ": "OE", "Ø": "O", "ø": "O"}
    | {"Ł": "L", "ł": "L", "Đ": "D", "đ": "D", "ı": "I"}
)
"""What has one plain spelling, and no accent that could be taken off."""


def build(inquiry: Inquiry, envelope: Envelope) -> bytes:
    """The whole interchange; X12Error names the element that cannot travel, never its value."""
    return write(envelope, "270", VERSION, [_body(inquiry, envelope.originator)], inquiry.asked_at)


def spelled(name: str) -> str:
    """A name as payers keep it: capitals of plain ASCII, accents taken off."""
    if name.isascii():
        return name.strip().upper()
    plain = unicodedata.normalize("NFKD", name.translate(_MARKS).translate(_LETTERS))
    return "".join(one for one in plain if not unicodedata.combining(one)).strip().upper()


def is_writable(person: Person) -> bool:
    """Whether X12 has a character for everything that a question would say of somebody."""
    try:
        written([("NM1", *_names(person), (person.member_id or "").strip())], Separators())
    except X12Error:
        return False
    return True


def _body(inquiry: Inquiry, originator: str) -> list[Line]:
    asked = inquiry.asked_at.astimezone(UTC)
    payer = fitting("payer_name", spelled(inquiry.payer_name), 60)
    payer_id = fitting("payer_id", inquiry.payer_id.strip(), 80)
    lines: list[Line] = [
        ("BHT", "0022", _REQUEST, inquiry.trace, f"{asked:%Y%m%d}", f"{asked:%H%M}"),
        ("HL", "1", "", "20", "1"),
        ("NM1", "PR", "2", payer, "", "", "", "", "PI", payer_id),
        ("HL", "2", "1", "21", "1"),
        *_asker(inquiry.asker),
    ]
    trace = ("TRN", "1", inquiry.trace, fitting("TRN03", originator, 10, 10))
    if inquiry.dependent is None:
        lines += [("HL", "3", "2", "22", "0"), trace, _subscriber(inquiry.subscriber)]
    else:
        lines += [
            ("HL", "3", "2", "22", "1"),
            _subscriber(inquiry.subscriber),
            ("HL", "4", "3", "23", "0"),
            trace,
            ("NM1", "03", "1", *_names(inquiry.dependent)),
        ]
    lines += _demographics(inquiry.patient)
    lines += [("DTP", "291", "D8", f"{inquiry.service_on:%Y%m%d}"), ("EQ", inquiry.service_type)]
    return lines


def _asker(asker: Asker) -> list[Line]:
    if asker.organization:
        who = ("2", fitting("organization", spelled(asker.organization), 60), "")
    elif asker.last_name:
        who = ("1", spelled(asker.last_name), spelled(asker.first_name or ""))
    else:
        raise X12Error(Fault.MISSING, "who asks has no name: neither organization nor last_name")
    named: Line = ("NM1", "1P", *who, "", "", "", "XX", asker.npi)
    return [named, ("PRV", "BI", "PXC", asker.taxonomy)] if asker.taxonomy else [named]


def _subscriber(person: Person) -> Line:
    names = _names(person)
    if person.member_id:
        return ("NM1", "IL", "1", *names, "", "", "", "MI", person.member_id.strip())
    if not any(names):
        raise X12Error(Fault.MISSING, "the subscriber has neither a name nor a member id")
    return ("NM1", "IL", "1", *names)


def _names(person: Person) -> tuple[str, str]:
    last, first = spelled(person.last_name), spelled(person.first_name)
    return last and fitting("last_name", last, 60), first and fitting("first_name", first, 35)


def _demographics(person: Person) -> list[Line]:
    """Birth date, and gender only where it was given because the payer asks."""
    born = f"{person.birth_date:%Y%m%d}" if person.birth_date else ""
    if born and person.gender:
        return [("DMG", "D8", born, person.gender)]
    if born:
        return [("DMG", "D8", born)]
    return [("DMG", "", "", person.gender)] if person.gender else []
