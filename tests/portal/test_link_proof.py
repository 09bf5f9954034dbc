"""Who may look behind a link, and for how long: the birth date, the cookie, the link's own end."""

import json
import threading
from datetime import timedelta
from typing import Any

import httpx
import pytest

from data_contracts.visit import VisitStatus
from ledger.keys import keyed_hash, seal
from ledger.links import Told, make_links
from ledger.people import identity
from ledger.schema import audit, messages, patients, staff_tasks
from ledger.schema_dialogue import book_requests, confirmations, links
from portal.link_words import WORDS
from tasks.erasing import erase
from tests.portal.linking import BORN, DAY, WRONG, Case, heading, proven, words

SAYS = WORDS["en"]
_ASKS, _QUESTION = SAYS["birth_date"], SAYS["question"]


def test_opening_every_address_changes_nothing(ana):
    address = ana.address()
    before = [ana.rows(one) for one in (links, audit, messages, book_requests, staff_tasks)]
    for path in ("", "/cannot-come", "/birth-date", "/confirm", "/cancel", "/times", "/take"):
        for method in ("GET", "HEAD"):
            answer = httpx.request(method, address + path, trust_env=False)
            assert answer.status_code in (200, 405), path
            assert "January" not in answer.text
    assert [ana.rows(one) for one in (links, audit, messages, book_requests, staff_tasks)] == before


@pytest.mark.parametrize("wish", ["confirm", "cancel", "times", "call-me"])
def test_without_the_birth_date_no_form_does_anything(ana, wish):
    visitor = ana.visitor(ana.address())
    for forged in ("", "9999999999.", "9999999999." + "0" * 64, "x.y", "²." + "0" * 64):
        visitor.cookies = {"visit": forged} if forged.isascii() else {}
        assert heading(visitor.post(wish)) == _ASKS
    assert ana.rows(book_requests) == []
    assert ana.rows(confirmations) == []
    assert ana.shown().status is VisitStatus.BOOKED


def test_the_proof_is_for_one_link_and_for_half_an_hour(ana):
    visitor = proven(ana)
    other = ana.visitor(ana_other_link(ana))
    other.cookies = dict(visitor.cookies)
    assert heading(other.get()) == _ASKS
    ana.clock.pass_by(minutes=29)
    assert heading(visitor.get()) == _QUESTION
    ana.clock.pass_by(minutes=1)
    assert heading(visitor.get()) == _ASKS


def ana_other_link(ana: Case) -> str:
    """A second link about the same visit."""

    visit = ana.known()
    told = Told("m2", visit.patient_id, visit.visit_id, visit.version, visit.starts_at)
    with ana.here.ledger.write() as con:
        token = make_links(ana.here.ledger, con, [told], ana.clock.at)["m2"]
    return f"{str(ana.here.clinic.channels.public_url).rstrip('/')}/visit/northside/{token}"


def test_the_cookie_goes_to_its_own_page_alone_and_no_script_reads_it(ana):
    visitor = ana.visitor(ana.address())
    answer = httpx.post(f"{visitor.address}/birth-date", data=BORN, trust_env=False)
    cookie = answer.headers["set-cookie"]
    for part in ("HttpOnly", "Secure", "SameSite=lax", "Max-Age=1800", "/visit/northside/"):
        assert part in cookie
    assert "1980" not in cookie


def test_three_wrong_dates_lock_the_link_for_the_right_one_too(ana):
    visitor = ana.visitor(ana.address())
    for left in (SAYS["left_2"], SAYS["left_1"]):
        answer = visitor.post("birth-date", **WRONG)
        assert (answer.status_code, heading(answer)) == (422, _ASKS)
        assert left in words(answer)
    assert heading(visitor.post("birth-date", **WRONG)) == SAYS["locked"]
    assert heading(visitor.post("birth-date", **BORN)) == SAYS["locked"]
    assert "January" not in visitor.get().text
    assert ana.link().tries == 3


