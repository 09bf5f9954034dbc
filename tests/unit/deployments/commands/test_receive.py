"""`receive` takes receipts and replies from a carrier over real sockets, until Ctrl-C."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from sqlalchemy import select

from data_contracts.errors import UserError
from data_contracts.message import Channel, MessageStatus
from deployments.demo.services import free_port
from deployments.receiving import receivers, served
from ledger import plans
from ledger.schema import messages, opt_outs, visits
from tasks.book import keep_snapshot
from tasks.calling import leave_voicemail, retell
from tasks.dispatch import dispatch_due
from tasks.reconcile import settle_open
from tasks.wiring import carriers
from tests.cast import NOW, NOWHERE, clinic, person, planned, snapshot, visit
from tests.conftest import Sandbox
from tests.unit.deployments.commands.conftest import Command

BO = "+13035550102"
SENDER = "+13035550141"


def until(what: Callable[[], Any], seconds: float = 20.0) -> Any:
    """What it gives, once it gives anything."""
    end = time.monotonic() + seconds
    while not (found := what()) and time.monotonic() < end:
        time.sleep(0.05)
    assert found, f"nothing within {seconds} s"
    return found


@pytest.fixture
def here(write_file: Callable[..., None], enter: Callable[..., Any], sandbox: Sandbox) -> Any:
    """Northside with its receiver's address, and Bo with a visit tomorrow."""
    address = f"http://127.0.0.1:{free_port()}"
    content = clinic().model_dump(mode="json")["channels"] | {"public_url": address}
    for name in ("sms", "voice"):
        content[name]["base_url"] = sandbox.twilio
    content["voice"]["detect_voicemail"] = True
    content["email"]["base_url"] = NOWHERE
    changes = {"channels": content, "languages": ["en", "es"]}
    write_file(**changes)
    room = enter(**changes)
    bo = person("bo", first_name="Bo", mobile=BO, email=None)
    keep_snapshot(room, snapshot([bo], [visit("bo")]), NOW)
    return room


def plan_one(here: Any, channel: Channel) -> str:
    """Sends Bo one message by a channel; our id of it."""
    with here.ledger.write() as con:
        row = con.execute(select(visits.c.visit_id, visits.c.patient_id)).one()
        one = planned(row.visit_id, row.patient_id, channel=channel)
        plans.add_planned(here.ledger, con, [one], NOW)
    sent = dispatch_due(here, carriers(here.clinic, here.settings), NOW)
    assert sent == {"accepted": 1}
    with here.ledger.read() as con:
        return str(con.execute(select(messages.c.message_id)).scalar_one())


def column(here: Any, which: Any) -> Any:
    with here.ledger.read() as con:
        return con.execute(select(which)).scalar()


