"""Messages and calls as Twilio's JSON objects; times in RFC 2822."""

from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from sandbox.twilio.record import Call, Message

ROOT = "/2010-04-01/Accounts"


def rfc2822(second: int | None) -> str | None:
    """`Mon, 05 Jan 2026 09:00:00 +0000`, null kept."""
    return None if second is None else format_datetime(datetime.fromtimestamp(second, UTC))


def message(account: str, one: Message) -> dict[str, Any]:
    """A Message."""
    uri = f"{ROOT}/{account}/Messages/{one.sid}"
    return {
        "sid": one.sid,
        "account_sid": account,
        "api_version": "2010-04-01",
        "body": one.body,
        "date_created": rfc2822(one.created),
        "date_sent": rfc2822(one.sent),
        "date_updated": rfc2822(one.sent or one.created),
        "direction": one.direction,
        "error_code": one.error_code,
        "error_message": "Landline or unreachable carrier" if one.error_code == 30006 else None,
        "from": one.sender,
        "messaging_service_sid": one.service_sid,
        "num_media": "0",
        "num_segments": str(-(-max(len(one.body), 1) // 153)),
        "price": None,
        "price_unit": "USD",
        "status": one.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": one.to,
        "uri": f"{uri}.json",
    }


def call(account: str, one: Call) -> dict[str, Any]:
    """A Call."""
    return {
        "sid": one.sid,
        "account_sid": account,
        "api_version": "2010-04-01",
        "answered_by": one.answered_by,
        "date_created": rfc2822(one.created),
        "date_updated": rfc2822(one.created + one.duration),
        "direction": "outbound-api",
        "duration": str(one.duration) if one.status in ("completed", "busy", "no-answer") else None,
        "start_time": rfc2822(one.created),
        "end_time": rfc2822(one.created + one.duration),
        "from": one.sender,
        "to": one.to,
        "price": None,
        "price_unit": "USD",
        "status": one.status,
        "uri": f"{ROOT}/{account}/Calls/{one.sid}.json",
    }
