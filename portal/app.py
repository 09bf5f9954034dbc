"""The receiver: carriers' callbacks in, checked, written down, answered.

It decides nothing. Whoever cannot prove to be the carrier gets 403, and a clinic that is not
known here looks the same from outside.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import FastAPI, Path, Request, Response

from connectors.messaging.twilio_script import texting
from portal.announcements import add_announcements
from portal.aside import Aside
from portal.door import Body, Clock, Door
from portal.inbound import Clinics
from portal.key_answer import answer_to
from portal.limit import BodyLimit
from portal.link_pages import add_link_pages
from portal.page import add_static
from portal.receiver import call_event, key_event, receipt_event, text_event
from portal.unsubscribe import add_unsubscribe
from portal.waking import Wake

_VOICEMAILS = 8
"""Left at once: a beep waits for nobody, so a carrier that hangs gets no more of them."""
MessageId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


def create_app(
    accounts: Clinics, clock: Clock = lambda: datetime.now(UTC), wake: Wake | None = None
) -> FastAPI:
    """The receiver for some clinics by slug; `wake(slug)` is told of what cannot wait."""
    door = Door(accounts, clock, wake)

    @asynccontextmanager
    async def to_its_end(_: FastAPI) -> AsyncIterator[None]:
        yield
        door.refusals.flush()

    app = FastAPI(
        title="ptclinic receiver",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=to_its_end,
    )

    app.add_middleware(BodyLimit)

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    _messages(app, door)
    _calls(app, door)
    add_announcements(app, door)
    add_unsubscribe(app, accounts, clock)
    add_link_pages(app, accounts, door)
    add_static(app)
    return app


def _messages(app: FastAPI, door: Door) -> None:
    @app.post("/twilio/{slug}/sms")
    def sms(slug: str, request: Request, body: Body) -> Response:
        clinic, said = door.admit(slug, request, body)
        return _twiml(texting(door.write(clinic, lambda now: text_event(slug, said, now))))

    @app.post("/twilio/{slug}/status/{message_id}")
    def status(slug: str, message_id: MessageId, request: Request, body: Body) -> Response:
        clinic, said = door.admit(slug, request, body)
        door.write(clinic, lambda now: receipt_event(slug, message_id, said, now))
        return Response(status_code=204)


def _calls(app: FastAPI, door: Door) -> None:
    beeped = Aside(_VOICEMAILS, 0, lambda _: None)

    @app.post("/twilio/{slug}/voice-status/{message_id}")
    def voice_status(slug: str, message_id: MessageId, request: Request, body: Body) -> Response:
        clinic, said = door.admit(slug, request, body)
        door.write(clinic, lambda now: call_event(slug, message_id, said, now))
        return Response(status_code=204)

    @app.post("/twilio/{slug}/gather/{message_id}")
    def gather(
        slug: str,
        message_id: MessageId,
        request: Request,
        body: Body,
        language: Literal["en", "es"] = "en",
        again: str = "",
    ) -> Response:
        clinic, said = door.admit(slug, request, body)
        door.write(clinic, lambda now: key_event(slug, message_id, said, now))
        digits, is_second = said.first("Digits") or "", bool(again)
        return _twiml(answer_to(clinic, message_id, digits, language, is_second=is_second))

    @app.post("/twilio/{slug}/answered/{message_id}")
    def answered(slug: str, message_id: MessageId, request: Request, body: Body) -> Response:
        clinic, said = door.admit(slug, request, body)
        door.write(clinic, lambda now: call_event(slug, message_id, said, now))
        leave, call_id = clinic.on_machine, said.first("CallSid") or ""
        if leave and (said.first("AnsweredBy") or "").startswith("machine_end"):
            # A request to the carrier: not while it waits for our answer.
            beeped.do(slug, lambda _: leave(call_id, message_id))
        return Response(status_code=204)


def _twiml(document: str) -> Response:
    return Response(document, media_type="text/xml")
