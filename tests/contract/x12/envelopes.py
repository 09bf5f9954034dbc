"""Whole X12 files around the segments that a test is about, written as people read them."""

_GROUPS = {
    "835": ("HP", "005010X221A1"),
    "277": ("HN", "005010X214"),
    "999": ("FA", "005010X231A1"),
}
_ISA = (
    "ISA*00*          *00*          *ZZ*PAYER          *ZZ*CLINIC         "
    "*261126*0900*^*00501*000000101*0*T*:"
)


def enveloped(kind: str, *bodies: str) -> bytes:
    """One interchange; each body holds the segments between ST and SE, one a line."""
    functional, version = _GROUPS[kind]
    lines = [_ISA, f"GS*{functional}*PAYER*CLINIC*20261126*0900*101*X*{version}"]
    for number, body in enumerate(bodies, start=1):
        own = [line.strip() for line in body.splitlines() if line.strip()]
        control = f"{number:04d}"
        lines += [f"ST*{kind}*{control}", *own, f"SE*{len(own) + 2}*{control}"]
    lines += [f"GE*{len(bodies)}*101", "IEA*1*000000101"]
    return "".join(f"{line}~\n" for line in lines).encode("ascii")
