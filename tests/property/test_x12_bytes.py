"""Whatever comes over the wire, a reader answers or refuses: no crash, hang, leak or word."""

import gc
import time
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.x12.acknowledgement import read_group_verdicts, read_interchange_verdicts
from connectors.x12.benefit_271 import read_answers
from connectors.x12.claim_837 import read_claims
from connectors.x12.claim_status_277 import read_status_reports
from connectors.x12.envelope import read
from connectors.x12.errors import X12Error
from connectors.x12.kind import kinds_in
from connectors.x12.remittance_835 import read_remittances
from rules.coverage import summarize
from tests.unit.x12.messages import ABOVE, PAYER, PROVIDER, SUBSCRIBER, answer, interchange
from tests.unit.x12.test_acknowledgement import PARTLY

READERS: list[Callable[[bytes], object]] = [
    read, kinds_in, read_answers, read_group_verdicts, read_interchange_verdicts,
    read_remittances, read_status_reports, read_claims,
]  # fmt: skip
ROWS = [
    "EB*1**30^PT*C1*GOLD", "EB*C*IND*30***23*1500*****Y", "DTP*348*RD8*20260101-20261231",
    "EB*F*IND*PT******VS*30*Y*Y*HC:97110", "HSD*VS*35***29", "MSG*COMBINED", "III*ZZ*11",
    "EB*R**30", "LS*2120", "NM1*PR*2*OTHER", "LE*2120", "AAA*N**72*C", "HL*4*3*23*0",
    "NM1*03*1*DOE*JANE", "TRN*2*X*9CLINIC001",
]  # fmt: skip
PAID = [
    "BPR*I*110*C*ACH************20261125", "TRN*1*EFT1*1999999999", "N1*PR*EXAMPLE HEALTH*XV*60054",
    "LX*1", "CLP*C1*1*250*110*20*12*E1*11*1", "NM1*QC*1*DOE*JANE****MI*W12345678",
    "SVC*HC:97110:GP*120*90**2", "DTM*472*20261102", "CAS*CO*45*10**253*0", "CAS*PR*3*20",
    "SVC*HC:97140*130*20**1", "CAS*CO*97*110", "LQ*HE*N20", "PLB*1234567893*20261231*WO:E8*15",
]  # fmt: skip
SAID = [
    "BHT*0085*08*R1*20261126*1500*TH", *PAYER, "HL*2*1*21*1", "NM1*41*2*NORTHSIDE*****46*C1",
    "HL*3*2*19*1", "NM1*85*2*NORTHSIDE*****XX*1234567893", "HL*4*3*PT",
    "NM1*QC*1*DOE*JANE****MI*W12345678", "TRN*2*C1", "STC*A7:562:85*20261126*U*250",
    "REF*1K*E1", "DTP*472*D8*20261102", "SVC*HC:97110*120", "STC*A7:455*20261126*U",
]  # fmt: skip
CLAIMED = [
    "BHT*0019*00*B1*20261126*1500*CH", "NM1*41*2*NORTHSIDE*****46*C1", "NM1*40*2*HUB*****46*H1",
    "HL*1**20*1", "NM1*85*2*NORTHSIDE*****XX*1234567893", "HL*2*1*22*0", "SBR*P*18*******CI",
    "NM1*IL*1*DOE*JANE****MI*W12345678", "DMG*D8*19800102*F", "NM1*PR*2*EXAMPLE*****PI*60054",
    "CLM*C1*250***11:B:1*Y*A*Y*Y", "REF*G1*AUTH1", "HI*ABK:M545*ABF:M6281", "LX*1",
    "SV1*HC:97110:GP*120*UN*2***1", "DTP*472*D8*20261102",
]  # fmt: skip
SEEDS = [
    interchange(PAID, kind="835", group="HP", version="005010X221A1"),
    interchange(SAID, kind="277", group="HN", version="005010X214"),
    interchange(CLAIMED, kind="837", group="HC", version="005010X222A1"),
    answer(*ROWS),
    interchange(
        [*ABOVE, *SUBSCRIBER, *ROWS], element="|", repetition="}", component=">", end="\r\n"
    ),
    interchange([*PAYER, *PROVIDER, "AAA*N**51*C"], repetition="U", version="004010X092A1"),
    interchange(PARTLY, kind="999", group="FA").replace(b"~GS*", b"~TA1*7*261126*1500*R*006~GS*"),
    interchange([*ABOVE, *SUBSCRIBER, *ROWS], end="~\n") + answer(),
]
SPLICES = [
    b"~", b"*", b"^", b":", b"ISA", b"ISA*00*", b"GS*HB*", b"ST*271*0002~", b"SE*1*0001~",
    b"IEA*1*7~", b"\xff", b"\0", b"\r\n", b"\xef\xbb\xbf", b"HL*1**22*0~", b"EB*", b"\xc3",
    "٣".encode(), b"-", b".",
]  # fmt: skip
A_BREATH = 5.0
"""Seconds of CPU that no message of this size may take; a collection of all garbage fits in."""


