"""Cliniko's codes and ours, as tables."""

import json
import re

CANCEL_REASONS = {
    "feeling_better": 10,
    "condition_worse": 20,
    "sick": 30,
    "covid": 31,
    "away": 40,
    "other": 50,
    "work": 60,
}
"""Our reason codes and the vendor's; a cancellation must name one."""

REASON_OF = {number: code for code, number in CANCEL_REASONS.items()}

PREFERENCE_OF = {"None": "none", "SMS": "sms", "Email": "email", "SMS & Email": "both"}
"""`reminder_type` of a patient."""

CHANNEL_CODE = {"sms": 1, "email": 2, "voice": 3}
"""`type_code` of a memo; anything else is 4, other."""

_SHARD = re.compile(r"[a-z]{2}\d{1,2}")


def shard_of(api_key: str) -> str | None:
    """The shard that a key ends with, au1 without one; None when that cannot be part of a host."""
    _, dash, suffix = api_key.rpartition("-")
    if not dash:
        return "au1"
    return suffix if _SHARD.fullmatch(suffix) else None


def error_code(body: bytes) -> str | None:
    """The names of the fields that a 422 complains about; the texts may quote a person."""
    try:
        errors = json.loads(body)["errors"]
        names = sorted(name for name in dict(errors) if re.fullmatch(r"[a-z_]{1,40}", name))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return f"422:{','.join(names[:5])}" if names else None
