"""The signature a receiver checks: base64 of HMAC-SHA1 over the URL and its sorted form fields."""

import base64
import hashlib
import hmac


def sign(token: str, url: str, fields: dict[str, str]) -> str:
    """The value of `X-Twilio-Signature` for a form post (empty fields for a GET)."""
    text = url + "".join(name + fields[name] for name in sorted(fields))
    digest = hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()
