"""What an answer that is no answer means: a status, a page for people, a body cut short."""

import re

import httpx

from connectors.errors import (
    ConnectorError,
    ContractBroken,
    NotSupported,
    Rejected,
    Unauthorized,
    Unavailable,
)
from connectors.http_fault import from_status

PAGES: tuple[tuple[str, type[ConnectorError], str, str], ...] = (
    # what the page says, what it means, what to do, our code
    (
        r"log ?in|sign ?in|password|authentication|not authori[sz]ed|unauthori[sz]ed|access denied",
        Unauthorized,
        "asks to sign in. Check user and password.",
        "page_sign_in",
    ),
    (
        r"maintenance|unavailable|not available|time[d ]? ?out|try again|too busy|overload",
        Unavailable,
        "cannot answer now. Trying again is safe.",
        "page_down",
    ),
    (
        r"payer.{0,40}(not (found|known|supported|set up)|unknown|invalid)|unknown payer",
        NotSupported,
        "does not know the payer. Correct payer_id under insurance.payers.",
        "page_payer",
    ),
    (
        r"invalid (data|request|inquiry)|rejected|could not be (read|parsed)",
        Rejected,
        "refuses the question. Do not send it again unchanged.",
        "page_refused",
    ),
)
"""By what is found in it first: a page comes with status 200, and no code that could be read."""

_PAGE = re.compile(rb"\s*<(!doctype|html|head|body|\?xml|title|h\d|p|div)", re.IGNORECASE)
_ENOUGH = 20_000


def refused(vendor: str, response: httpx.Response, body: bytes) -> ConnectorError:
    """The error to raise for a reply that holds no payload; nothing of its words is kept."""
    if response.status_code == httpx.codes.UNSUPPORTED_MEDIA_TYPE:
        return ContractBroken(vendor, "takes another kind of request. Check base_url.", code="415")
    if not response.is_success:
        return from_status(vendor, response, is_safe=True, code=None)
    return unreadable(vendor, body)


def unreadable(vendor: str, body: bytes) -> ConnectorError:
    """The error to raise for a body that came with success, and is not what was asked for."""
    text = body.lstrip(b"\xef\xbb\xbf")
    if not text.strip():
        return Unavailable(vendor, "answers nothing. Trying again is safe.", code="empty")
    if not _PAGE.match(text):
        return ContractBroken(
            vendor, "the answer is not what is documented. Check base_url.", code="unreadable"
        )
    return by_words(vendor, text[:_ENOUGH].decode("utf-8", "replace")) or ContractBroken(
        vendor, "answers with a page for people. Check base_url, user and payer.", code="page"
    )


def by_words(vendor: str, words: str) -> ConnectorError | None:
    """What words for people mean; None where the table has none of them."""
    for pattern, kind, what, code in PAGES:
        if re.search(pattern, words, re.IGNORECASE):
            return kind(vendor, what, code=code)
    return None
