"""A patient opens the link of an e-mail: who may look, what a click does, and what nobody sees."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from data_contracts.visit import VisitStatus
from ledger.schema import messages
from ledger.schema_dialogue import book_requests, confirmations, offers
from portal.link_words import WORDS
from tests.portal.linking import (
    BORN,
    Case,
    first_choice,
    heading,
    linking,
    proven,
    words,
)

SAYS = WORDS["en"]
_ASKS, _QUESTION = SAYS["birth_date"], SAYS["question"]


@pytest.fixture
def opened(enter: Callable[..., Any], sandbox: Any, aws: str) -> Iterator[Callable[..., Case]]:
    """The same with changes to the clinic's file or to Ana."""
    with ExitStack() as stack:

        def make(who: dict[str, Any] | None = None, **changes: Any) -> Case:
            case = stack.enter_context(linking(enter, sandbox, aws, **changes))
            case.book(**(who or {}))
            return case

        yield make


def test_who_opens_the_link_and_proves_the_birth_date_confirms_the_visit(ana):
    visitor = ana.visitor(ana.address())
    assert heading(visitor.get()) == _ASKS
    assert heading(visitor.post("birth-date", **BORN)) == _QUESTION
    done = visitor.post("confirm")
    assert heading(done) == SAYS["confirmed"]
    assert "Tuesday, January 6" in words(done)
    (row,) = ana.rows(confirmations)
    assert (row.visit_id, row.asked_by) == (ana.known().visit_id, "link")
    assert ana.by_link() == [
        ("identity read", "to compare the birth date given on a link"),
        ("visit confirmed", "by link"),
    ]


def test_another_time_is_shown_picked_and_stands_in_the_book(ana):
    visitor, before = proven(ana), ana.shown()
    shown = visitor.post("times")
    assert heading(shown) == SAYS["times"]
    assert 1 <= shown.text.count('name="number"') <= 3
    assert ana.shown().starts_at == before.starts_at, "nothing moved yet"
    done = visitor.post("take", **first_choice(shown))
    assert heading(done) == SAYS["moved"]
    (offer,) = ana.rows(offers)
    assert (offer.status, offer.message_id) == ("accepted", None)
    now = ana.shown()
    assert now.starts_at != before.starts_at
    assert now.status is VisitStatus.BOOKED
    assert ana.known().starts_at == now.starts_at
    assert ana.tasks() == []


def test_who_cannot_come_is_asked_once_more_and_taken_off_the_book(ana):
    visitor = proven(ana)
    assert heading(visitor.get("/cannot-come")) == SAYS["sure"]
    assert ana.shown().status is VisitStatus.BOOKED
    assert heading(visitor.post("cancel")) == SAYS["cancelled"]
    assert ana.shown().status is VisitStatus.CANCELLED


def test_a_used_link_shows_what_was_done_and_does_nothing_more(ana):
    visitor = proven(ana)
    visitor.post("confirm")
    for wish in ("cancel", "times", "confirm", "call-me"):
        assert heading(visitor.post(wish)) == SAYS["confirmed"]
    assert ana.shown().status is VisitStatus.BOOKED
    assert ana.rows(book_requests) == []
    other = ana.visitor(visitor.address)
    assert heading(other.get()) == _ASKS, "what was done is of the visit, too"
    assert heading(other.post("birth-date", **BORN)) == SAYS["confirmed"]


