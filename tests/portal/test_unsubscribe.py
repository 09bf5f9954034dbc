"""One click ends e-mails: the header we send, the page it names, and who may press."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar

import httpx
import pytest
from sqlalchemy import select

from connectors.messaging.base import Outgoing
from data_contracts.message import Channel
from ledger.schema import inbox, messages, opt_outs
from ledger.unsubscribe import unsubscribe_token
from portal.inbound import Unsubscribing
from tasks import mail_events, wiring
from tests.cast import NOW
from tests.portal.listening import receiving
from tests.unit.ledger.filled import fill

_ONE_CLICK = {"List-Unsubscribe": "One-Click"}


class Page:
    """The running page, the ledger behind it, and one e-mail that was sent."""

    def __init__(self, here: Any, url: str) -> None:
        self.here, self.url = here, url
        self.index = here.ledger.index("ana@example.com")
        fill(here.ledger, 1)
        with here.ledger.write() as con:
            con.execute(messages.update().values(address_index=self.index, channel="email"))
            self.message_id = str(con.execute(select(messages.c.message_id)).scalar_one())
        self.token = unsubscribe_token(here.ledger.keys, self.message_id)
        self.address = f"{url}/email/unsubscribe/northside/{self.token}"

    def written(self) -> tuple[list[Any], list[Any]]:
        with self.here.ledger.read() as con:
            blocked = con.execute(select(opt_outs.c.address_index, opt_outs.c.kind)).all()
            return [tuple(row) for row in blocked], con.execute(select(inbox)).all()


@pytest.fixture
def page(enter: Callable[..., Any]) -> Iterator[Page]:
    here = enter()
    behind = Unsubscribing(
        knows=lambda token: mail_events.is_unsubscribe_token(here, token),
        stop=lambda token, now: mail_events.unsubscribe(here, token, now),
    )
    with receiving(unsubscribing=behind) as running:
        yield Page(here, running.url)


def test_the_mail_programs_one_click_opts_out_and_again_changes_nothing(page):
    for _ in range(3):
        assert httpx.post(page.address, data=_ONE_CLICK).status_code == 200
    blocked, kept = page.written()
    assert blocked == [(page.index, "email")]
    assert len(kept) == 1
    assert kept[0].handled_at is not None


def test_a_mail_program_may_send_its_click_as_multipart(page):
    answer = httpx.post(page.address, files={"List-Unsubscribe": (None, "One-Click")})
    assert answer.status_code == 200
    assert page.written()[0] == [(page.index, "email")]


def test_opening_the_address_shows_a_button_in_two_languages_and_changes_nothing(page):
    answer = httpx.get(page.address)
    assert answer.status_code == 200
    for words in ("Stop e-mails", "No recibir más correos", '<form method="post">'):
        assert words in answer.text
    assert "example.com" not in answer.text.replace(page.url, "")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert page.written() == ([], [])
    assert httpx.head(page.address).status_code == 405


def test_a_forged_or_foreign_token_gets_404_and_leaves_nothing(page):
    other = page.token.replace(page.message_id, "0" * 32)
    unknown = unsubscribe_token(page.here.ledger.keys, "0" * 32)
    last = "0" if page.token[-1] != "0" else "1"
    base = f"{page.url}/email/unsubscribe"
    for path in (other, unknown, page.token[:-1] + last, page.message_id, ".", "%C3%A9.%C3%A9"):
        assert httpx.post(f"{base}/northside/{path}", data=_ONE_CLICK).status_code == 404, path
    assert httpx.get(f"{base}/northside/{other}").status_code == 404
    assert httpx.post(f"{base}/riverbend/{page.token}", data=_ONE_CLICK).status_code == 404
    assert page.written() == ([], [])


def test_a_clinic_without_the_page_behind_it_has_none():
    with receiving() as running:
        answer = httpx.post(f"{running.url}/email/unsubscribe/northside/m1.x", data=_ONE_CLICK)
    assert answer.status_code == 404


def test_a_ledger_that_cannot_write_is_not_thanked_for_and_no_token_is_logged(page, caplog):
    with page.here.ledger.write() as con:
        con.exec_driver_sql("alter table opt_outs rename to opt_outs_away")
    assert httpx.post(page.address, data=_ONE_CLICK).status_code == 503
    with page.here.ledger.write() as con:
        con.exec_driver_sql("alter table opt_outs_away rename to opt_outs")
    assert page.written() == ([], []), "the inbox row went with it"
    ours = [r.getMessage() for r in caplog.records if r.name.startswith(("portal", "tasks"))]
    assert ours
    assert page.token not in "".join(ours)
    assert httpx.post(page.address, data=_ONE_CLICK).status_code == 200


class _Ses(BaseHTTPRequestHandler):
    sent: ClassVar[dict[str, Any]] = {}

    def do_POST(self) -> None:
        size = int(self.headers["content-length"])
        self.sent.update(json.loads(self.rfile.read(size)))
        body = b'{"MessageId": "v1"}'
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: object) -> None:
        """Say nothing."""


def sent_headers(here: Any, message_id: str) -> dict[str, str]:
    """The headers of an e-mail as the clinic's own carrier sends it."""
    with HTTPServer(("127.0.0.1", 0), _Ses) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        channels = here.clinic.channels
        email = channels.email.model_copy(
            update={"base_url": f"http://127.0.0.1:{server.server_port}"}
        )
        own = {"channels": channels.model_copy(update={"email": email})}
        carrier = wiring.all_carriers(
            here.clinic.model_copy(update=own), here.settings, Channel.EMAIL
        )
        carrier.send(Outgoing(message_id, "ana@example.com", "x", "en", NOW, "Your visit"))
        server.shutdown()
        thread.join()
    return {one["Name"]: one["Value"] for one in _Ses.sent["Content"]["Simple"]["Headers"]}


def test_the_address_in_the_email_is_the_page_and_holds_nothing_of_the_patient(page, enter):
    here = enter(
        channels=page.here.clinic.channels.model_dump(mode="json") | {"public_url": page.url}
    )
    headers = sent_headers(here, page.message_id)
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address, mail = headers["List-Unsubscribe"].split(", ")
    assert mail.startswith("<mailto:clinic@example.com?")
    assert "ana" not in address
    assert address == f"<{page.address}>"
    assert httpx.post(address.strip("<>"), data=_ONE_CLICK).status_code == 200
    assert page.written()[0] == [(page.index, "email")]


def test_without_a_public_address_the_way_out_is_a_mail(page, enter):
    channels = page.here.clinic.channels.model_dump(mode="json") | {"public_url": None}
    headers = sent_headers(enter(channels=channels), page.message_id)
    assert headers.keys() == {"List-Unsubscribe"}
    assert headers["List-Unsubscribe"].startswith("<mailto:")