def mangled(random: Random) -> bytes:
    """A message with a few things done to it that wires, hosts and editors do."""
    raw = bytearray(random.choice(SEEDS))
    for _ in range(random.randint(1, 4)):
        at, other = sorted(random.choices(range(len(raw) + 1), k=2))
        match random.randrange(7):
            case 0:
                raw[at:at] = random.choice(SPLICES) * random.choice((1, 1, 1, 40))
            case 1:
                del raw[at : min(other, at + 40)]
            case 2:
                raw[at:at] = raw[at:other]
            case 3:
                raw = raw[:at] if random.random() < 0.3 else raw
            case 4:
                raw[at : at + 1] = bytes([random.randrange(256)])
            case 5:
                raw = raw.replace(*(bytes([random.choice(raw or b"~")]) for _ in range(2)))
            case _:
                raw[at:at] = random.choice(SEEDS)
    return bytes(raw)


def try_all(raw: bytes) -> int:
    """How many readers understood it; anything but X12Error fails the test by itself."""
    understood = 0
    for reader in READERS:
        try:
            reader(raw)
        except X12Error as error:
            message = str(error)
            assert "JANE" not in message
            assert "W12345678" not in message
        else:
            understood += 1
    return understood


@pytest.fixture(scope="module")
def rounds(request: pytest.FixtureRequest) -> int:
    """A few by default, many in the long form (`make faults`)."""
    return 50_000 if request.config.getoption("long_faults", default=False) else 1_500


def test_no_message_however_mangled_crashes_or_hangs_a_reader(rounds: int) -> None:
    random = Random(270)
    understood, slowest = 0, 0.0
    for _ in range(rounds):
        raw = mangled(random)
        start = time.process_time()
        understood += try_all(raw)
        slowest = max(slowest, time.process_time() - start)
    assert rounds < understood < rounds * len(READERS), "both sides are struck"
    assert slowest < A_BREATH


SEGMENTS = [
    *("HL", "NM1", "TRN", "DMG", "INS", "AAA", "EB", "REF", "DTP", "HSD", "MSG", "III", "LS", "LE"),
    *("BPR", "CLP", "CAS", "SVC", "LQ", "PLB", "MOA", "DTM", "AMT", "QTY", "LX", "N3", "PER"),
    *("STC", "CLM", "HI", "SV1", "SBR", "PAT", "AK1", "AK2", "IK3", "IK4", "IK5", "AK9", "CTX"),
    *("ST", "SE", "GE", "TA1", "ISA"),
]
ELEMENTS = [
    *("",) * 5, "0", "-1", ".2", "999999.99", "1,500", "NaN", "9" * 25, "20", "21", "22", "23",
    "29", "30^PT", "IND", "Y", "N", "VS", "HC:97110:GP", ":::", "D8", "RD8", "20261130", "20261399",
    "20261130-20261231", "IL", "03", "PR", "1P", "QC", "ZZ", "44", "A", "R", "A7:562:85", "CO",
    "45", " ", " x ", "C", "F", "8", "CLM01:9", "72",
]  # fmt: skip


