"""The board as one application: its pages, its refusals, and headers on every answer."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from data_contracts.errors import StoreUnusable
from portal.board.coverage_pages import add_coverage
from portal.board.day_pages import add_days
from portal.board.door import Clock, Closed, Door, Elsewhere, SignInFirst
from portal.board.other_pages import add_others
from portal.board.reply_pages import add_replies
from portal.board.report_pages import add_report
from portal.board.sign_in_pages import add_sign_in
from portal.board.task_pages import add_tasks
from portal.board.ways import to_letter
from portal.limit import BodyLimit
from portal.page import HEADERS, add_static, page
from tasks.room import Room

log = logging.getLogger(__name__)
_WORDS = {
    400: "That form was not filled in as it must be. Go back and try again.",
    403: "That form is too old, or was not ours. Go back, reload the page and try again.",
    404: "There is no such page.",
    405: "That cannot be done here.",
    503: "The clinic's records cannot be reached just now. Nothing was changed. Try again soon.",
}
_OTHERWISE = "Something went wrong on our side. Tell whoever looks after the system when it was."


def _wall() -> datetime:
    return datetime.now(UTC)


def create_board(clinics: Mapping[str, Room], now: Clock = _wall, wall: Clock = _wall) -> FastAPI:
    """The board of some clinics by slug. Books go by `now`, sign-ins by `wall`."""
    app = FastAPI(title="ptclinic board", docs_url=None, redoc_url=None, openapi_url=None)
    door = Door(clinics, now, wall)
    app.add_middleware(BodyLimit)
    _refusals(app)

    @app.middleware("http")
    async def keep_to_itself(
        request: Request, proceed: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        answer = await proceed(request)
        for name, value in HEADERS.items():
            answer.headers.setdefault(name, value)
        return answer

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    add_static(app)
    add_sign_in(app, door)
    add_days(app, door)
    add_coverage(app, door)
    add_tasks(app, door)
    add_replies(app, door)
    add_others(app, door)
    add_report(app, door)
    return app


def _refusals(app: FastAPI) -> None:
    """What is said where nothing else can be; no word of a request or an error is repeated."""

    @app.exception_handler(SignInFirst)
    def sign_in_first(request: Request, error: SignInFirst) -> Response:
        asked = {"why": error.why, "to": to_letter(request.url.path)}
        query = urlencode({name: word for name, word in asked.items() if word})
        address = f"/{error.slug}/sign-in" + (f"?{query}" if query else "")
        return RedirectResponse(address, 303, headers=HEADERS)

    @app.exception_handler(Elsewhere)
    def elsewhere(request: Request, error: Elsewhere) -> Response:
        return RedirectResponse(error.path, 303, headers=HEADERS)

    @app.exception_handler(Closed)
    def closed(request: Request, error: Closed) -> Response:
        return error.desk.show("closed.html.j2", 403, right=error.right)

    @app.exception_handler(RequestValidationError)
    def unreadable(request: Request, error: RequestValidationError) -> Response:
        return _said(400)

    @app.exception_handler(HTTPException)
    def refused(request: Request, error: HTTPException) -> Response:
        return _said(error.status_code)

    @app.exception_handler(StoreUnusable)
    def unusable(request: Request, error: StoreUnusable) -> Response:
        log.error("the ledger cannot be used")
        return _said(503)

    @app.exception_handler(Exception)
    def failed(request: Request, error: Exception) -> Response:
        return _said(500)


def _said(status: int) -> Response:
    return page("said.html.j2", status, title=f"{status}", words=_WORDS.get(status, _OTHERWISE))
