"""A FHIR server's rest-hook: a secret in a header, an empty body, and one row a ping."""

import httpx
import pytest

from data_contracts.inbound import InboundKind
from portal.inbound import SharedSecret
from tests.portal.listening import receiving

HOOK = SharedSecret("Authorization", "Bearer a-secret-of-the-subscription")


@pytest.fixture
def receiver():
    with receiving(rest_hook=HOOK) as running:
        yield running


def ping(receiver, method="POST", below="", body=b"", **headers: str) -> int:
    url = f"{receiver.url}/fhir/northside{below}"
    given = {"Authorization": HOOK.value} | headers
    return httpx.request(method, url, content=body, headers=given).status_code


def test_each_ping_is_a_row_of_its_own_for_the_second_may_tell_more_than_the_first(receiver):
    assert [ping(receiver), ping(receiver)] == [200, 200]
    events = list(receiver.inbox.events.values())
    assert [event.kind for event in events] == [InboundKind.BOOK_CHANGED] * 2
    assert all(event.is_pressing for event in events)


def test_what_a_server_sends_along_is_not_kept(receiver):
    body = b'{"resourceType": "Appointment", "id": "7", "comment": "my knee hurts"}'
    assert ping(receiver, "PUT", "/Appointment/7", body) == 200
    (event,) = receiver.inbox.events.values()
    assert (event.body, event.vendor_id) == (None, None)
    assert "knee" not in event.model_dump_json()


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer another", "bearer a-secret-of-the-subscription", HOOK.value * 2]
)
def test_another_secret_is_refused(receiver, given):
    assert ping(receiver, Authorization=given) == 403
    assert receiver.inbox.events == {}


def test_where_the_clinic_names_no_hook_nobody_is_let_in():
    with receiving() as receiver:
        assert ping(receiver) == 403
        assert httpx.post(f"{receiver.url}/jane/northside", content=b"{}").status_code == 403
