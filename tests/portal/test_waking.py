"""Wake-ups: at most one per clinic per beat, none lost, and no request ever waits for one."""

import threading
import time
from collections import Counter

import httpx
import pytest
from twilio.request_validator import RequestValidator

from portal.waking import Waking
from tests.portal.listening import TOKEN, receiving

BEAT = 0.2


class Woken:
    """Counts wake-ups, and may refuse or hang."""

    def __init__(self, refuses: int = 0) -> None:
        self.by_clinic: Counter[str] = Counter()
        self.at: list[float] = []
        self.refuses = refuses
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    def __call__(self, slug: str) -> None:
        self.may_go_on.wait(60)
        self.at.append(time.monotonic())
        if self.refuses:
            self.refuses -= 1
            raise ConnectionError("nobody there: +13035550199")
        self.by_clinic[slug] += 1

    def wait_for(self, **wanted: int) -> None:
        end = time.monotonic() + 20
        while self.by_clinic != wanted and time.monotonic() < end:
            time.sleep(0.01)
        assert self.by_clinic == wanted


def test_a_burst_is_one_wake_up_at_once_and_one_after_the_beat():
    woken = Woken()
    waking = Waking(woken, every=BEAT)
    began = time.monotonic()
    for _ in range(500):
        last = time.monotonic()
        waking.note("northside")
    while woken.at[-1:] < [last] and time.monotonic() < last + 20:
        time.sleep(0.01)
    time.sleep(2 * BEAT)
    assert woken.at[-1] >= last, "the last note is answered by a wake-up after it"
    assert len(woken.at) <= 2 + (last - began) / BEAT
    pauses = [later - earlier for earlier, later in zip(woken.at, woken.at[1:], strict=False)]
    assert min(pauses, default=BEAT) >= BEAT * 0.9


def test_clinics_do_not_wait_for_each_others_beat():
    woken = Woken()
    waking = Waking(woken, every=5)
    for slug in ("northside", "riverbend", "northside"):
        waking.note(slug)
    woken.wait_for(northside=1, riverbend=1)


def test_what_came_while_a_wake_up_was_under_way_gets_one_of_its_own():
    woken = Woken()
    waking = Waking(woken, every=BEAT)
    woken.may_go_on.clear()
    waking.note("northside")
    time.sleep(BEAT)
    waking.note("northside")
    woken.may_go_on.set()
    woken.wait_for(northside=2)


def test_a_wake_up_that_fails_is_tried_again_ever_more_rarely_and_prints_no_words(caplog):
    woken = Woken(refuses=3)
    Waking(woken, every=0.05).note("northside")
    woken.wait_for(northside=1)
    pauses = [later - earlier for earlier, later in zip(woken.at, woken.at[1:], strict=False)]
    least = (0.09, 0.19, 0.39)
    assert all(pause > wanted for pause, wanted in zip(pauses, least, strict=True))
    assert "clinic northside: not woken (ConnectionError)" in caplog.text
    assert "0199" not in caplog.text


def post(receiver, path: str, sign: bool = True, **fields: str) -> httpx.Response:
    url = f"{receiver.callback_url}/{path}"
    signature = RequestValidator(TOKEN if sign else "another").compute_signature(url, fields)
    return httpx.post(url, data=fields, headers={"X-Twilio-Signature": signature}, timeout=60)


def test_no_request_waits_for_a_wake_up_that_hangs():
    woken = Woken()
    woken.may_go_on.clear()
    with receiving(wake=woken) as receiver:
        began = time.monotonic()
        for number in range(20):
            said = post(receiver, "sms", MessageSid=f"SM{number}", From="+13035550101", Body="ok")
            assert said.status_code == 200
        assert time.monotonic() - began < 50
        woken.may_go_on.set()
        woken.wait_for(northside=2)


@pytest.mark.parametrize(
    ("path", "fields", "wakes"),
    [
        ("sms", {"MessageSid": "SM1", "Body": "ok"}, True),
        ("gather/m1", {"CallSid": "CA1", "Digits": "2"}, True),
        ("status/m1", {"MessageSid": "SM1", "MessageStatus": "delivered"}, False),
        (
            "status/m1",
            {"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": "30003"},
            True,
        ),
        ("voice-status/m1", {"CallSid": "CA1", "CallStatus": "completed"}, False),
    ],
)
def test_a_person_who_waits_wakes_and_a_receipt_that_all_is_well_does_not(path, fields, wakes):
    woken = Woken()
    with receiving(wake=woken) as receiver:
        assert post(receiver, path, **fields).is_success
        if wakes:
            woken.wait_for(northside=1)
        time.sleep(0.1)
        assert woken.by_clinic == ({"northside": 1} if wakes else {})


def test_nothing_that_was_refused_or_not_kept_wakes():
    woken = Woken()
    with receiving(wake=woken) as receiver:
        text = {"MessageSid": "SM1", "From": "+13035550101", "Body": "ok"}
        assert post(receiver, "sms", sign=False, **text).status_code == 403
        assert post(receiver, "sms", Body="no id").status_code == 400
        receiver.inbox.is_broken = True
        assert post(receiver, "sms", **text).status_code == 503
        time.sleep(0.1)
        assert woken.by_clinic == {}