def test_no_segments_however_odd_crash_a_reader_or_the_summary(rounds: int) -> None:
    random = Random(272)
    summaries = 0
    for _ in range(rounds // 4):
        body = [
            "*".join([random.choice(SEGMENTS), *random.choices(ELEMENTS, k=random.randrange(15))])
            for _ in range(random.randrange(60))
        ]
        kind = random.choice(["271", "271", "835", "837", "277", "999"])
        raw = interchange([*PAYER, *PROVIDER, "HL*3*2*22*0", *body], kind=kind)
        try_all(raw)
        with suppress(X12Error):
            for answer_read in read_answers(raw):
                summaries += bool(summarize(answer_read, date(2026, 11, 30)).status)
    assert summaries > rounds // 100


@settings(max_examples=80, deadline=None)
@given(raw=st.binary(max_size=300), start=st.sampled_from([b"", b"ISA", b"ISA*", SEEDS[0][:106]]))
def test_no_bytes_at_all_crash_a_reader(raw: bytes, start: bytes) -> None:
    try_all(start + raw)


def test_reading_leaves_nothing_behind(rounds: int) -> None:
    random = Random(271)
    messages = [mangled(random) for _ in range(30)]
    for one in messages:
        try_all(one)  # what is kept once, such as numbers met before
    gc.collect()
    tracemalloc.start()
    for one in messages:
        try_all(one)
    gc.collect()
    before, _ = tracemalloc.get_traced_memory()
    for _ in range(max(rounds // 600, 3)):
        for one in messages:
            try_all(one)
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert after - before < 20_000


HOSTILE: dict[str, Callable[[int], bytes]] = {
    "envelopes that begin": lambda count: SEEDS[0] + b"\nISA*00*" * count,
    "terminators": lambda count: SEEDS[0][:106] + b"~" * count + SEEDS[0][106:],
    "elements": lambda count: answer("EB" + "*" * count),
    "repetitions": lambda count: answer("EB*1**" + "^1" * count),
    "repetitions of no kind": lambda count: answer("EB*1**" + "1;" * count),
    "components": lambda count: answer("EB*1**********" + ":" * count),
    "benefits": lambda count: answer(*["EB*1**30"] * count),
    "texts of one benefit": lambda count: answer("EB*1**30", *["MSG*A"] * count),
    "numbers that are none": lambda count: answer(*["EB*C*****X"] * count),
    "refusals": lambda count: answer(*["AAA*N**72*C"] * count),
    "traces": lambda count: answer(*["TRN*2*A*B"] * count),
    "subscribers": lambda count: answer(*["HL*3*2*22*0"] * count),
    "dependents": lambda count: answer(*["HL*4*3*23*0"] * count),
    "providers refused": lambda count: answer(*["HL*4*1*21*0", "AAA*N**51*C"] * (count // 2)),
    "transactions": lambda count: interchange(["ST*271*0002", "SE*2*0002"] * (count // 2)),
    "groups": lambda count: interchange(["GE*1*7", "GS*HB*A*B"] * (count // 2)),
    "a number": lambda count: answer("EB*C*****" + "9" * count),
    "claims that are paid": lambda count: interchange(
        ["BPR*I*1", "TRN*1*A", *["CLP*C1*1*5*5", "SVC*HC:97110*5*5", "CAS*CO*45*0"] * (count // 3)],
        kind="835",
    ),
    "lines of a claim": lambda count: interchange(
        ["BPR*I*1", "TRN*1*A", "CLP*C1*1*5*5", *["SVC*HC:97110*5*5", "CAS*CO*45*0"] * (count // 2)],
        kind="835",
    ),
    "claims that are told of": lambda count: interchange(
        [*SAID[:6], *["HL*4*3*PT", "TRN*2*C1", "STC*A7:562*20261126"] * (count // 3)], kind="277"
    ),
    "claims that are sent": lambda count: interchange(
        [*CLAIMED[:10], *["CLM*C1*5", "LX*1", "SV1*HC:97110*5*UN*1"] * (count // 3)], kind="837"
    ),
    "segments that are wrong": lambda count: interchange(
        ["AK1*HC*1", "AK2*837*1", *["IK3*NM1*1", "IK4*1**1"] * (count // 2), "AK9*R*1*1*0"],
        kind="999",
    ),
    "interchanges": lambda count: b"".join([interchange([])] * (count // 30)),
    "letters of lines": lambda count: SEEDS[0][:80] + b"\r\n" * count + SEEDS[0][80:],
}


OTHER_READERS: dict[str, Callable[[bytes], object]] = {
    "claims that are paid": read_remittances,
    "lines of a claim": read_remittances,
    "claims that are told of": read_status_reports,
    "claims that are sent": read_claims,
    "segments that are wrong": read_group_verdicts,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_message_made_to_be_slow_takes_time_in_proportion_to_its_size(name: str) -> None:
    reader = OTHER_READERS.get(name, read_answers)
    small, large = (HOSTILE[name](count) for count in (1_000, 4_000))
    quick, slow = (min(_seconds(reader, raw) for _ in range(2)) for raw in (small, large))
    assert slow < A_BREATH
    assert slow < 12 * quick + 0.02, "four times the size, and far more than four times as long"


def _seconds(reader: Callable[[bytes], object], raw: bytes) -> float:
    start = time.process_time()
    with suppress(X12Error):
        reader(raw)
    return time.process_time() - start
