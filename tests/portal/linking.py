"""Ana's visit on the sandbox's Cliniko, the e-mail that tells of it, the page of its link."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from html import unescape
from http.cookies import SimpleCookie
from typing import Any

import httpx
from moto.ses.models import ses_backends
from sqlalchemy import select

from connectors.messaging.ses_email import SesEmail
from data_contracts.message import Channel
from data_contracts.visit import VisitStatus
from deployments.receiving import LINK
from ledger import plans
from ledger.schema import audit, staff_tasks, visits
from ledger.schema_dialogue import links
from portal.link_words import WORDS
from portal.waking import Wake
from tasks.book import keep_snapshot
from tasks.dispatch import dispatch_due
from tasks.room import Room
from tests.book import book_of, visit_tomorrow
from tests.cast import NOW, clinic_file, planned
from tests.portal.listening import listening, receiving

DAY = timedelta(days=1)
BORN = {"month": "2", "day": "29", "year": "1980"}
WRONG = {"month": "2", "day": "28", "year": "1980"}
_ADDRESS = re.compile(r"https?://[^\s\"<]+/visit/northside/[\w-]+")


@dataclass
class Clock:
    """A moment that moves when a test says so."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, **length: float) -> None:
        """Time goes on."""
        self.at += timedelta(**length)


class Case:
    """Northside with Ana booked tomorrow; `mail` sends what tells her, `visitor` opens its link."""

    def __init__(self, here: Room, sandbox: Any, aws: str, clock: Clock) -> None:
        self.here, self.sandbox, self.aws, self.clock = here, sandbox, aws, clock
        self.pages = replace(here, ledger=replace(here.ledger, actor=LINK))
        self.source_id = ""
        self.browsers: list[Visitor] = []

    def book(self, **changes: Any) -> None:
        """Ana in the practice system, booked tomorrow at a time that nobody else has; read."""
        own = {"first_name": "Ana", "email": "ana@example.com", "birth": "1980-02-29"} | changes
        self.patient = str(self.sandbox.ask("patients", **own)["id"])
        self.source_id = visit_tomorrow(self.sandbox, self.patient)
        self.read()

    def read(self) -> None:
        """Reads the whole book anew."""
        with book_of(self.sandbox.cliniko) as system:
            keep_snapshot(self.here, system.fetch(None, self.clock.at, 60 * DAY), self.clock.at)

    def mail(self) -> str:
        """Sends the reminder by e-mail through SES; what SES took."""
        visit = self.known()
        one = planned(visit.visit_id, visit.patient_id, visit_version=visit.version)
        one = replace(one, channel=Channel.EMAIL, useful_until=visit.starts_at)
        with self.here.ledger.write() as con:
            plans.add_planned(self.here.ledger, con, [one], self.clock.at)
        carrier = SesEmail("k", "s", "clinic@example.com", base_url=self.aws, sandbox=True)
        before = len(self._taken())
        dispatch_due(self.here, {Channel.EMAIL: carrier}, self.clock.at)
        (letter,) = self._taken()[before:]
        return str(letter.body)

    def _taken(self) -> list[Any]:
        (backends,) = [regions for _, regions in ses_backends.items()]
        return list(backends["us-east-1"].sent_messages)

    def address(self) -> str:
        """The link in the e-mail, as a mail program opens it."""
        return address_in(self.mail())

    def visitor(self, address: str) -> "Visitor":
        """A browser that opens a link for the first time."""
        self.browsers.append(Visitor(address))
        return self.browsers[-1]

    def leave(self) -> None:
        """Gives the time back for the next test."""
        for one in self.browsers:
            one.close()
        if self.source_id and self.shown().status is VisitStatus.BOOKED:
            self.sandbox.ask("visits", act="cancel", id=self.source_id)

    def shown(self) -> Any:
        """Ana's visit as the practice system shows it."""
        with book_of(self.sandbox.cliniko) as system:
            return system.visit(self.source_id)

    def known(self) -> Any:
        """Ana's visit as the ledger has it."""
        with self.here.ledger.read() as con:
            return con.execute(select(visits).where(visits.c.source_id == self.source_id)).one()

    def rows(self, table: Any) -> list[Any]:
        """What a table holds."""
        with self.here.ledger.read() as con:
            return list(con.execute(select(table)))

    def link(self) -> Any:
        """The one link."""
        (found,) = self.rows(links)
        return found

    def tasks(self) -> list[tuple[str, str]]:
        """What people are asked to do."""
        return [(one.kind, one.reason) for one in self.rows(staff_tasks)]

    def by_link(self) -> list[tuple[str, str]]:
        """What the audit says was done by whoever had the link."""
        return [(row.what, row.why) for row in self.rows(audit) if row.who == "link"]


@contextmanager
def linking(
    enter: Callable[..., Room], sandbox: Any, aws: str, wake: Wake | None = None, **changes: Any
) -> Iterator[Case]:
    """Northside whose receiver serves its patients' pages at the address that its file names."""
    clock, at = Clock(), listening()
    file = clinic_file(**changes)
    file["channels"]["public_url"] = at[1]
    if file["practice"]["system"] == "cliniko":
        file["practice"]["base_url"] = sandbox.cliniko
    here = enter(**(changes | {name: file[name] for name in ("channels", "practice")}))
    case = Case(here, sandbox, aws, clock)
    facts = {"clinic_name": here.clinic.name, "phone": here.clinic.phone, "pages": case.pages}
    try:
        with receiving(wake, at, clock, **facts):
            yield case
    finally:
        case.leave()


class Visitor:
    """Keeps cookies as a browser on this machine does, and follows where a form leads."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.cookies: dict[str, str] = {}
        self._client = httpx.Client(timeout=30, trust_env=False)

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def get(self, path: str = "") -> httpx.Response:
        """A page."""
        return self._ask("GET", f"{self.address}{path}")

    def post(self, path: str, **fields: str) -> httpx.Response:
        """A form; what its answer leads to."""
        answer = self._ask("POST", f"{self.address}/{path}", data=fields)
        if answer.status_code != 303:
            return answer
        return self._ask("GET", str(answer.url.join(answer.headers["location"])))

    def _ask(self, method: str, url: str, **form: Any) -> httpx.Response:
        held = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = self._client.request(method, url, headers={"cookie": held} if held else {}, **form)
        for line in answer.headers.get_list("set-cookie"):
            self.cookies |= {name: one.value for name, one in SimpleCookie(line).items()}
        return answer


def address_in(letter: str) -> str:
    """The link that an e-mail carries."""
    found = _ADDRESS.search(letter)
    assert found, "the e-mail has a link"
    return found.group()


def words(answer: httpx.Response) -> str:
    """What a reader sees, on one line."""
    text = re.sub(r"<(script|style|title).*?</\1>", " ", answer.text, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def heading(answer: httpx.Response) -> str:
    """The one question or answer of a page."""
    (found,) = re.findall(r"<h1>(.*?)</h1>", answer.text)
    return unescape(found)


def proven(case: Case) -> "Visitor":
    """Ana's browser, once she gave her birth date."""
    visitor = case.visitor(case.address())
    assert heading(visitor.post("birth-date", **BORN)) == WORDS["en"]["question"]
    return visitor


def first_choice(answer: httpx.Response) -> dict[str, str]:
    """The fields of the first time's form."""
    _, _, form = answer.text.partition('name="offer" value="')
    return {"offer": form.partition('"')[0], "number": "1"}