@pytest.fixture
def receiver(here: Any) -> Iterator[subprocess.Popen[str]]:
    address = str(here.clinic.channels.public_url).rstrip("/")
    command = [sys.executable, "-m", "deployments.command", "receive", "--port"]
    with subprocess.Popen(
        [*command, address.rpartition(":")[2]],
        env={**os.environ},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        until(lambda: _answers(f"{address}/healthz"), 120)
        yield process
        if process.poll() is None:
            process.kill()


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


@pytest.mark.slow
def test_a_receipt_and_a_stop_come_back_to_the_ledger(
    here: Any, receiver: "subprocess.Popen[str]", sandbox: Sandbox
) -> None:
    plan_one(here, Channel.SMS)
    until(lambda: "inbox_delivered" in _settle(here))
    assert column(here, messages.c.status) == MessageStatus.DELIVERED.value

    webhook = f"{str(here.clinic.channels.public_url).rstrip('/')}/twilio/northside/sms"
    told = sandbox.ask("inbound", sender=BO, to=SENDER, body="Stop!", webhook=webhook)
    assert told["answer"]["status"] == 200
    # At once: no flow ran in between.
    assert column(here, opt_outs.c.address_index) == here.ledger.index(BO)

    forged = httpx.post(webhook, data={"MessageSid": "SM1", "From": BO}, trust_env=False)
    assert forged.status_code == 403

    receiver.send_signal(signal.SIGINT)
    _, said = receiver.communicate(timeout=60)
    assert receiver.returncode == 0, said
    assert "Receiving for northside" in said
    assert "Traceback" not in said
    assert BO not in said


def _settle(here: Any) -> dict[str, int]:
    return settle_open(here, carriers(here.clinic, here.settings), NOW)


def test_key_8_tells_the_call_again_in_spanish(here: Any) -> None:
    message_id = plan_one(here, Channel.VOICE)
    said = retell(here, message_id, "es") or ""
    assert 'language="es-US"' in said
    assert "martes" in said
    assert f"/twilio/northside/gather/{message_id}" in said
    assert retell(here, message_id, "fr") is None
    assert retell(here, "no-such-message", "es") is None


def test_a_clinic_that_speaks_english_alone_retells_nothing(
    here: Any, enter: Callable[..., Any]
) -> None:
    message_id = plan_one(here, Channel.VOICE)
    assert retell(enter(languages=["en"]), message_id, "es") is None


@pytest.fixture
def heard() -> Iterator[tuple[str, list[dict[str, list[str]]]]]:
    """A carrier that lets a running call be changed: its address, and the forms it got."""
    forms: list[dict[str, list[str]]] = []

    class Carrier(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            forms.append(parse_qs(self.rfile.read(length).decode()) | {"path": [self.path]})
            body = b'{"sid": "CA1"}'
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing on stderr."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Carrier) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", forms
        server.shutdown()
        thread.join()


def test_the_voicemail_names_the_clinic_and_nothing_of_the_visit(
    here: Any, enter: Callable[..., Any], heard: tuple[str, list[dict[str, list[str]]]]
) -> None:
    message_id = plan_one(here, Channel.VOICE)
    room = enter(
        voice={"base_url": heard[0]}, email={"base_url": NOWHERE}, sms={"base_url": NOWHERE}
    )
    leave_voicemail(room, "CA1", message_id)
    (form,) = heard[1]
    assert form["path"][0].endswith("/Calls/CA1.json")
    (said,) = form["Twiml"]
    assert "Northside PT" in said
    for private in ("Tuesday", "9", "appointment", "visit", "Caro", "Bo"):
        assert private not in said.replace("3 0 3 5 5 5 0 1 4 0", "")


def test_a_carrier_that_refuses_the_voicemail_does_not_fail_the_callback(
    here: Any, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    message_id = plan_one(here, Channel.VOICE)
    asked = sandbox.requests("twilio")
    leave_voicemail(here, f"CA{'0' * 32}", message_id)  # a call that it does not know
    assert sandbox.requests("twilio") == asked + 1
    (said,) = [one.getMessage() for one in caplog.records if one.name == "tasks.calling"]
    assert said.startswith("clinic northside: no voicemail left (")


def test_where_delivery_is_off_no_voicemail_is_left(
    here: Any, enter: Callable[..., Any], heard: tuple[str, list[dict[str, list[str]]]]
) -> None:
    message_id = plan_one(here, Channel.VOICE)
    leave_voicemail(enter(delivery="off", voice={"base_url": heard[0]}), "CA1", message_id)
    assert heard[1] == []


def test_only_a_clinic_that_looks_for_voicemail_leaves_one(
    here: Any, write_file: Callable[..., None]
) -> None:
    with receivers(["northside"]) as clinics:
        assert clinics["northside"].on_machine is not None
    write_file(channels=clinic().model_dump(mode="json")["channels"])
    with receivers(["northside"]) as clinics:
        assert clinics["northside"].on_machine is None


def test_whom_to_receive_for_is_settled_before_listening() -> None:
    quiet = clinic().model_copy(update={"channels": type(clinic().channels)()})
    both = {"northside": clinic(), "quiet": quiet}
    assert served(both, []) == ["northside"]
    with pytest.raises(UserError, match="nobody can call back; write"):
        served(both, ["quiet"])
    with pytest.raises(UserError, match="the files here are: northside, quiet"):
        served(both, ["nrothside"])
    with pytest.raises(UserError, match="nobody to receive for"):
        served({"quiet": quiet}, [])


def test_a_port_in_use_is_told_without_a_traceback(here: Any, ptclinic: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        said = ptclinic("receive", "--port", taken.getsockname()[1])
    assert said.code == 1
    assert "cannot be used" in said.err
