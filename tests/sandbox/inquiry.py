"""Questions to the pretend clearinghouse, by hand: one text, one request a transport."""

from typing import Any

import httpx

from sandbox.server import Running

CLIENT = httpx.Client(trust_env=False, timeout=10, limits=httpx.Limits(max_keepalive_connections=0))
"""One for all tests: to make one takes longer than to ask."""
NPI = "1234567893"
TRACE = "TRACE000001"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
TYPE = 'application/soap+xml; charset=utf-8; action="RealTimeTransaction"'
SOAP_PATHS = {
    "trizetto": "/v2/CORE_CAQH/soap",
    "waystar": "/1.0/Soap/CoreSoapAPI.svc",
    "stedi": "/2025-06-01/protocols/caqh-core",
}


def x270(
    member_id: str = "ACTIVE",
    *,
    payer: str = "60054",
    last: str = "EXAMPLE",
    first: str = "ANA",
    born: str = "19800101",
    on: str = "20260105",
    service_type: str = "30",
    trace: str = TRACE,
    **more: str,
) -> str:
    """A whole interchange; `se`, `origin`, `version` and `gs` spoil one thing each."""
    middle = [
        "BHT*0022*13*REF1*20260105*0900",
        "HL*1**20*1",
        f"NM1*PR*2*EXAMPLE PAYER*****PI*{payer}",
        "HL*2*1*21*1",
        f"NM1*1P*2*NORTHSIDE PHYSICAL THERAPY*****XX*{NPI}",
        *_people(member_id, last, first, born, trace, more),
        f"DTP*291*D8*{on}",
        f"EQ*{service_type}",
    ]
    count = more.get("se", str(len(middle) + 2))
    ids = "ZZ*CLINIC         *ZZ*HUB            "
    version = more.get("version", "00501")
    rows = [
        f"ISA*00*{'':10}*00*{'':10}*{ids}*260105*0900*^*{version}*000000007*0*T*:",
        f"GS*{more.get('gs', 'HS')}*CLINIC*HUB*20260105*0900*7*X*005010X279A1",
        "ST*270*0001*005010X279A1",
        *middle,
        f"SE*{count}*0001",
        "GE*1*7",
        "IEA*1*000000007",
    ]
    return "".join(row + "~" for row in rows)


def _people(
    member_id: str, last: str, first: str, born: str, trace: str, more: dict[str, str]
) -> list[str]:
    mark = f"TRN*1*{trace}*{more.get('origin', '9CLINIC001')}"
    number = f"****MI*{member_id}" if member_id else ""
    if "holder" not in more:
        own = [f"NM1*IL*1*{last}*{first}{number}", f"DMG*D8*{born}"]
        return ["HL*3*2*22*0", mark, *own]
    above = ["HL*3*2*22*1", f"NM1*IL*1*{last}*{more['holder']}{number}"]
    return [*above, "HL*4*3*23*0", mark, f"NM1*03*1*{last}*{first}", f"DMG*D8*{born}"]


def soap_text(payload: str, user: str, password: str, **changed: str) -> str:
    """A CORE 2.2.0 request envelope; `soap`, `prefix` and any field can be changed."""
    fields = {
        "PayloadType": "X12_270_Request_005010X279A1",
        "ProcessingMode": "RealTime",
        "PayloadID": "00000000-0000-4000-8000-000000000001",
        "TimeStamp": "2026-01-05T09:00:00Z",
        "SenderID": "CLINIC",
        "ReceiverID": "GATEWAY EDI",
        "CORERuleVersion": "2.2.0",
        "Payload": f"<![CDATA[{payload}]]>",
    }
    fields |= {name: text for name, text in changed.items() if name in fields}
    prefix = changed.get("prefix", "")
    inside = "".join(f"<{prefix}{k}>{v}</{prefix}{k}>" for k, v in fields.items() if v)
    soap = changed.get("soap", "http://www.w3.org/2003/05/soap-envelope")
    return (
        f'<s:Envelope xmlns:s="{soap}"><s:Header><wsse:Security s:mustUnderstand="true" '
        f'xmlns:wsse="{WSSE}"><wsse:UsernameToken><wsse:Username>{user}</wsse:Username>'
        f"<wsse:Password>{password}</wsse:Password></wsse:UsernameToken></wsse:Security></s:Header>"
        '<s:Body><n:COREEnvelopeRealTimeRequest xmlns:n="http://www.caqh.org/SOAP/WSDL/'
        f'CORERule2.2.0.xsd">{inside}</n:COREEnvelopeRealTimeRequest></s:Body></s:Envelope>'
    )


