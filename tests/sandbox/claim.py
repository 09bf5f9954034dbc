"""A claim by hand: an 837P of one CLM, with whatever a test wants to spoil."""

from typing import Any

Line = tuple[str, str, str]
EVALUATION: Line = ("97161:GP", "140", "1")
EXERCISE: Line = ("97110:GP", "80", "2")


def x837(*claims: dict[str, Any], control: int = 1) -> str:
    """An interchange with these claims, each below its own subscriber."""
    middle = [
        f"BHT*0019*00*REF{control}*20260105*0900*CH",
        "NM1*41*2*NORTHSIDE PHYSICAL THERAPY*****46*CLINIC",
        "PER*IC*FRONT DESK*TE*3035550100",
        "NM1*40*2*SANDBOX HUB*****46*HUB",
        "HL*1**20*1",
        "PRV*BI*PXC*225100000X",
        "NM1*85*2*NORTHSIDE PHYSICAL THERAPY*****XX*1234567893",
        "N3*100 EXAMPLE AVENUE",
        "N4*DENVER*CO*802020001",
        "REF*EI*123456789",
    ]
    number = 1
    for one in claims:
        number += 1
        middle += _claim(number, **one)
        number += "holder" in one
    count = len(middle) + 2
    ids = "ZZ*CLINIC         *ZZ*HUB            "
    rows = [
        f"ISA*00*{'':10}*00*{'':10}*{ids}*260105*0900*^*00501*{control:09d}*0*T*:",
        f"GS*HC*CLINIC*HUB*20260105*0900*{control}*X*005010X222A1",
        "ST*837*0001*005010X222A1",
        *middle,
        f"SE*{count}*0001",
        f"GE*1*{control}",
        f"IEA*1*{control:09d}",
    ]
    return "".join(row + "~" for row in rows)


def _claim(
    number: int,
    control: str = "C1",
    member_id: str = "ACTIVE",
    payer: str = "60054",
    last: str = "EXAMPLE",
    first: str = "ANA",
    born: str = "19800101",
    on: str = "20260105",
    lines: tuple[Line, ...] = (EXERCISE,),
    authorization: str = "",
    frequency: str = "1",
    replaces: str = "",
    holder: str = "",
    diagnosis: str = "M545",
    charge: str = "",
) -> list[str]:
    total = charge or str(sum(int(one[1]) for one in lines))
    payer_row = f"NM1*PR*2*EXAMPLE PAYER*****PI*{payer}"
    rows = [f"HL*{number}*1*22*0", "SBR*P*18*******CI"]
    rows.append(f"NM1*IL*1*{last}*{first}****MI*{member_id}")
    rows += [f"DMG*D8*{born}*F", payer_row]
    if holder:
        rows = [f"HL*{number}*1*22*1", "SBR*P********CI"]
        rows += [f"NM1*IL*1*{last}*{holder}****MI*{member_id}", payer_row]
        rows += [f"HL*{number + 1}*{number}*23*0", "PAT*19", f"NM1*QC*1*{last}*{first}"]
        rows += ["N3*1 EXAMPLE STREET", "N4*DENVER*CO*80202", f"DMG*D8*{born}*F"]
    rows.append(f"CLM*{control}*{total}***11:B:{frequency}*Y*A*Y*Y")
    rows += [f"REF*G1*{authorization}"] if authorization else []
    rows += [f"REF*F8*{replaces}"] if replaces else []
    rows.append(f"HI*ABK:{diagnosis}")
    for i, (procedure, amount, units) in enumerate(lines, start=1):
        rows += [f"LX*{i}", f"SV1*HC:{procedure}*{amount}*UN*{units}*11**1"]
        rows += [f"DTP*472*D8*{on}", f"REF*6R*{control}L{i}"]
    return rows
