"""A made-up remittance, read and judged: claims with two lines each, one in eight denied."""

from pathlib import Path

from bench.measure import Sample, stopwatch
from connectors.x12.remittance_835 import read_remittances
from rules.remittance_account import account_of


def judged(folder: Path, claims: int) -> Sample:
    """From the file's bytes to what was denied and why, with the balance of every claim."""
    path = folder / "payment.835"
    path.write_bytes(remittance(claims))
    with stopwatch() as watch:
        raw = path.read_bytes()
        account = account_of(read_remittances(raw))
    if (account.judged, account.denied) != (claims, -(-claims // 8)):
        raise AssertionError("a claim was lost, or judged otherwise")
    if account.warnings:
        raise AssertionError("its sums do not add up")
    facts = {"bytes": len(raw), "denied": account.denied}
    return Sample(watch.wall, watch.cpu, facts=facts)


def remittance(claims: int) -> bytes:
    """An 835 of so many claims; every eighth lacks an authorisation."""
    bodies = [_claim(number, is_denied=number % 8 == 0) for number in range(claims)]
    paid = 150 * (claims - -(-claims // 8))
    head = [
        "ST*835*0001",
        f"BPR*I*{paid}*C*ACH*CCP*01*111*DA*33*1999999999**01*111*DA*22*20261125",
        "TRN*1*EFT0001*1999999999",
        "DTM*405*20261124",
        "N1*PR*EVERGREEN HEALTH*XV*EVER1",
        "N1*PE*NORTHSIDE PT*XX*1234567893",
        "LX*1",
    ]
    lines = [*head, *(line for body in bodies for line in body)]
    envelope = "ISA*00*          *00*          *ZZ*PAYER          *ZZ*CLINIC         "
    return "~".join(
        [
            f"{envelope}*261125*0900*^*00501*000000101*0*T*:",
            "GS*HP*PAYER*CLINIC*20261125*0900*101*X*005010X221A1",
            *lines,
            f"SE*{len(lines) + 1}*0001",
            "GE*1*101",
            "IEA*1*000000101~",
        ]
    ).encode("ascii")


def _claim(number: int, *, is_denied: bool) -> list[str]:
    taken = "CAS*CO*197*120" if is_denied else "CAS*CO*45*30**253*0"
    paid, patient = (0, 0) if is_denied else (150, 20)
    return [
        f"CLP*C{number:07d}*1*200*{paid}*{patient}*12*EV{number:07d}*11*1",
        f"NM1*QC*1*DOE{number}*JANE****MI*W{number:09d}",
        "DTM*232*20261102",
        f"SVC*HC:97110:GP*120*{0 if is_denied else 90}**2",
        "DTM*472*20261102",
        taken,
        f"REF*6R*{number}A",
        f"SVC*HC:97140:GP:59*80*{0 if is_denied else 60}**1",
        "DTM*472*20261102",
        "CAS*CO*197*80" if is_denied else "CAS*PR*3*20",
        f"REF*6R*{number}B",
        "AMT*B6*80",
    ]
