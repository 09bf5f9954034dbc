"""The door of every route that a machine posts to: in comes only what is proven, and is kept."""

import hmac
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, NoReturn

from fastapi import Depends, HTTPException, Request

from connectors.messaging.twilio_signature import Callback, is_signed
from data_contracts.inbound import InboundEvent
from portal.inbound import ClinicReceiver, Clinics
from portal.limit import MAX_BODY
from portal.refusals import Refusals
from portal.waking import Wake, Waking

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]


async def posted(request: Request) -> bytes:
    """The raw body; read here because only a coroutine may await it. 413 when too large."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise HTTPException(413)
    return body


Body = Annotated[bytes, Depends(posted)]


class Door:
    """Lets in only what was proven, writes it down, and notes who is to be woken."""

    def __init__(self, clinics: Clinics, clock: Clock, wake: Wake | None) -> None:
        self._clinics, self.clock = clinics, clock
        self._waking = Waking(wake) if wake else None
        self.refusals = Refusals(clinics)

    def clinic(self, slug: str) -> ClinicReceiver:
        """The clinic of that name. One that is not known here looks like a wrong signature."""
        return self._clinics.get(slug) or self.refuse(slug, "clinic")

    def refuse(self, slug: str, why: str) -> NoReturn:
        """403, counted and audited; `why` is a word of ours."""
        self.refusals.note(slug, why)
        raise HTTPException(403)

    def admit(self, slug: str, request: Request, body: bytes) -> tuple[ClinicReceiver, Callback]:
        """The clinic and the fields, once Twilio's signature fits the *configured* address."""
        clinic = self.clinic(slug)
        kind = request.headers.get("content-type", "")
        signature = request.headers.get("x-twilio-signature", "")
        if not is_signed(clinic.token, _configured(clinic, request), body, kind, signature):
            self.refuse(slug, "signature")
        return clinic, Callback(body)

    def write(self, clinic: ClinicReceiver, make: Callable[[datetime], InboundEvent]) -> str | None:
        """Record one event; what to text back. 400 when the callback is not of the documented
        shape, 503 when the inbox is not to be had, so that the carrier tries again."""
        try:
            event = make(self.clock())
        except ValueError:
            raise HTTPException(400) from None
        try:
            answer = clinic.record(event)
        except Exception as error:
            log.error("clinic %s: inbox not written (%s)", clinic.slug, type(error).__name__)
            raise HTTPException(503) from None
        if event.is_pressing:
            self.press(clinic.slug)
        return answer

    def press(self, slug: str) -> None:
        """Something waits that should not: whoever is to be woken hears of it, after the answer."""
        if self._waking is not None:
            self._waking.note(slug)


def _configured(clinic: ClinicReceiver, request: Request) -> str:
    """The address as the carrier was given it: a Host header or a proxy cannot change what is
    signed."""
    path = request.scope.get("raw_path", b"").decode("latin-1").partition("?")[0]
    path = path or request.url.path
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{clinic.public_url.rstrip('/')}{path}{query}"


def is_same_secret(given: str, secret: str) -> bool:
    """Compares in a time that tells nothing; an empty secret fits nothing."""
    return bool(secret) and hmac.compare_digest(given.encode(), secret.encode())
