"""Rows of an answer as people write them in a table, sent as a real 271 through our reader.

`B IND @AD^PT p27 $30 in noauth "Rehabilitative"` is EB01, level, service types, period, amount,
network, authorization and MSG. Further: `%0.2` a share, `vs40` visits (`dy60` days, `99=4` used),
`hsd=VS*35***21*1`, `type=MB`, `plan=GOLD`, `out`, `either` (EB12 W), `auth`, `auth?`, `proc=97110`,
`pos=22`, `from=0101` and `to=0630` (plan dates in 2026), `on=20260101-20261231` (eligibility; `old`
is the year before), `cob=` (of paying together), `by=PR:MEDICARE` (who is named below). A semicolon
ends a row. `AAA 72 C` is a refusal, at the level of `at=payer`, `provider` or `row`, else at the
patient's.
"""

import re
from datetime import date

from connectors.x12.benefit_271 import read_answers
from data_contracts.coverage import Network

DAY = date(2026, 3, 12)
NETWORKS = {"in": Network.IN, "out": Network.OUT, "_": Network.NOT_STATED}
ISA = (
    "ISA*00*          *00*          *ZZ*PAYER          *ZZ*CLINIC         *260310*0900*^*00501*"
    "000000001*0*T*:"
)
HEAD = (
    ISA,
    "GS*HB*PAYER*CLINIC*20260310*0900*1*X*005010X279A1",
    "ST*271*0001*005010X279A1",
    "BHT*0022*11*REF1*20260310*0900",
    "HL*1**20*1",
    "NM1*PR*2*MERIDIAN HEALTH*****PI*12345",
)
_PROVIDER = ("HL*2*1*21*1", "NM1*1P*2*OUR CLINIC*****XX*1234567893")
_ANA = ("HL*3*2*22*0", "TRN*2*TRACE1*9CLINIC001", "NM1*IL*1*ROSEN*ANA****MI*M100")
_BORN = "DMG*D8*19800101*F"
_NETWORK = {"in": "Y", "out": "N", "either": "W"}
_AUTHORIZATION = {"auth": "Y", "noauth": "N", "auth?": "U"}
_KINDS = {"vs": "VS", "dy": "DY", "99=": "99"}


def written(text):
    """The answer with just these segments, one a line, below the subscriber's name."""
    lines = [one for one in text.splitlines() if one]
    early = [one for one in lines if one.startswith("AAA")]
    return _read([*_PROVIDER, *_ANA, *early, _BORN, *[one for one in lines if one not in early]])


def answer(text, member="", dependent=None):
    """The answer of which `text` names the rows.

    `member`: further segments of the subscriber's level; `dependent`: the dependent's rows.
    """
    levels = {"payer": [], "provider": [], "patient": [], "row": []}
    rows = []
    for one in (part.strip() for part in text.split(";")):
        if one.startswith("AAA"):
            segment, place = _refusal(one)
            (rows if place == "row" else levels[place]).append(segment)
        elif one and one != "_":
            rows += _row(one)
    found = [*levels["payer"], *_PROVIDER, *levels["provider"], *_ANA, *levels["patient"], _BORN]
    found += [*filter(None, member.split(";")), *rows]
    if dependent is not None:
        found += ["HL*4*3*23*0", "NM1*03*1*ROSEN*BO", "DMG*D8*20100101*M"]
        found += [line for one in dependent.split(";") if one.strip() for line in _row(one)]
    return _read(found)


def _read(body):
    found = [*HEAD, *body]
    found += [f"SE*{len(found) - 1}*0001", "GE*1*1", "IEA*1*000000001"]
    return read_answers(("~".join(found) + "~").encode())[0]


def shown(figure):
    """`30`, `25..50`, `~0..500` where it is worked out, `-` where nothing is said."""
    if figure is None:
        return "-"
    low, high = (f"{one:f}".rstrip("0").rstrip(".") if "." in f"{one:f}" else f"{one:f}"
                 for one in (figure.low, figure.high))  # fmt: skip
    return ("~" if figure.is_estimated else "") + (low if low == high else f"{low}..{high}")


def _refusal(text):
    words = text.split()
    place = next((one[3:] for one in words if one.startswith("at=")), "patient")
    return f"AAA*N**{words[1]}*{words[2] if len(words) > 2 else ''}", place


def _row(text):
    messages = re.findall(r'"([^"]*)"', text)
    words = re.sub(r'"[^"]*"', "", text).split()
    eb = ["EB", words[0], *[""] * 12]
    below, dates = [], {}
    for word in words[1:]:
        if not _coded(word, eb):
            name, _, value = word.partition("=")
            if name in ("from", "to"):
                dates[name] = value
            else:
                below.append(_below(name, value))
    if "from" in dates:
        below.append(f"DTP*346*D8*2026{dates['from']}")
    if "to" in dates:
        below.append(f"DTP*347*D8*2026{dates['to']}")
    entities = [one for one in below if one.startswith("NM1")]
    others = [one for one in below if not one.startswith("NM1")]
    named = ["LS*2120", *entities, "LE*2120"] if entities else []
    return ["*".join(eb).rstrip("*"), *others, *[f"MSG*{one}" for one in messages], *named]


_ELEMENTS = (
    (re.compile(r"(IND|FAM|EMP|ESP|ECH|SPC)"), 2),
    (re.compile(r"@(.*)"), 3),
    (re.compile(r"type=(.+)"), 4),
    (re.compile(r"plan=(.+)"), 5),
    (re.compile(r"p(\d+)"), 6),
    (re.compile(r"\$(.+)"), 7),
    (re.compile(r"%(.+)"), 8),
)


def _coded(word, eb):
    """Whether the word was an element of EB."""
    for pattern, place in _ELEMENTS:
        if found := pattern.fullmatch(word):
            eb[place] = found[1].replace("_", " ")
            return True
    if word in _NETWORK:
        eb[12] = _NETWORK[word]
    elif word in _AUTHORIZATION:
        eb[11] = _AUTHORIZATION[word]
    elif word.startswith("proc="):
        eb[13] = f"HC:{word[5:]}"
    elif found := re.fullmatch(r"(vs|dy|99=)(-?\d+)", word):
        eb[9], eb[10] = _KINDS[found[1]], found[2]
    else:
        return False
    return True


def each(text, prefix):
    """Every row of a table that is about one kind: `p23 $500` as `C IND @30 p23 $500`."""
    kind, *defaults = prefix.split()
    found = []
    for one in text.split(";"):
        words = [word for word in defaults if not _is_given(word, one)]
        found.append(" ".join([kind, *words, one.strip()]) if one.strip() != "_" else "_")
    return "; ".join(found)


def _is_given(word, row):
    if word[0] == "@":
        return "@" in row
    return re.search(r"\b(IND|FAM|EMP|ESP|ECH|SPC)\b", row) is not None


def _below(name, value):
    if name == "old":
        return "DTP*307*RD8*20250101-20251231"
    if name == "hsd":
        return f"HSD*{value}"
    if name == "pos":
        return f"III*ZZ*{value}"
    if name in ("on", "cob"):
        qualifier = {"on": "307", "cob": "290"}[name]
        return f"DTP*{qualifier}*{'RD8' if '-' in value else 'D8'}*{value}"
    if name == "by":
        role, _, who = value.partition(":")
        return f"NM1*{role}*2*{who.replace('_', ' ')}"
    raise ValueError(f"{name}={value} is no part of a row")
