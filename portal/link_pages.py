"""Patients' pages behind a link: one visit, one question a screen, no account and no script.

Who opens an address changes nothing; every act is a form that is sent. A form counts only with the
cookie that the birth date was answered with, which no other site's form carries along.
"""

import logging
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import FastAPI, Form, Path, Query, Request, Response
from fastapi.responses import RedirectResponse

from data_contracts.link import PROOF_LASTS, LinkPage, Proving, Shows, Wish
from portal.aside import Aside
from portal.door import Door
from portal.inbound import ClinicReceiver, Clinics
from portal.link_words import WORDS
from portal.page import HEADERS, page
from rules.day_words import clock, long_day, shown_phone
from tasks import links
from tasks.room import Room

log = logging.getLogger(__name__)

Token = Annotated[str, Path(max_length=64)]
Language = Annotated[str | None, Query(max_length=8)]
Part = Annotated[str, Form(max_length=8)]
COOKIE = "visit"
_AT_ONCE = 4
_PATIENCE = 4.0
"""Seconds that a page waits for the practice system, which mostly answers within one."""
_AT = "/visit/{slug}/{token}"
_TEMPLATES = {
    Shows.BIRTH_DATE: "birth_date",
    Shows.QUESTION: "question",
    Shows.TIMES: "times",
    Shows.WAITING: "waiting",
    Shows.CONFIRMED: "done",
    Shows.MOVED: "done",
}
_STATUS = {Shows.UNKNOWN: 404, Shows.EXPIRED: 410}


class _Visit:
    """One request to a link's page: whose clinic, which token, in which language."""

    def __init__(self, clinic: ClinicReceiver, request: Request, token: str, language: str | None):
        self.clinic, self.token = clinic, token
        self.proof = request.cookies.get(COOKIE)
        self.chosen = language if language in WORDS else None
        self._heard = request.headers.get("accept-language", "")[:2]

    @property
    def here(self) -> Room:
        assert self.clinic.pages is not None  # noqa: S101 - looked at where the request came in
        return self.clinic.pages

    @property
    def path(self) -> str:
        return f"/visit/{self.clinic.slug}/{self.token}"

    def show(self, seen: LinkPage, template: str | None = None, **more: Any) -> Response:
        """The page for what a link shows."""
        name = template or _TEMPLATES.get(seen.shows, "said")
        content = {"shows": seen.shows.value, "seen": seen, "error": "", "born": ("", "", "")}
        status = more.pop("status", _STATUS.get(seen.shows, 200))
        return self.page(name, seen.language, status, **(content | more))

    def say(self, what: str, status: int) -> Response:
        """A page of plain words and the number to call."""
        return self.page("said", None, status, shows=what, seen=None)

    def page(self, name: str, known: str | None, status: int, **content: Any) -> Response:
        spoken = self.chosen or known or self._heard
        language = spoken if spoken in WORDS else "en"
        zone, seen = self.here.clinic.zone, content["seen"]
        at = seen.starts_at.astimezone(zone) if seen and seen.starts_at else None
        return page(
            f"visit/{name}.html.j2",
            status,
            language=language,
            languages={one: WORDS[one]["language"] for one in WORDS},
            say=_Words(language),
            path=self.path,
            asked=f"?language={self.chosen}" if self.chosen else "",
            clinic_name=self.clinic.clinic_name,
            phone=self.clinic.phone,
            shown_phone=shown_phone(self.clinic.phone),
            address=self.here.clinic.address,
            day=long_day(at.date(), language) if at else "",
            time=clock(at, language) if at else "",
            local=lambda one: (
                long_day(one.astimezone(zone).date(), language),
                clock(one.astimezone(zone), language),
            ),
            **content,
        )

    def back(self, proof: str | None = None) -> Response:
        """To the page itself, by GET: a reload asks nothing twice."""
        to = self.path + (f"?language={self.chosen}" if self.chosen else "")
        answer = RedirectResponse(to, status_code=303, headers=HEADERS)
        if proof is not None:
            answer.set_cookie(
                COOKIE,
                proof,
                max_age=int(PROOF_LASTS.total_seconds()),
                path=self.path,
                secure=True,
                httponly=True,
                samesite="lax",
            )
        return answer


class _Words:
    def __init__(self, language: str) -> None:
        self._words = WORDS[language]

    def __call__(self, key: str, **values: str) -> str:
        return self._words[key].format(**values)

    def has(self, key: str) -> bool:
        """Whether there are words by that name."""
        return key in self._words


