"""The receiver goes by a clinic's file as it stands; by the last sound one while it is broken."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from twilio.request_validator import RequestValidator

from deployments.demo.services import free_port
from deployments.receiving import receivers, serving
from portal.inbound import Clinics
from tests.cast import TWILIO_TOKEN, clinic_file

BO = "+13035550102"


@pytest.fixture
def edit(
    write_file: Callable[..., None], secrets_of_northside: None, sandbox: Any
) -> Callable[..., None]:
    """Writes the clinic's file, with a public address and changes."""

    def write(url: str = "http://127.0.0.1:1", **changes: Any) -> None:
        channels = clinic_file()["channels"] | {"public_url": url}
        channels["sms"]["base_url"] = sandbox.twilio
        write_file(channels=channels, **changes)

    return write


@pytest.fixture
def clinics(edit: Callable[..., None], ledger: Any) -> Iterator[Clinics]:
    edit()
    with receivers(["northside"]) as found:
        yield found


def says(url: str, words: str, number: int) -> str:
    """What the running receiver texts back."""
    fields = {"MessageSid": f"SM{number:032x}", "From": BO, "Body": words}
    address = f"{url}/twilio/northside/sms"
    signature = RequestValidator(TWILIO_TOKEN).compute_signature(address, fields)
    headers = {"X-Twilio-Signature": signature}
    answer = httpx.post(address, data=fields, headers=headers, trust_env=False, timeout=20)
    assert answer.status_code == 200
    return answer.text


def test_an_edited_file_counts_at_the_next_callback(edit, ledger):
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    edit(url)
    with receivers(["northside"]) as found, serving(found, port):
        until = time.monotonic() + 20
        while time.monotonic() < until:
            try:
                httpx.get(f"{url}/healthz", trust_env=False)
                break
            except httpx.TransportError:
                time.sleep(0.02)
        assert "303-555-0140" in says(url, "HELP", 1)
        edit(url, phone="+13035550177")
        assert "303-555-0177" in says(url, "HELP", 2)


def test_the_pages_of_links_go_by_it_too(clinics, edit):
    assert clinics["northside"].pages.clinic.replies.cancel == "automatic"
    edit(replies={"cancel": "staff"})
    assert clinics["northside"].pages.clinic.replies.cancel == "staff"
    assert not clinics["northside"].pages.is_edited


@pytest.mark.parametrize(
    "words", ["slug: northside\nname: [", "slug: northside\n", "", "is a missing secret"]
)
def test_a_broken_file_changes_nothing_and_is_told_once(clinics, edit, caplog, words):
    before = clinics["northside"]
    path = before.pages.read[0]
    sound = Path(path).read_text(encoding="utf-8")
    broken = sound.replace("TWILIO_TOKEN", "NOBODY_SET_THIS") if "secret" in words else words
    path.write_text(broken, encoding="utf-8")
    for _ in range(3):
        assert clinics["northside"] is before
    assert clinics["northside"].pages.is_edited, "acts are left to a run, which says what is wrong"
    told = [one.getMessage() for one in caplog.records if "goes on as it was" in one.getMessage()]
    assert len(told) == 1
    assert "northside" in told[0]
    edit(phone="+13035550177")
    assert clinics["northside"].phone == "+13035550177"


def test_to_look_costs_a_callback_next_to_nothing(clinics):
    began = time.process_time()
    for _ in range(2000):
        assert clinics["northside"]
    assert (time.process_time() - began) / 2000 < 0.001
