"""What waits for another system keeps no thread that answers, and says what it will keep."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from data_contracts.dialogue import RequestStatus
from ledger.links import Told, make_links
from ledger.schema import messages, visits
from ledger.schema_dialogue import book_requests
from portal.aside import Aside
from portal.link_words import WORDS
from tasks.book import keep_snapshot
from tasks.book_writing import carry_out
from tests.cast import NOW, person, snapshot, visit
from tests.portal.linking import BORN, Case, Visitor, heading, linking, proven, words

SAYS = WORDS["en"]
MANY = 45
"""More than the threads that answer requests."""


@pytest.fixture
def case(enter: Callable[..., Any], sandbox: Any, aws: str) -> Iterator[Case]:
    with linking(enter, sandbox, aws) as found:
        yield found


def crowd(case: Case) -> list[Visitor]:
    """Patients who each opened a link of their own and proved their birth date."""
    born = {"birth_date": "1980-02-29"}
    people = [person(f"p{n}", mobile=f"+1303555{1000 + n}", **born) for n in range(MANY)]
    booked = [visit(one.source_id) for one in people]
    keep_snapshot(case.here, snapshot(people, booked), NOW)
    with case.here.ledger.write() as con:
        told = [
            Told(row.visit_id, row.patient_id, row.visit_id, row.version, row.starts_at)
            for row in con.execute(select(visits))
        ]
        tokens = make_links(case.here.ledger, con, told, NOW)
    base = str(case.here.clinic.channels.public_url).rstrip("/")
    found = [case.visitor(f"{base}/visit/northside/{token}") for token in tokens.values()]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda one: one.post("birth-date", **BORN), found))
    return found


def test_a_book_that_hangs_under_many_links_holds_up_no_callback(case):
    visitors = crowd(case)
    case.sandbox.strike(where="cliniko", kind="hang", seconds=6, times=None)
    shown: list[str] = []
    threads = [
        threading.Thread(target=lambda one=one: shown.append(heading(one.post("cancel"))))
        for one in visitors
    ]
    for one in threads:
        one.start()
    time.sleep(1)
    base = str(case.here.clinic.channels.public_url)
    times = []
    with httpx.Client(base_url=base, trust_env=False, timeout=30) as carrier:
        for _ in range(40):
            began = time.perf_counter()
            assert carrier.post("/twilio/northside/sms", data={"Body": "C"}).status_code == 403
            times.append(time.perf_counter() - began)
    for one in threads:
        one.join()
    assert max(times) < 3, "who is held up waits for five"
    assert shown == [SAYS["waiting"]] * MANY
    asked = case.rows(book_requests)
    assert len(asked) == MANY, "each is written down, whoever carries it out"
    begun = [one for one in asked if one.status == RequestStatus.WRITING.value]
    assert 1 <= len(begun) <= 4


@pytest.mark.parametrize(
    ("who", "wish", "told"),
    [
        ({"phone": "+13035550188", "reminder_type": "SMS & Email"}, "times", ["times"]),
        ({}, "times", [("change_visit", "wants_other_time")]),
        ({}, "cancel", [("change_visit", "unanswered")]),
    ],
)
def test_what_the_page_did_not_see_done_is_told_by_text_or_by_a_person(
    enter, sandbox, aws, who, wish, told
):
    with linking(enter, sandbox, aws) as ana:
        ana.book(**who)
        visitor = proven(ana)
        sandbox.strike(where="cliniko", kind="status", status=503, times=None)
        waits = visitor.post(wish)
        assert heading(waits) == SAYS["waiting"]
        assert "You will hear from us" in words(waits)
        sandbox.heal()
        carry_out(ana.here, NOW + timedelta(minutes=5))
        assert [one.topic for one in ana.rows(messages) if one.topic] + ana.tasks() == told
        done = SAYS["times"] if wish == "times" else SAYS["cancelled"]
        assert heading(visitor.get()) == done, "and whoever looks again sees it"


def test_what_ends_after_the_page_was_answered_wakes_who_sends():
    late: list[str] = []
    may_end, seen = threading.Event(), []
    aside = Aside(1, 0.05, late.append)

    def slow(is_watched: Callable[[], bool]) -> None:
        may_end.wait(10)
        seen.append(is_watched())

    assert aside.do("northside", slow)
    assert not aside.do("northside", slow), "nobody is free"
    may_end.set()
    until = time.monotonic() + 10
    while not late and time.monotonic() < until:
        time.sleep(0.01)
    assert (late, seen) == (["northside"], [False])
    assert aside.do("northside", slow)
    assert seen == [False, True]


def test_what_fails_beside_a_request_is_logged_by_its_class_alone(caplog):
    def fails(_: Callable[[], bool]) -> None:
        raise ValueError("Ana Example")

    assert Aside(1, 5, lambda _: None).do("northside", fails)
    assert "ValueError" in caplog.text
    assert "Ana" not in caplog.text
