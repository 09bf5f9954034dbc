"""The X12 codec: answers read and summarised beside pyx12, and questions written."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from time import process_time

from bench.measure import Sample
from data_contracts.inquiry import Asker, Inquiry, Person

SEGMENTS, BENEFITS = 123, 40
_ON = date(2026, 11, 30)


def read_and_summarize(folder: Path, count: int, rounds: int) -> Sample:
    """Answers a second of one core, in turns; `facts` holds each side's best round.

    Nothing here waits, so that a round is slower than another only by what else the machine does.
    """
    from connectors.x12.benefit_271 import read_answers
    from rules.coverage import summarize

    del folder
    raw = answer()
    text = raw.decode()
    (found,) = read_answers(raw)
    if summarize(found, _ON).status != "active" or text.count("~") != SEGMENTS:
        raise RuntimeError("the answer is another one than was meant")
    rates: dict[str, list[float]] = {"ours": [], "read": [], "theirs": [], "others": []}
    others = iter([answer(member) for member in range(1, count * rounds + 1)])
    for _ in range(rounds):
        rates["others"].append(
            _rate(count, lambda: [summarize(one, _ON) for one in read_answers(next(others))])
        )
        rates["ours"].append(
            _rate(count, lambda: [summarize(one, _ON) for one in read_answers(raw)])
        )
        rates["read"].append(_rate(count, lambda: read_answers(raw)))
        rates["theirs"].append(_rate(max(count // 2, 1), lambda: _segments(text)))
    facts = {name: max(found) for name, found in rates.items()}
    return Sample(wall=0.0, cpu=1 / facts["ours"], facts=facts)


def build(folder: Path, count: int, rounds: int) -> Sample:
    """Questions a second of one core, the best round's; each has a number of its own."""
    from connectors.x12.inquiry_270 import build
    from connectors.x12.outgoing import Envelope

    del folder
    asked = [_inquiry(number) for number in range(count)]
    envelope = Envelope("CLINIC", "CLEARING", 1, is_test=True, originator="9CLINIC001")
    rates, size = [], 0
    for _ in range(rounds):
        start = process_time()
        for number, one in enumerate(asked, start=1):
            size += len(build(one, envelope._replace(control=number)))
        rates.append(count / (process_time() - start))
    if size < 400 * count * rounds:
        raise RuntimeError("the questions are shorter than any question")
    return Sample(wall=0.0, cpu=1 / max(rates), facts={"rate": max(rates)})


def _rate(count: int, work: Callable[[], object]) -> float:
    start = process_time()
    for _ in range(count):
        work()
    return count / (process_time() - start)


def _segments(text: str) -> int:
    """Every segment taken apart, which is all that pyx12 can do with a 271 of 5010."""
    from pyx12.x12file import X12Reader

    return sum(len(segment) for segment in X12Reader(StringIO(text)))


def answer(member: int = 0) -> bytes:
    """A 271 as large payers send it: forty benefits, free texts, dates, limits, other payers.

    What is left of each sum is the member's own.
    """
    body = [*_ABOVE, *(line for row in _rows(member / 100) for line in row)]
    body[_NAMED] = f"NM1*IL*1*DOE*ANA****MI*W{12345678 + member}"
    lines = [*_HEAD, *body, f"SE*{len(body) + 2}*0001", "GE*1*7", "IEA*1*000000007"]
    return "".join(f"{line}~" for line in lines).encode()


_ISA = "ISA*00*          *00*          *ZZ*CLEARING       *ZZ*CLINIC         "
_HEAD = (
    f"{_ISA}*261126*1500*^*00501*000000007*0*T*:",
    "GS*HB*CLEARING*CLINIC*20261126*1500*7*X*005010X279A1",
    "ST*271*0001*005010X279A1",
)
_ABOVE = (
    "BHT*0022*11*REF1*20261126*1500", "HL*1**20*1", "NM1*PR*2*EXAMPLE HEALTH*****PI*60054",
    "HL*2*1*21*1", "NM1*1P*2*NORTHSIDE PHYSICAL THERAPY*****XX*1234567893", "HL*3*2*22*0",
    "TRN*2*ABC123456*9CLINIC001", "NM1*IL*1*DOE*ANA****MI*W12345678", "REF*18*0404044",
    "REF*6P*G100*EXAMPLE EMPLOYER",
    "N3*1 EXAMPLE ST", "N4*DENVER*CO*802020000", "DMG*D8*19800102*F", "INS*Y*18*001*25",
    "DTP*346*D8*20260101", "DTP*472*D8*20261130", "DTP*356*D8*20240101",
)  # fmt: skip
_NAMED = 7
"""Where among them the member stands."""
_PLAIN = [
    "EB*1**30**OPEN ACCESS PLUS", "EB*1**1^33^47^48^50^86^98^UC^AL^MH^88",
    *(f"EB*A*IND*{code}*****.2****Y" for code in ("98", "33", "AE", "PT", "86", "UC")),
    *(f"EB*B*IND*{code}***27*35*****Y" for code in ("98", "33", "AE", "PT", "86", "UC")),
]  # fmt: skip


def _tiers(spent: float) -> list[str]:
    return [
        f"EB*{meter}*{level}*30***{period}*{amount:.10g}*****{network}"
        for meter, total in (("C", 1500), ("G", 6000))
        for level, times in (("IND", 1), ("FAM", 2))
        for network in "YN"
        for period, amount in (("23", total * times), ("29", total * times - 250 - spent))
    ]


def _rows(spent: float) -> list[list[str]]:
    """Forty benefits with sixty segments below them."""
    therapy = ["EB*F*IND*PT******VS*30**Y", "EB*F*IND*AE******VS*30**N"]
    limits = [[row, "HSD*VS*30***23*1", "HSD*VS*22***29", "MSG*COMBINED PT/OT"] for row in therapy]
    others = [
        ["EB*R**30", "LS*2120", "NM1*PR*2*OTHER HEALTH*****PI*99", "LE*2120"],
        ["EB*L**30", "LS*2120", "NM1*P3*1*JONES*MARK****XX*1999999984", "LE*2120"],
        ["EB*W", "LS*2120", "NM1*PR*2*EXAMPLE HEALTH", "LE*2120"],
        ["EB*X", "LS*2120", "NM1*1P*2*NORTHSIDE*****XX*1234567893", "LE*2120"],
    ]
    tiers = [[row, "DTP*292*RD8*20260101-20261231"] for row in _tiers(spent)]
    texts = [[row, "MSG*INCLUDED IN OUT OF POCKET"] for row in _PLAIN]
    rest = [["EB*I**35", "MSG*NOT COVERED", "MSG*SEE BOOKLET", "III*ZZ*11"] for _ in range(4)]
    return [*texts, *tiers, *limits, *rest, *others]


def _inquiry(number: int) -> Inquiry:
    return Inquiry(
        trace=f"PT{number:010d}",
        payer_id="60054",
        payer_name="Example Health",
        asker=Asker(npi="1234567893", organization="Northside Physical Therapy"),
        subscriber=Person(
            first_name="Ana", last_name="Doe", birth_date=date(1980, 1, 2), member_id=f"W{number}"
        ),
        service_type="PT",
        service_on=_ON,
        asked_at=datetime(2026, 11, 26, 15, 4, tzinfo=UTC),
    )