class _Pages:
    """Every clinic's pages; what fails says so, and whom to call."""

    def __init__(self, clinics: Clinics, door: Door) -> None:
        self._clinics, self._door, self.clock = clinics, door, door.clock
        self._aside = Aside(_AT_ONCE, _PATIENCE, door.press)

    def answer(
        self,
        slug: str,
        token: str,
        request: Request,
        language: str | None,
        do: Callable[[_Visit], Response],
    ) -> Response:
        """What one request is answered with."""
        clinic = self._clinics.get(slug)
        if clinic is None or clinic.pages is None:
            return Response(status_code=404, headers=HEADERS)
        visit = _Visit(clinic, request, token, language)
        try:
            return do(visit)
        except Exception as error:
            # By class alone: addresses name a link, errors may quote them.
            log.error("clinic %s: a page failed (%s)", clinic.slug, type(error).__name__)
            return visit.say("failed", 503)

    def seen(self, visit: _Visit) -> LinkPage:
        """What the link shows to this browser."""
        return links.show(visit.here, visit.token, visit.proof, self.clock())

    def asked(self, visit: _Visit, wish: Wish, picked: links.Picked = links.NOTHING) -> Response:
        """Do what a form asks for, then show the page: what is done, or that we are on it."""
        now, here = self.clock(), visit.here
        whose = links.ask(here, visit.token, visit.proof, wish, now, picked)
        if whose is not None:
            self._aside.do(here.clinic.slug, lambda seen: links.carry(here, whose, now, seen))
        self._door.press(visit.clinic.slug)  # what nobody was free to do, and what is said by text
        return visit.back()


def add_link_pages(app: FastAPI, clinics: Clinics, door: Door) -> None:
    """Serve the pages of every clinic that has them."""
    pages = _Pages(clinics, door)
    _shown(app, pages)
    _proven(app, pages)
    _asked(app, pages)


def _shown(app: FastAPI, pages: _Pages) -> None:
    @app.get(_AT)
    def look(slug: str, token: Token, request: Request, language: Language = None) -> Response:
        return pages.answer(
            slug, token, request, language, lambda visit: visit.show(pages.seen(visit))
        )

    @app.get(_AT + "/cannot-come")
    def sure(slug: str, token: Token, request: Request, language: Language = None) -> Response:
        def do(visit: _Visit) -> Response:
            seen = pages.seen(visit)
            is_open = seen.shows in (Shows.QUESTION, Shows.TIMES)
            return visit.show(seen, "cannot_come" if is_open else None)

        return pages.answer(slug, token, request, language, do)


def _proven(app: FastAPI, pages: _Pages) -> None:
    @app.post(_AT + "/birth-date")
    def birth_date(
        slug: str,
        token: Token,
        request: Request,
        month: Part = "",
        day: Part = "",
        year: Part = "",
        language: Language = None,
    ) -> Response:
        def do(visit: _Visit) -> Response:
            return _compared(visit, (month, day, year), pages.clock())

        return pages.answer(slug, token, request, language, do)


def _asked(app: FastAPI, pages: _Pages) -> None:
    @app.post(_AT + "/take")
    def take(
        slug: str,
        token: Token,
        request: Request,
        offer: Annotated[str, Form(max_length=32)] = "",
        number: Part = "",
        language: Language = None,
    ) -> Response:
        def do(visit: _Visit) -> Response:
            return pages.asked(
                visit,
                Wish.TAKE,
                links.Picked(offer, int(number) if number.isascii() and number.isdigit() else 0),
            )

        return pages.answer(slug, token, request, language, do)

    @app.post(_AT + "/{wish}")
    def wished(
        slug: str, token: Token, wish: Wish, request: Request, language: Language = None
    ) -> Response:
        return pages.answer(slug, token, request, language, lambda visit: pages.asked(visit, wish))


def _compared(visit: _Visit, born: tuple[str, str, str], now: datetime) -> Response:
    """Take a birth date; one that is no date counts for no try."""
    day = _day(*born)
    if day is None:
        seen = links.show(visit.here, visit.token, None, now)
        return visit.show(seen, error="no_date", born=born, status=422)
    became, proof = links.prove(visit.here, visit.token, day, now)
    if became is Proving.FITS:
        return visit.back(proof)
    if became is Proving.NOT_ON_RECORD:
        return visit.say("not_on_record", 200)
    seen = links.show(visit.here, visit.token, None, now)
    error = "wrong" if became is Proving.WRONG else ""
    return visit.show(seen, error=error, born=born, status=422 if error else 200)


def _day(month: str, day: str, year: str) -> date | None:
    parts = [one.strip() for one in (year, month, day)]
    if not all(one.isascii() and one.isdigit() for one in parts) or len(parts[0]) != 4:
        return None
    try:
        return date(*(int(one) for one in parts))
    except ValueError:
        return None