def soap(box: Running, vendor: str, payload: str, **changed: str) -> httpx.Response:
    """POST to a hub's CORE SOAP endpoint."""
    settings = box.world.settings
    own = (settings.clearinghouse_user, settings.clearinghouse_password)
    if vendor == "stedi":
        own = (settings.clearinghouse_account, settings.clearinghouse_key)
    user, password = changed.pop("user", own[0]), changed.pop("password", own[1])
    media = changed.pop("media", TYPE)
    content = soap_text(payload, user, password, **changed)
    where = f"{box.base_url}/{vendor}{SOAP_PATHS[vendor]}"
    return CLIENT.post(where, content=content, headers={"Content-Type": media})


def form(box: Running, payload: str, **changed: str) -> httpx.Response:
    """POST to Waystar's form gateway, asking for X12."""
    settings = box.world.settings
    fields = {
        "UserID": settings.clearinghouse_user,
        "Password": settings.clearinghouse_password,
        "DataFormat": "X12",
        "ResponseType": "271",
        "Data": payload,
    } | changed
    where = f"{box.base_url}/waystar/1.0/Rest/Gateway/GatewayAsync.ashx"
    return CLIENT.post(where, data={name: text for name, text in fields.items() if text})


def mime(box: Running, payload: str, **changed: str) -> httpx.Response:
    """POST to Waystar's CORE MIME endpoint."""
    settings = box.world.settings
    fields = {
        "PayloadType": "X12_270_Request_005010X279A1",
        "ProcessingMode": "RealTime",
        "PayloadID": "00000000-0000-4000-8000-000000000001",
        "TimeStamp": "2026-01-05T09:00:00Z",
        "UserName": settings.clearinghouse_user,
        "Password": settings.clearinghouse_password,
        "SenderID": "CLINIC",
        "ReceiverID": "ZIRMED",
        "CORERuleVersion": "2.2.0",
        "Payload": payload,
    } | changed
    parts = [(name, (None, text)) for name, text in fields.items()]
    return CLIENT.post(f"{box.base_url}/waystar/1.0/Mime/inquiry", files=parts)


def eligible(box: Running, member_id: str = "ACTIVE", **changed: str) -> httpx.Response:
    """GET Eligible's coverage as X12."""
    asked = {
        "api_key": box.world.settings.clearinghouse_key,
        "test": "true",
        "format": "x12",
        "payer_id": "60054",
        "provider_npi": NPI,
        "provider_last_name": "NORTHSIDE PHYSICAL THERAPY",
        "member_id": member_id,
        "member_first_name": "ANA",
        "member_last_name": "EXAMPLE",
        "member_dob": "1980-01-01",
        "service_type": "30",
    } | changed
    where = f"{box.base_url}/eligible/v1.5/coverage/all.json"
    return CLIENT.get(where, params={name: text for name, text in asked.items() if text})


def stedi(box: Running, body: Any, path: str = "", **headers: str) -> httpx.Response:
    """POST to the JSON family at Stedi."""
    where = f"{box.base_url}/stedi/2024-04-01/change/medicalnetwork/eligibility/v3{path}"
    key = {"Authorization": box.world.settings.clearinghouse_key} | headers
    return CLIENT.post(where, json=body, headers=key)


def v3(member_id: str = "ACTIVE", **changed: Any) -> dict[str, Any]:
    """A body of the JSON family."""
    return {
        "controlNumber": "123456789",
        "tradingPartnerServiceId": "60054",
        "provider": {"organizationName": "NORTHSIDE PHYSICAL THERAPY", "npi": NPI},
        "subscriber": {
            "memberId": member_id,
            "firstName": "ANA",
            "lastName": "EXAMPLE",
            "dateOfBirth": "19800101",
        },
        "encounter": {"dateOfService": "20260105", "serviceTypeCodes": ["30"]},
    } | changed


def rows(text: str, separator: str = "*", terminator: str = "~") -> list[list[str]]:
    """Segments of a reply, split as naively as can be."""
    found = (one.strip("\r\n") for one in text.split(terminator))
    return [one.split(separator) for one in found if one]


def found(text: str, *start: str) -> list[list[str]]:
    """The segments that begin so."""
    return [row for row in rows(text) if row[: len(start)] == list(start)]
