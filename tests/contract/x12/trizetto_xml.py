"""TriZetto's XML form of a 271, as X12: real replies of that form become real input of our reader.

The XML names in words what X12 has codes for, one element for one element. Words that are not in
these tables raise KeyError, so that no part of a reply is silently left out.
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterator

_INFORMATION = {
    "Active Coverage": "1",
    "Inactive": "6",
    "Co-Insurance": "A",
    "Co-Payment": "B",
    "Deductible": "C",
    "Coverage Basis": "CB",
    "Benefit Description": "D",
    "Limitations": "F",
    "Out of Pocket (Stop Loss)": "G",
    "Unlimited": "H",
    "Non-Covered": "I",
    "Primary Care Provider": "L",
    "Services Restricted to Following Provider": "N",
    "Benefit Disclaimer": "P",
    "Other or Additional Payor": "R",
    "Contact Following Entity for Eligibility or Benefit Information": "U",
    "Cannot Process": "V",
    "Other Source of Data": "W",
}
_LEVELS = {
    "": "",
    "Individual": "IND",
    "Family": "FAM",
    "Employee Only": "EMP",
    "Employee and Spouse": "ESP",
}
_PERIODS = {
    "": "",
    "Years": "21",
    "Service Year": "22",
    "Calendar Year": "23",
    "Episode": "26",
    "Visit": "27",
    "Remaining": "29",
    "Lifetime": "32",
    "Admisson": "36",
}
_DATES = {
    "Coordination of Benefits": "290",
    "Plan": "291",
    "Benefit": "292",
    "Eligibility": "307",
    "Plan Begin": "346",
    "Eligibility Begin": "356",
    "Eligibility End": "357",
    "Service": "472",
}
_ANSWERS = {"": "", "Yes": "Y", "No": "N", "Unknown": "U"}
_NETWORKS = {"": "", "In Plan-Network": "Y", "Out of Plan-Network": "N"}
_QUANTITIES = {"": "", "Visits": "VS", "Days": "DY"}
_ROLES = {
    "": "PR",
    "Primary Care Provider": "P3",
    "Primary Payer": "PRP",
    "Provider": "1P",
    "Utilization Management Organization": "X3",
}
_REASONS = {
    "Unable to Respond at Current Time": "42",
    "Invalid/Missing Provider Identification": "43",
    "Invalid/Missing Referring Provider Identification Number": "48",
    "Provider Not on File": "51",
    "Invalid/Missing Date-of-Birth": "58",
    "Patient Birth Date Does Not Match That for the Patient on the Database": "71",
    "Invalid/Missing Subscriber/Insured ID": "72",
    "Invalid/Missing Subscriber/Insured Name": "73",
    "Subscriber/Insured Not Found": "75",
    "Duplicate Subscriber/Insured ID Number": "76",
}
_FOLLOW_UPS = {"Please Correct and Resubmit": "C", "Resubmission Allowed": "R"}
_HEAD = (
    "ISA*00*          *00*          *ZZ*PAYER          *ZZ*CLINIC         *180116*0900*^*00501*"
    "000000001*0*T*:~GS*HB*PAYER*CLINIC*20180116*0900*1*X*005010X279A1~"
)


def as_x12(raw: bytes) -> bytes | None:
    """The reply as an interchange; None where it holds no answer (a system's error, a WSDL)."""
    root = ET.fromstring(raw.lstrip(b"\xef\xbb\xbf \r\n"))  # noqa: S314 - a folder of our own
    for node in root.iter():
        if node.tag.endswith("ResponseAsXml") and node.text:
            root = ET.fromstring(node.text)  # noqa: S314
    if root.tag != "eligibilityresponse":
        return None
    segments = ["ST*271*0001*005010X279A1", "BHT*0022*11*REF*20180116*0900", "HL*1**20*1"]
    payer = root.findtext("infosource/payername") or ""
    segments += [f"NM1*PR*2*{payer}*****PI*1", *_refusals(root, "infosource")]
    segments += ["HL*2*1*21*1", "NM1*1P*2*OUR CLINIC*****XX*1234567893"]
    segments += _refusals(root, "inforeceiver")
    has_dependent = root.find("dependent") is not None
    segments += _member(root, "subscriber", f"HL*3*2*22*{int(has_dependent)}", "IL")
    segments += _member(root, "dependent", "HL*4*3*23*0", "03")
    segments += [f"SE*{len(segments) + 1}*0001", "GE*1*1", "IEA*1*000000001"]
    return (_HEAD + "~".join(segments) + "~").encode()


def _refusals(node: ET.Element, path: str) -> list[str]:
    return [
        f"AAA*N**{_REASONS[_text(one, 'rejectreason')]}*{_FOLLOW_UPS[_text(one, 'followupaction')]}"
        for one in node.findall(f"{path}/rejection")
    ]


def _member(root: ET.Element, tag: str, level: str, role: str) -> Iterator[str]:
    node = root.find(tag)
    if node is None:
        return
    yield level
    name = node.find("patientname")
    name = node.find("subscribername") if name is None else name
    number = _text(node, "patientid") or _text(node, "subscriberid")
    if name is not None:
        family, first = _text(name, "last"), _text(name, "first")
        yield f"NM1*{role}*1*{family}*{first}****{'MI' if number else ''}*{number}"
    yield from _refusals(root, tag)
    if born := _text(node, "date-of-birth"):
        yield f"DMG*D8*{born}"
    for one in node.findall("date"):
        yield _dates(one)
    for one in node.findall("benefit"):
        yield from _benefit(one)


def _benefit(node: ET.Element) -> Iterator[str]:
    elements = (
        "EB",
        _INFORMATION[_text(node, "info")],
        _LEVELS[_text(node, "coveragelevel")],
        _text(node, "servicetypecode"),
        _text(node, "insurancetypecode"),
        _text(node, "plancoveragedescription"),
        _PERIODS[_text(node, "time_period_qualifier")],
        _text(node, "benefitamount"),
        _text(node, "percent"),
        _QUANTITIES[_text(node, "quantityqualifier")],
        _text(node, "quantity"),
        _ANSWERS[_text(node, "yes_no_response_code")],
        _NETWORKS[_text(node, "plannetworkindicator")],
    )
    yield "*".join(elements).rstrip("*")
    if quantity := _text(node, "benefitquantity"):
        unit = _QUANTITIES[_text(node, "benefitquantityqualifier")]
        period = _PERIODS[_text(node, "period_count_qualifier")]
        yield f"HSD*{unit}*{quantity}***{period}*{_text(node, 'period_count')}".rstrip("*")
    if _text(node, "datequalifier"):
        yield _dates(node)
    for one in node.findall("message"):
        yield "MSG*" + (one.text or "").replace("*", " ").replace("~", " ")
    for one in node.findall("benefitentity"):
        kind = "1" if _text(one, "first") else "2"
        name = f"{_text(one, 'name')}*{_text(one, 'first')}"
        yield from ("LS*2120", f"NM1*{_ROLES[_text(one, 'entitycode')]}*{kind}*{name}", "LE*2120")


def _dates(node: ET.Element) -> str:
    days = _text(node, "date-of-service")
    form = "RD8" if "-" in days else "D8"
    return f"DTP*{_DATES[_text(node, 'datequalifier')]}*{form}*{days}"


def _text(node: ET.Element, tag: str) -> str:
    return node.findtext(tag) or ""
