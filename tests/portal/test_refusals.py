"""What was refused is audited: all of it, in a few rows, and no request waits for one."""

import time
from collections.abc import Callable
from functools import partial

import httpx
import pytest

from data_contracts.deed import Deed
from ledger.schema import audit, inbox
from portal.inbound import ClinicReceiver
from portal.refusals import NOBODY, Refusals
from tasks.keeping import keep_refusals
from tests.portal.listening import TOKEN, receiving


class Written:
    """The audit's side: what was written, and whether it may fail."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, str]] = []
        self.fails = 0

    def __call__(self, count: int, why: str) -> None:
        if self.fails:
            self.fails -= 1
            raise OSError("disk full")
        self.rows.append((count, why))

    def wait_for(self, total: int, seconds: float = 5) -> None:
        end = time.monotonic() + seconds
        while sum(count for count, _ in self.rows) < total and time.monotonic() < end:
            time.sleep(0.01)
        assert sum(count for count, _ in self.rows) == total


def refusals(written: Written, every: float = 0.3) -> Refusals:
    clinic = ClinicReceiver("northside", "Northside", "", "", TOKEN, print, refused=written)
    return Refusals({"northside": clinic}, every)


def test_the_first_is_written_at_once_and_the_rest_as_sums():
    written = Written()
    door = refusals(written)
    door.note("northside", "signature")
    written.wait_for(1, 0.2)
    for _ in range(5000):
        door.note("northside", "signature")
    written.wait_for(5001)
    assert len(written.rows) == 2


def test_what_could_not_be_written_is_told_with_the_next_sum():
    written = Written()
    written.fails = 2
    door = refusals(written, every=0.05)
    for _ in range(7):
        door.note("northside", "signature")
    written.wait_for(7)


def test_each_reason_has_its_sum_and_an_unknown_clinic_is_logged_as_nobody(caplog):
    written = Written()
    door = refusals(written, every=30)
    for why in ("signature", "timestamp"):
        door.note("northside", why)
    door.note("somebody-else", "clinic")
    door.flush()
    written.wait_for(2)
    assert {why for _, why in written.rows} == {"signature", "timestamp"}
    assert NOBODY in caplog.text
    assert "somebody-else" not in caplog.text


def test_forged_callbacks_are_all_refused_none_kept_and_all_audited(enter: Callable[..., object]):
    here = enter()
    with receiving(refused=partial(keep_refusals, here)) as receiver, httpx.Client() as client:
        for number in range(300):
            fields = {"MessageSid": f"SM{number}", "From": "+13035550101", "Body": "STOP"}
            answer = client.post(
                f"{receiver.callback_url}/sms", data=fields, headers={"X-Twilio-Signature": "x"}
            )
            assert answer.status_code == 403
        assert receiver.inbox.events == {}
    with here.ledger.read() as con:  # type: ignore[attr-defined]
        rows = [row for row in con.execute(audit.select()) if row.what == Deed.CALLBACKS_REFUSED]
        assert con.execute(inbox.select()).all() == []
    assert sum(int(row.why.partition(" ")[0]) for row in rows) == 300
    assert len(rows) <= 3
    assert not any("0101" in f"{row.about}{row.why}" for row in rows)


@pytest.mark.parametrize("slug", ["unknown", "Northside", "northside%00"])
def test_a_clinic_that_is_not_known_looks_like_a_wrong_signature(slug):
    with receiving() as receiver:
        answer = httpx.post(f"{receiver.url}/twilio/{slug}/sms", data={"MessageSid": "SM1"})
        assert (answer.status_code, answer.json()) == (403, {"detail": "Forbidden"})