def test_twenty_clicks_at_once_are_one(ana):
    visitor = proven(ana)
    seen: list[int] = []

    def click() -> None:
        headers = {"cookie": "; ".join(f"{k}={v}" for k, v in visitor.cookies.items())}
        url = f"{visitor.address}/cancel"
        seen.append(httpx.post(url, headers=headers, trust_env=False, timeout=60).status_code)

    threads = [threading.Thread(target=click) for _ in range(20)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert seen == [303] * 20
    assert [row.kind for row in ana.rows(book_requests)] == ["cancel"]
    assert ana.shown().status is VisitStatus.CANCELLED


def test_none_of_the_times_suits_and_a_person_calls(ana):
    visitor = proven(ana)
    visitor.post("times")
    assert heading(visitor.post("call-me")) == SAYS["will_call"]
    assert ana.tasks() == [("read_reply", "wants_other_time")]
    assert ana.shown().starts_at == ana.known().starts_at


@pytest.mark.parametrize("wish", ["times", "cancel"])
def test_where_the_book_cannot_be_written_a_call_is_promised_and_a_person_asked(opened, wish):
    ana = opened(replies={"cancel": "staff", "reschedule": "staff"})
    visitor = proven(ana)
    assert heading(visitor.post(wish)) == SAYS["will_call"]
    assert ana.tasks() == [
        ("read_reply", "wants_other_time" if wish == "times" else "wants_to_cancel")
    ]
    assert ana.shown().status is VisitStatus.BOOKED


def test_a_book_that_does_not_answer_is_said_to_take_longer_and_is_asked_again(ana):
    visitor = proven(ana)
    ana.sandbox.strike(where="cliniko", kind="status", status=503, times=None)
    assert heading(visitor.post("cancel")) == SAYS["waiting"]
    ana.sandbox.heal()
    assert heading(visitor.get()) == SAYS["waiting"], "who looks changes nothing"
    (row,) = ana.rows(book_requests)
    assert row.status == "planned"


def test_a_time_that_was_taken_meanwhile_uses_nothing_up(ana):
    visitor, before = proven(ana), ana.shown()
    shown = visitor.post("times")
    (offer,) = ana.rows(offers)
    first = json.loads(offer.options)[0]
    other = ana.sandbox.ask("patients", first_name="Bo", phone=None)
    ana.sandbox.ask(
        "visits",
        act="make",
        patient_id=str(other["id"]),
        starts_at=first["starts_at"],
        practitioner_id=before.practitioner_source_id,
    )
    again = visitor.post("take", **first_choice(shown))
    assert heading(again) == _QUESTION
    assert SAYS["was_taken"] in words(again)
    assert ana.shown().starts_at == before.starts_at
    assert heading(visitor.post("confirm")) == SAYS["confirmed"]


def test_a_number_of_an_offer_that_was_not_shown_picks_nothing(ana):
    visitor, before = proven(ana), ana.shown()
    shown = visitor.post("times")
    for fields in (
        {"offer": "0" * 32, "number": "1"},
        {"offer": "", "number": "3"},
        first_choice(shown) | {"number": "4"},
        first_choice(shown) | {"number": "²"},
        {},
    ):
        assert heading(visitor.post("take", **fields)) == SAYS["times"]
    assert ana.shown().starts_at == before.starts_at


def test_nothing_is_sent_without_the_row_of_its_link(ana):
    with ana.here.ledger.write() as con:
        con.exec_driver_sql("alter table links rename to links_away")
    with pytest.raises(Exception, match="links"):
        ana.mail()
    with ana.here.ledger.write() as con:
        con.exec_driver_sql("alter table links_away rename to links")
    assert [row.status for row in ana.rows(messages)] == ["planned"]


def test_no_page_is_kept_framed_indexed_or_told_of_elsewhere(ana):
    visitor = proven(ana)
    for answer in (visitor.get(), visitor.get("/cannot-come"), httpx.get(visitor.address + "x")):
        said = answer.headers
        assert said["cache-control"] == "no-store"
        assert said["referrer-policy"] == "no-referrer"
        assert said["x-robots-tag"] == "noindex"
        assert "frame-ancestors 'none'" in said["content-security-policy"]
        assert "<script" not in answer.text
        assert "<title>Northside PT: Your visit</title>" in answer.text
        assert 'href="tel:+13035550140"' in answer.text


def test_a_page_that_fails_says_whom_to_call_and_no_token_is_logged(ana, caplog):
    visitor = proven(ana)
    with ana.here.ledger.write() as con:
        con.exec_driver_sql("alter table links rename to links_away")
    answer = visitor.post("confirm")
    assert (answer.status_code, heading(answer)) == (503, SAYS["failed"])
    assert "303-555-0140" in words(answer)
    with ana.here.ledger.write() as con:
        con.exec_driver_sql("alter table links_away rename to links")
    ours = "".join(r.getMessage() for r in caplog.records if r.name.startswith(("portal", "tasks")))
    assert "a page failed" in ours
    assert visitor.address.rpartition("/")[2] not in ours
    assert "1980" not in ours


def test_both_languages_say_everything(ana):
    assert WORDS["en"].keys() == WORDS["es"].keys()
    visitor = ana.visitor(ana.address())
    page = visitor.get("?language=es")
    assert '<html lang="es">' in page.text
    assert heading(page) == WORDS["es"]["birth_date"]
    assert page.text.index(">English<") < page.text.index("<main"), "the switch comes first"
    spanish = visitor.post("birth-date?language=es", **BORN)
    assert heading(spanish) == WORDS["es"]["question"]
    assert "martes 6 de enero" in words(spanish)
    assert 'action="/visit/northside/' in spanish.text
    assert "?language=es" in spanish.text