def test_wrong_dates_at_once_are_three_at_most(ana):
    address, seen = ana.address(), []

    def guess(day: int) -> None:
        data = {"month": "2", "day": str(day), "year": "1979"}
        url = f"{address}/birth-date"
        seen.append(httpx.post(url, data=data, trust_env=False, timeout=60).text)

    threads = [threading.Thread(target=guess, args=(day,)) for day in range(1, 13)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(seen) == 12
    assert ana.link().tries == 3
    assert len(ana.by_link()) == 3, "no more than three were compared"


def test_a_patient_s_links_are_not_three_guesses_each(ana):
    for _ in range(2):
        visitor = ana.visitor(ana_other_link(ana))
        for _ in range(3):
            visitor.post("birth-date", **WRONG)
    assert heading(ana.visitor(ana_other_link(ana)).post("birth-date", **BORN)) == SAYS["locked"]


@pytest.mark.parametrize(
    "born",
    [
        {},
        {"month": "2", "day": "30", "year": "1980"},
        {"month": "Feb", "day": "29", "year": "1980"},
        {"month": "2", "day": "29", "year": "80"},
        {"month": "²", "day": "29", "year": "1980"},
    ],
)
def test_what_is_no_date_counts_for_no_try(ana, born):
    answer = ana.visitor(ana.address()).post("birth-date", **born)
    assert answer.status_code == 422
    assert SAYS["no_date"] in words(answer)
    assert ana.link().tries == 0
    assert ana.by_link() == []


def test_without_a_birth_date_by_the_day_the_email_has_no_link(ana):
    with ana.here.ledger.write() as con:
        forget_birth_date(ana, con)
    letter = ana.mail()
    assert "/visit/" not in letter
    assert "Call 303-555-0140 and we will find another one" in letter
    assert ana.rows(links) == []


def test_a_birth_date_that_is_no_longer_on_record_means_call_us(ana):
    visitor = ana.visitor(ana.address())
    with ana.here.ledger.write() as con:
        forget_birth_date(ana, con)
    answer = visitor.post("birth-date", **BORN)
    assert heading(answer) == SAYS["not_on_record"]
    assert ana.link().tries == 0


def forget_birth_date(ana: Case, con: Any) -> None:
    """As if the practice system had never had it."""

    own = ana.known().patient_id
    mine = patients.c.patient_id == own
    sealed = con.execute(patients.select().where(mine)).one().identity
    who = identity(ana.here.ledger, own, sealed) | {"birth_date": None}
    key = ana.here.ledger.keys.key(f"patient:{own}")
    plain = json.dumps(who).encode()
    con.execute(patients.update().where(mine).values(identity=seal(key, plain, own)))


def test_a_link_ends_with_its_visit_s_start_or_after_eight_days(ana):
    visitor = proven(ana)
    ana.clock.at = ana.known().starts_at - timedelta(seconds=1)
    assert visitor.get().status_code == 200
    ana.clock.at = ana.known().starts_at
    answer = visitor.get()
    assert (answer.status_code, heading(answer)) == (410, SAYS["expired"])
    assert "January" not in answer.text
    assert heading(visitor.post("cancel")) == SAYS["expired"]
    assert ana.link().expires_at == ana.known().starts_at
    assert min(DAY * 8, ana.link().expires_at - ana.link().created_at) < DAY * 8


def test_a_visit_that_the_desk_moved_since_is_not_shown_or_changed(ana):
    address = ana.address()
    elsewhere = ana.shown().starts_at + 3 * DAY
    ana.sandbox.ask("visits", act="move", id=ana.source_id, starts_at=elsewhere.isoformat())
    ana.read()
    visitor = ana.visitor(address)
    assert heading(visitor.get()) == SAYS["changed"]
    assert heading(visitor.post("birth-date", **BORN)) == SAYS["changed"]
    assert ana.rows(confirmations) == []


def test_a_human_who_was_quicker_is_not_overwritten(ana):
    visitor = proven(ana)
    elsewhere = ana.shown().starts_at + 3 * DAY
    ana.sandbox.ask("visits", act="move", id=ana.source_id, starts_at=elsewhere.isoformat())
    assert heading(visitor.post("cancel")) == SAYS["will_call"]
    assert ana.shown().starts_at == elsewhere
    assert ana.tasks() == [("change_visit", "book_changed")]


def test_a_token_that_is_not_ours_or_of_who_was_erased_finds_nothing(ana):

    address = ana.address()
    for other in (
        address[:-1] + ("A" if address[-1] != "A" else "B"),
        address[:-20],
        address + "x",
    ):
        answer = httpx.get(other, trust_env=False)
        assert answer.status_code == 404
        assert heading(answer) == SAYS["unknown"]
        assert "303-555-0140" in words(answer)
    assert httpx.get(address.replace("northside", "riverbend"), trust_env=False).status_code == 404
    erase(ana.here, ana.patient, "asked for it", ana.clock.at, legal_basis="asked")
    assert httpx.get(address, trust_env=False).status_code == 404


def test_the_ledger_knows_a_token_by_its_keyed_hash_alone(ana):
    token = ana.address().rpartition("/")[2]
    assert len(token) == 32, "192 bits"
    found = ana.link().link_id
    assert found == keyed_hash(ana.here.ledger.keys.key("links"), token)
    assert token not in str(ana.rows(links))
