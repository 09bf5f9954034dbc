"""Callbacks as Twilio signs and posts them, made in numbers; and what became of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import func, select
from twilio.request_validator import RequestValidator

from bench.book_rows import phone
from bench.installation import TOKEN
from ledger.schema import inbox
from ledger.store import open_ledger

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Callback:
    """One request, ready to be posted."""

    path: str
    body: bytes
    signature: str

    @property
    def headers(self) -> dict[str, str]:
        """What Twilio sends along."""
        return {"Content-Type": FORM, "X-Twilio-Signature": self.signature}


def signed(base: str, path: str, fields: Mapping[str, str], token: str = TOKEN) -> Callback:
    """A callback with Twilio's signature over its public address."""
    signature = RequestValidator(token).compute_signature(f"{base}{path}", dict(fields))
    return Callback(path, urlencode(fields).encode(), signature)


def text(base: str, slug: str, number: int, words: str = "Can I bring my dog?") -> Callback:
    """What somebody wrote to a clinic; everyone has a number of their own."""
    fields = {
        "MessageSid": f"SM{number:032x}",
        "From": phone(number),
        "To": "+13035550141",
        "Body": words,
    }
    return signed(base, f"/twilio/{slug}/sms", fields)


def forged(base: str, slug: str, number: int) -> Callback:
    """The same, signed by somebody who does not know the token."""
    fields = {"MessageSid": f"SM{number:032x}", "From": phone(number), "Body": "STOP"}
    return signed(base, f"/twilio/{slug}/sms", fields, token="not-the-token")  # noqa: S106


@dataclass(frozen=True)
class Kept:
    """What stands in a clinic's inbox."""

    rows: int
    handled: int


def kept(folder: Path, slug: str) -> Kept:
    """Count a clinic's inbox."""
    ledger = open_ledger(folder / "var", slug)
    try:
        with ledger.read() as con:
            row = con.execute(select(func.count(), func.count(inbox.c.handled_at))).one()
    finally:
        ledger.close()
    return Kept(*row)
