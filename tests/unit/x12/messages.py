"""Messages as clearinghouses send them, written by hand and by nothing of ours."""

from collections.abc import Sequence

_ISA = "ISA*00*          *00*          *ZZ*CLEARING       *ZZ*CLINIC         "
PAYER = ["HL*1**20*1", "NM1*PR*2*EXAMPLE HEALTH*****PI*60054"]
PROVIDER = ["HL*2*1*21*1", "NM1*1P*2*NORTHSIDE PHYSICAL THERAPY*****XX*1234567893"]
SUBSCRIBER = [
    "HL*3*2*22*0",
    "TRN*2*ABC123456*9CLINIC001",
    "NM1*IL*1*DOE*ANA****MI*W12345678",
    "DMG*D8*19800101*F",
]
ABOVE = ["BHT*0022*11*REF1*20261126*1500", *PAYER, *PROVIDER]


def answer(*benefits: str, above: Sequence[str] = (*ABOVE, *SUBSCRIBER)) -> bytes:
    """A 271 in its envelope: who answers about whom, then the benefits."""
    return interchange([*above, *benefits])


def interchange(
    body: Sequence[str],
    *,
    kind: str = "271",
    group: str = "HB",
    version: str = "005010X279A1",
    isa_version: str = "00501",
    element: str = "*",
    repetition: str = "^",
    component: str = ":",
    end: str = "~",
    control: int = 7,
) -> bytes:
    """An interchange of one transaction, written with `*^:`; `end` may hold a line's end, too."""
    lines = [
        f"{_ISA}*261126*1500*^*{isa_version}*{control:09d}*0*T*:",
        f"GS*{group}*CLEARING*CLINIC*20261126*1500*{control}*X*{version}",
        f"ST*{kind}*0001*{version}",
        *body,
        f"SE*{len(body) + 2}*0001",
        f"GE*1*{control}",
        f"IEA*1*{control:09d}",
    ]
    marks = str.maketrans({"*": element, "^": repetition, ":": component})
    return "".join(line.translate(marks) + end for line in lines).encode("latin-1")
