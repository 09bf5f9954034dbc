"""Jane's codes and ours, as tables."""

import json
import re
from typing import Any

from data_contracts.visit import VisitStatus

VENDOR = "jane"

STATUS_OF = {
    "booked": VisitStatus.BOOKED,
    "arrived": VisitStatus.ARRIVED,
    "no_show": VisitStatus.NO_SHOW,
    "cancelled": VisitStatus.CANCELLED,
    "archived": VisitStatus.DELETED,
}
"""`state` of an appointment. `reserved` is a time held for somebody who has not booked yet."""

RESERVED = "reserved"

GONE = frozenset({"archived", "deceased"})
"""`status` of a patient whom nobody writes to any more; a discharged one may still have a visit."""

SCOPES = (
    "appointments:read",
    "patients:read",
    "staff_members:read",
    "locations:read",
    "treatments:read",
    "companies:read",
    "webhooks:read",
    "webhooks:create",
    "webhooks:delete",
)
"""What we ask the clinic for: the least that reading its book needs (45 CFR 164.502(b))."""

_CODE = re.compile(r"[A-Za-z_]{1,40}")


def error_code(body: bytes) -> str | None:
    """The code out of any of Jane's three shapes of error, or the login's; texts stay behind."""
    try:
        said = json.loads(body)
        code = _code(said)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    return code if isinstance(code, str) and _CODE.fullmatch(code) else None


def _code(said: Any) -> Any:
    if "errors" in said:
        return said["errors"][0]["id"]
    return said["code"] if said.get("object") == "error" else said["error"]
