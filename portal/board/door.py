"""The door of the board: who is signed in here, what they may, and that a form is our own."""

import hmac
import logging
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

from fastapi import Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from data_contracts.right import Right
from ledger.sessions import form_key
from portal.board.ways import SAID, WAYS
from portal.page import HEADERS, page
from rules.sign_in import SessionEnd
from tasks.access import NotAllowed, admit
from tasks.board_calls import waiting
from tasks.room import Room, refreshed
from tasks.signing_in import present
from tasks.visitor import Visitor, room_of

log = logging.getLogger(__name__)
_OWN_ID = re.compile(r"[0-9a-f]{32}")
Clock = Callable[[], datetime]
FormKey = Annotated[str, Form(max_length=64)]


class SignInFirst(Exception):
    """Nobody is signed in; `why` is told on the page that lets them."""

    def __init__(self, slug: str, why: str) -> None:
        self.slug, self.why = slug, why


class Elsewhere(Exception):
    """Something is to be done first, on another page."""

    def __init__(self, path: str) -> None:
        self.path = path


class Closed(Exception):
    """The visitor's role does not cover it; the page says so and how an emergency goes past it."""

    def __init__(self, desk: "Desk", right: Right) -> None:
        self.desk, self.right = desk, right


@dataclass(frozen=True)
class Desk:
    """One visitor at one clinic: the room acts and reads in their name."""

    here: Room = field(repr=False)
    visitor: Visitor
    key: str = field(repr=False)
    now: datetime
    wall: datetime
    said: str = ""
    undo: str = ""

    @property
    def slug(self) -> str:
        """The clinic."""
        return self.here.clinic.slug

    def may(self, right: Right) -> bool:
        """Whether the role covers it, or an emergency does."""
        return self.visitor.may(right)

    def require(self, *rights: Right) -> None:
        """Raises Closed where one is missing; the refusal is a row of the audit."""
        for right in rights:
            if not self.may(right):
                try:
                    admit(self.here, right, None, self.wall)
                except NotAllowed:
                    raise Closed(self, right) from None

    def show(self, template: str, status: int = 200, **content: Any) -> HTMLResponse:
        """A page of the board, with what every page of it needs."""
        own = {"desk": self, "clinic": self.here.clinic, "zone": self.here.clinic.zone}
        own |= {"now": self.now, "Right": Right, "ways": WAYS, "here": ""}
        own |= {"waiting": waiting(self.here), "said": SAID.get(self.said, ""), "undo": self.undo}
        return page(f"board/{template}", status, **(own | content))

    def went(self, path: str, word: str, undo: str = "") -> RedirectResponse:
        """To a page that says what a click did, by a word of `SAID`, and may take it back."""
        return self.go(f"{path}?said={word}" + (f"&undo={undo}" if undo else ""))

    def go(self, path: str) -> RedirectResponse:
        """Back to a page of the board after an act: reloading it does nothing twice."""
        return RedirectResponse(f"/{self.slug}/{path}", 303, headers=HEADERS)


class Door:
    """Knows the clinics, and by its cookie who comes."""

    def __init__(self, clinics: Mapping[str, Room], now: Clock, wall: Clock) -> None:
        self._clinics, self.now, self.wall = dict(clinics), now, wall

    def room(self, slug: str) -> Room:
        """The clinic; 404 where it is not served here."""
        found = self._clinics.get(slug)
        if found is None:
            raise HTTPException(404)
        self._clinics[slug] = refreshed(found)
        return self._clinics[slug]

    def look(self, request: Request, slug: str) -> Desk:
        """Whoever is signed in and wants to see. Raises SignInFirst, or Elsewhere."""
        desk = self.anyone(request, slug)
        if desk.visitor.must_change:
            raise Elsewhere(f"/{slug}/password")
        needs_code = desk.here.clinic.board.second_factor == "required"
        if needs_code and not desk.visitor.has_second_factor:
            raise Elsewhere(f"/{slug}/second-factor")
        return desk

    def act(self, request: Request, slug: str, form_key: FormKey = "") -> Desk:
        """Whoever is signed in and sends our own form. 403 for another's."""
        desk = self.look(request, slug)
        self._is_ours(request, form_key, desk.key)
        return desk

    def act_as_anyone(self, request: Request, slug: str, form_key: FormKey = "") -> Desk:
        """The same for what is to be done before anything else."""
        desk = self.anyone(request, slug)
        self._is_ours(request, form_key, desk.key)
        return desk

    def anyone(self, request: Request, slug: str) -> Desk:
        """Whoever is signed in, whatever they have still to do. Raises SignInFirst."""
        here, token = self.room(slug), request.cookies.get(_session_cookie(slug))
        wall = self.wall()
        found = present(here, token, wall) if token else None
        if isinstance(found, Visitor):
            query = request.query_params
            undo = query.get("undo", "")
            return Desk(
                here=room_of(here, found),
                visitor=found,
                key=form_key(here.ledger, token or ""),
                now=self.now(),
                wall=wall,
                said=query.get("said", ""),
                undo=undo if _OWN_ID.fullmatch(undo) else "",
            )
        raise SignInFirst(slug, found.value if isinstance(found, SessionEnd) else "")

    def stranger_key(self, request: Request, slug: str) -> tuple[str, str]:
        """Before anybody is signed in: a cookie's secret, and what our form brings along."""
        secret = request.cookies.get(_form_cookie(slug)) or secrets.token_urlsafe(32)
        return secret, form_key(self.room(slug).ledger, secret)

    def is_strangers_form(self, request: Request, slug: str, sent: str) -> None:
        """403 unless the sign-in form is ours and its cookie came with it."""
        secret = request.cookies.get(_form_cookie(slug))
        self.room(slug)
        if not secret:
            raise HTTPException(403)
        self._is_ours(request, sent, form_key(self.room(slug).ledger, secret))

    def _is_ours(self, request: Request, sent: str, key: str) -> None:
        # A browser says by itself whether another site's page sent the form.
        site = request.headers.get("sec-fetch-site", "same-origin")
        if site != "same-origin" or not hmac.compare_digest(sent.encode(), key.encode()):
            log.warning("a form that is not ours was refused")
            raise HTTPException(403)


def keep_signed_in(answer: Response, slug: str, token: str) -> None:
    """The cookie of a session: no script reads it, no other site sends it, no disk keeps it."""
    _set(answer, _session_cookie(slug), token)


def keep_form(answer: Response, slug: str, secret: str) -> None:
    """The cookie that belongs to the sign-in form."""
    _set(answer, _form_cookie(slug), secret)


def forget(answer: Response, slug: str) -> None:
    """Take the session's cookie back."""
    answer.delete_cookie(
        _session_cookie(slug), secure=True, httponly=True, samesite="strict", path="/"
    )


def _set(answer: Response, name: str, value: str) -> None:
    answer.set_cookie(name, value, secure=True, httponly=True, samesite="strict", path="/")


def _session_cookie(slug: str) -> str:
    return f"__Host-ptclinic-{slug}"


def _form_cookie(slug: str) -> str:
    return f"__Host-ptclinic-form-{slug}"
