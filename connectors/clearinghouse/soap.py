"""SOAP 1.2 with a user name and password (WS-Security), and answers in XML that may be hostile."""

from collections.abc import Mapping
from urllib.parse import unquote

from lxml import etree

from connectors.clearinghouse.multipart import parts_of
from connectors.errors import ConnectorError, ContractBroken, Rejected, Unauthorized, Unavailable

_SOAP = "http://www.w3.org/2003/05/soap-envelope"
_OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss"
_WSSE = f"{_OASIS}-wssecurity-secext-1.0.xsd"
_PLAIN_PASSWORD = f"{_OASIS}-username-token-profile-1.0#PasswordText"
_XOP = "{http://www.w3.org/2004/08/xop/include}Include"

FAULTS: dict[str, tuple[type[ConnectorError], str]] = {
    "FailedAuthentication": (Unauthorized, "refuses our user or password. Correct them."),
    "InvalidSecurity": (Unauthorized, "refuses our user or password. Correct them."),
    "InvalidSecurityToken": (Unauthorized, "refuses our user or password. Correct them."),
    "VersionMismatch": (ContractBroken, "speaks another SOAP version. Check base_url."),
    "MustUnderstand": (ContractBroken, "does not read our user and password. Check base_url."),
    "Sender": (Rejected, "cannot read the question. Do not send it again unchanged."),
    "Receiver": (Unavailable, "cannot answer now. Trying again is safe."),
    "Client": (Rejected, "cannot read the question. Do not send it again unchanged."),
    "Server": (Unavailable, "cannot answer now. Trying again is safe."),
}
"""By a fault's code, the most special first; the last two are SOAP 1.1's."""


def envelope(
    name: str, namespace: str, fields: Mapping[str, str], user: str, password: str
) -> bytes:
    """A request: the wrapper alone is in the namespace, its children are in none, in order."""
    root = etree.Element(f"{{{_SOAP}}}Envelope", nsmap={"soapenv": _SOAP})
    head = etree.SubElement(root, f"{{{_SOAP}}}Header")
    security = etree.SubElement(head, f"{{{_WSSE}}}Security", nsmap={"wsse": _WSSE})
    security.set(f"{{{_SOAP}}}mustUnderstand", "true")
    token = etree.SubElement(security, f"{{{_WSSE}}}UsernameToken")
    etree.SubElement(token, f"{{{_WSSE}}}Username").text = user
    secret = etree.SubElement(token, f"{{{_WSSE}}}Password", Type=_PLAIN_PASSWORD)
    secret.text = password
    body = etree.SubElement(root, f"{{{_SOAP}}}Body")
    wrapper = etree.SubElement(body, f"{{{namespace}}}{name}", nsmap={"ns1": namespace})
    for field, text in fields.items():
        child = etree.SubElement(wrapper, field)
        child.text = etree.CDATA(text) if field == "Payload" else text
    made: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8")
    return made


def fields_in(vendor: str, content_type: str, body: bytes, name: str) -> dict[str, bytes] | None:
    """The fields of the wrapper `name`, attachments put in; None for what is no SOAP at all.

    Raises ConnectorError for a fault, and for XML that is hostile, cut short or something else.
    """
    try:
        document, attached = _opened(content_type, body)
        root = _parsed(document)
    except (ValueError, etree.XMLSyntaxError):
        return None
    if root is None or _local(root) != "Envelope":
        return None
    fault = next(root.iter("{*}Fault"), None)
    if fault is not None:
        raise _fault_error(vendor, fault)
    wrapper = next(root.iter(f"{{*}}{name}"), None)
    if wrapper is None:
        raise ContractBroken(vendor, f"there is no {name} in it.", code="no_wrapper")
    return {_local(child): _content(vendor, child, attached) for child in wrapper.iterchildren("*")}


def _opened(content_type: str, body: bytes) -> tuple[bytes, Mapping[str, bytes]]:
    """The document and what is attached to it; in a plain answer the document is all."""
    if not content_type.lower().lstrip().startswith("multipart/"):
        return body, {}
    parts = parts_of(content_type, body)
    if not parts:
        raise ValueError("no parts")
    start = content_type.partition("start=")[2].split(";")[0].strip().strip('"').strip("<>")
    root = next((part for part in parts if start and part.content_id == start), parts[0])
    return root.content, {part.content_id: part.content for part in parts if part is not root}


def _parsed(document: bytes) -> etree._Element | None:
    # No network, no DTD, no entity but XML's own five: a document that brings some is refused.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False
    )
    root = etree.fromstring(document.lstrip(), parser)
    return None if root.getroottree().docinfo.doctype else root


def _content(vendor: str, child: etree._Element, attached: Mapping[str, bytes]) -> bytes:
    include = child.find(_XOP)
    if include is None:
        return "".join(child.itertext()).encode("utf-8")
    name = unquote(str(include.get("href", "")).removeprefix("cid:"))
    if name not in attached:
        raise ContractBroken(vendor, "an attachment is missing. Ask again.", code="no_attachment")
    return attached[name]


def _fault_error(vendor: str, fault: etree._Element) -> ConnectorError:
    """By the most special code that is known: a subcode stands below the code it belongs to."""
    codes = [*fault.iter("{*}Value"), *fault.iter("faultcode", "{*}faultcode")]
    for value in reversed(codes):
        code = (value.text or "").strip().rpartition(":")[2]
        if code in FAULTS:
            kind, words = FAULTS[code]
            return kind(vendor, words, code=code)
    return ContractBroken(vendor, "answers with a fault that is not known.", code="fault")


def _local(element: etree._Element) -> str:
    return str(etree.QName(element).localname)
