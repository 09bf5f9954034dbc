"""Whether a callback really comes from Twilio (its documentation: "Webhooks security")."""

import hmac
from collections.abc import Iterator
from hashlib import sha256
from urllib.parse import parse_qs, parse_qsl, urlsplit

from twilio.request_validator import RequestValidator, add_port, remove_port

FORM = "application/x-www-form-urlencoded"


class Callback:
    """The posted fields of a callback; a name may repeat."""

    def __init__(self, body: bytes) -> None:
        text = body.decode("utf-8", "replace")
        self._pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=200)

    def __iter__(self) -> Iterator[str]:
        return iter([name for name, _ in self._pairs])

    def __len__(self) -> int:
        return len(self._pairs)

    def getlist(self, name: str) -> list[str]:
        """Every value of a field, as the SDK's validator asks for them."""
        return [value for key, value in self._pairs if key == name]

    def first(self, name: str) -> str | None:
        """The first value of a field that is not empty."""
        return next((value for value in self.getlist(name) if value), None)


def is_signed(token: str, url: str, body: bytes, content_type: str, signature: str) -> bool:
    """Whether `signature` fits the configured `url` and the body as it came. False without a token.

    A body that is no form counts only when the signed address carries its SHA-256.
    """
    if not token or not signature:
        return False
    is_form = content_type.partition(";")[0].strip().lower() == FORM
    if not is_form and not _has_body_hash(url, body):
        return False
    fields: Callback | dict[str, str] = Callback(body) if is_form else {}
    validator, parts = RequestValidator(token), urlsplit(url)
    # Twilio signs the address with or without its default port. `|` not `or`: no early way out.
    given = signature.encode()
    with_port = validator.compute_signature(add_port(parts), fields).encode()
    without = validator.compute_signature(remove_port(parts), fields).encode()
    return hmac.compare_digest(given, with_port) | hmac.compare_digest(given, without)


def _has_body_hash(url: str, body: bytes) -> bool:
    promised = parse_qs(urlsplit(url).query).get("bodySHA256", [""])[0]
    return hmac.compare_digest(promised.lower().encode(), sha256(body).hexdigest().encode())
