"""The doctor reads the privacy policy and compares texts with what was registered (C2, C5)."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from data_contracts.settings import Settings
from deployments.doctor.check import Case, Check
from deployments.doctor.registration import examine
from tests.cast import NOW, clinic

GOOD = b"<p>Mobile information is not shared with anyone for marketing purposes.</p>"
PAGES = {"/good": GOOD, "/bad": b"<p>We respect your privacy.</p>"}


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        page = PAGES.get(self.path)
        self.send_response(200 if page else 404)
        self.end_headers()
        self.wfile.write(page or b"")

    def log_message(self, *_: object) -> None:
        """Keeps silent."""


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join(timeout=5)
    server.server_close()


def checks(**changes: Any) -> list[Check]:
    return list(examine(Case(clinic(**changes), Settings(), NOW)))


@pytest.mark.parametrize(("path", "is_well"), [("good", True), ("bad", False), ("gone", False)])
def test_the_privacy_policy_is_read_for_what_it_says_of_mobile_data(site, path, is_well):
    policy = checks(privacy_url=f"{site}/{path}")[0]
    assert (policy.name, policy.is_well) == ("privacy policy", is_well)
    assert is_well or policy.advice


def test_a_policy_in_clear_on_the_internet_is_refused_unread():
    policy = checks(privacy_url="http://example.com/privacy", delivery="live")[0]
    assert not policy.is_well
    assert "https://" in policy.advice


def test_in_a_sandbox_nothing_off_this_machine_is_read():
    policy = checks(privacy_url="https://example.com/privacy")[0]
    assert policy.advice == "Not read: delivery is sandbox."


def test_a_text_that_no_registered_sample_is_like_is_named():
    sample = (
        "Northside PT: visit [day], [time]. Reply C to confirm, R to reschedule,"
        " STOP to opt out. Call [phone]"
    )
    found = {one.name: one.is_well for one in checks(sms={"registered_samples": [sample]})[1:]}
    assert found["reminder.sms.en"] is True
    words = "{{ clinic_name }} misses you. Come back soon! STOP to opt out"
    other = checks(sms={"registered_samples": [sample]}, templates={"reminder.sms.en": words})[1:]
    assert {one.name: one.is_well for one in other}["reminder.sms.en"] is False
