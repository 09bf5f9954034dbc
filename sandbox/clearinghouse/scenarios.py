"""Which member id makes the clearinghouse do what; BEHAVIOUR.md shows the same table to readers."""

import re
from dataclasses import replace

from sandbox.clearinghouse import spoil
from sandbox.clearinghouse.answer_271 import Rejection, renamed
from sandbox.clearinghouse.inquiry import Asked, Person
from sandbox.clearinghouse.scenario import Scenario
from sandbox.clearinghouse.scenario_benefits import BENEFITS
from sandbox.clearinghouse.segment import LINES, PIPES


def _other_person(asked: Asked) -> Asked:
    stranger = Person("STRANGER", "PAT", "W00000001", "19500101", "F")
    return renamed(replace(asked, trace="99990000OTHER"), stranger)


def _other_name(asked: Asked) -> Asked:
    return renamed(asked, replace(asked.patient, last="STRANGER", first="PAT"))


def _other_trace(asked: Asked) -> Asked:
    return replace(asked, trace="99990000OTHER")


_ACTIVE = BENEFITS["ACTIVE"]
WIRE = {
    "PIPES": replace(_ACTIVE, what="element |, repetition }, component ^", marks=PIPES),
    "LINES": replace(_ACTIVE, what="segments end in a line feed", marks=LINES),
    "BOM": replace(_ACTIVE, what="a byte order mark comes first", spoil=spoil.marked),
    "SEWRONG": replace(_ACTIVE, what="SE01 is wrong", spoil=spoil.wrong_count),
    "NOGE": replace(_ACTIVE, what="GE is missing", spoil=spoil.without_group_end),
    "SHORTISA": replace(_ACTIVE, what="the message ends inside the ISA", spoil=spoil.cut_short),
    "NOHEAD": replace(_ACTIVE, what="the first forty characters are lost", spoil=spoil.headless),
    "UNPADDED": replace(_ACTIVE, what="the ids of the ISA are not padded", spoil=spoil.unpadded),
    "TWO": replace(_ACTIVE, what="two interchanges, one after the other", spoil=spoil.twice),
    "V4010": replace(_ACTIVE, what="version 004010X092A1", spoil=spoil.older_version),
    "BINARY": replace(_ACTIVE, what="bytes that are no text", spoil=spoil.binary),
    "BINARYINSIDE": replace(
        _ACTIVE, what="a message with bytes of no text in it", spoil=spoil.binary_inside
    ),
    "EMPTY": replace(_ACTIVE, what="an empty payload", spoil=spoil.emptied),
    "ACK999": replace(_ACTIVE, what="a 999 in place of the 271", instead="999"),
    "TA1": replace(_ACTIVE, what="a TA1 in place of the 271", instead="TA1"),
    "OTHER": replace(_ACTIVE, what="another patient: trace and name", about=_other_person),
    "OTHERNAME": replace(_ACTIVE, what="our trace, another name", about=_other_name),
    "OTHERTRACE": replace(_ACTIVE, what="our patient, another trace", about=_other_trace),
    "HTML200": replace(_ACTIVE, what="a page of HTML under status 200", page=True),
    "S429": replace(_ACTIVE, what="429 without Retry-After", status=429),
    "S500": replace(_ACTIVE, what="500", status=500),
    "S503": replace(_ACTIVE, what="503", status=503),
    "S504": replace(_ACTIVE, what="504", status=504),
    "DROP": replace(_ACTIVE, what="the connection ends without an answer", breaks="drop"),
    "HALF": replace(_ACTIVE, what="the connection ends inside the answer", breaks="half"),
}
"""What goes wrong on the way."""

SCENARIOS = BENEFITS | WIRE
_REJECTED = re.compile(r"AAA([0-9A-Z]{2})([CRPNSWXY])([ABCD]?)(Z?)")
_SLOW = re.compile(r"SLOW(\d{1,3})")
_LATER = re.compile(r"S429R(\d{1,4})")


def find(member_id: str) -> Scenario | None:
    """The behaviour of a member id, or None where it is nobody's but the simulated clinic's."""
    if found := SCENARIOS.get(member_id):
        return found
    if wait := _SLOW.fullmatch(member_id):
        return replace(_ACTIVE, what=f"answers after {wait[1]} s", seconds=float(wait[1]))
    if wait := _LATER.fullmatch(member_id):
        later = (("Retry-After", wait[1]),)
        return replace(_ACTIVE, what="429 with Retry-After", status=429, headers=later)
    if found_code := _REJECTED.fullmatch(member_id):
        code, follow_up, level, last = found_code.groups()
        aaa = Rejection(code, follow_up, level or "C")
        return Scenario(f"AAA {code} {follow_up}", rejections=[aaa], rejection_last=bool(last))
    return None
