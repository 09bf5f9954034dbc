"""The receiver: carriers' callbacks in, checked, written down, answered.

It decides nothing. Whoever cannot prove to be the carrier gets 403, and a clinic that is not
known here looks the same from outside.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Path, Request, Response

from connectors.messaging.twilio_script import texting
from connectors.messaging.twilio_signature import Callback, is_signed
from data_contracts.inbound import InboundEvent
from portal.inbound import ClinicReceiver, Clinics
from portal.key_answer import answer_to
from portal.receiver import call_event, key_event, receipt_event, text_event
from portal.unsubscribe import add_unsubscribe
from portal.waking import Wake, Waking

MAX_BODY = 64 * 1024
"""Bytes; Twilio's largest form is a 1,600-character text."""

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]
MessageId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


async def posted(request: Request) -> bytes:
    """The raw body; read here because only a coroutine may await it. 413 when too large."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise HTTPException(413)
    return body


Body = Annotated[bytes, Depends(posted)]


class _Door:
    """Lets in only what the carrier signed, and writes it down."""

    def __init__(self, clinics: Clinics, clock: Clock, wake: Wake | None) -> None:
        self._clinics, self.clock = clinics, clock
        self._waking = Waking(wake) if wake else None

    def admit(self, slug: str, request: Request, body: bytes) -> tuple[ClinicReceiver, Callback]:
        """The clinic and the fields, once the signature fits the *configured* address."""
        clinic = self._clinics.get(slug)
        if clinic is None:
            raise HTTPException(403)
        url = _configured(clinic, request)
        kind = request.headers.get("content-type", "")
        signature = request.headers.get("x-twilio-signature", "")
        if not is_signed(clinic.token, url, body, kind, signature):
            log.warning("clinic %s: a callback without a valid signature was refused", clinic.slug)
            raise HTTPException(403)
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
        if self._waking and event.is_pressing:
            self._waking.note(clinic.slug)
        return answer


def create_app(
    accounts: Clinics, clock: Clock = lambda: datetime.now(UTC), wake: Wake | None = None
) -> FastAPI:
    """The receiver for some clinics by slug; `wake(slug)` is told of what cannot wait."""
    app = FastAPI(title="ptclinic receiver", docs_url=None, redoc_url=None, openapi_url=None)
    door = _Door(accounts, clock, wake)

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    _messages(app, door)
    _calls(app, door)
    add_unsubscribe(app, accounts, clock)
    return app


def _messages(app: FastAPI, door: _Door) -> None:
    @app.post("/twilio/{slug}/sms")
    def sms(slug: str, request: Request, body: Body) -> Response:
        clinic, said = door.admit(slug, request, body)
        return _twiml(texting(door.write(clinic, lambda now: text_event(slug, said, now))))

    @app.post("/twilio/{slug}/status/{message_id}")
    def status(slug: str, message_id: MessageId, request: Request, body: Body) -> Response:
        clinic, said = door.admit(slug, request, body)
        door.write(clinic, lambda now: receipt_event(slug, message_id, said, now))
        return Response(status_code=204)


def _calls(app: FastAPI, door: _Door) -> None:
    @app.post("/twilio/{slug}/voice-status/{message_id}")
    def voice_status(slug: str, message_id: MessageId, request: Request, body: Body) -> Response:
        clinic, said = door.admit(slug, request, body)
        door.write(clinic, lambda now: call_event(slug, message_id, said, now))
        return Response(status_code=204)

    @app.post("/twilio/{slug}/gather/{message_id}")
    def gather(slug: str, message_id: MessageId, request: Request, body: Body) -> Response:
        clinic, said = door.admit(slug, request, body)
        door.write(clinic, lambda now: key_event(slug, message_id, said, now))
        return _twiml(answer_to(clinic, message_id, said.first("Digits") or ""))

    @app.post("/twilio/{slug}/answered/{message_id}")
    def answered(slug: str, message_id: MessageId, request: Request, body: Body) -> Response:
        clinic, said = door.admit(slug, request, body)
        door.write(clinic, lambda now: call_event(slug, message_id, said, now))
        if clinic.on_machine and (said.first("AnsweredBy") or "").startswith("machine_end"):
            clinic.on_machine(said.first("CallSid") or "", message_id)
        return Response(status_code=204)


def _configured(clinic: ClinicReceiver, request: Request) -> str:
    """The address as the carrier was given it: a Host header or a proxy cannot change what is
    signed."""
    path = request.scope.get("raw_path", b"").decode("latin-1").partition("?")[0]
    path = path or request.url.path
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{clinic.public_url.rstrip('/')}{path}{query}"


def _twiml(document: str) -> Response:
    return Response(document, media_type="text/xml")
