"""Every vendor over every transport, against a house that was written from documents alone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import httpx
import pytest

from connectors.clearinghouse.exchange import Exchange
from connectors.errors import (
    ConnectorError,
    ContractBroken,
    NotSupported,
    RateLimited,
    Rejected,
    Unauthorized,
    Unavailable,
    Unconfirmed,
)
from connectors.x12.benefit_271 import read_answers
from data_contracts.inquiry import Media, Person
from tests.contract.clearinghouse.conftest import ANA, Open, about
from tests.unit.connectors.clearinghouse.settings import HOUSES

JSON = {"stedi x12", "stedi json", "optum"}
OWN_TRACE = set(HOUSES) - {"eligible", "stedi json", "optum"}
"""Those that are asked in X12, so that our trace comes back."""


@pytest.mark.parametrize(
    "member",
    [
        "ACTIVE",
        "INACTIVE",
        "PTPOOL",
        "MANY",
        "PIPES",
        "LINES",
        "BOM",
        "SEWRONG",
        "NOGE",
        "UNPADDED",
    ],
)
def test_an_answer_is_had_as_it_was_sent_whatever_it_looks_like(connect: Open, member: str) -> None:
    for house in HOUSES:
        reply = connect(house).inquire(about(member))
        assert (reply.media, reply.rejections) == (Media.X12, ()), house
        (answer,) = read_answers(reply.raw)
        assert answer.patient is not None, house
        assert answer.patient.who is not None, house
        assert answer.patient.who.last_name == "EXAMPLE", house
        assert answer.patient.benefits, house
        if house in OWN_TRACE:
            assert "TRACE000001" in [trace for _, trace, _ in answer.patient.traces], house


def test_a_dependent_is_asked_about_below_the_subscriber(connect: Open) -> None:
    kim = Person(first_name="Kim", last_name="Example", birth_date=ANA.birth_date)
    for house in HOUSES:
        (answer,) = read_answers(connect(house).inquire(about("ACTIVE", dependent=kim)).raw)
        assert answer.dependents, house
        assert answer.dependents[0].who is not None
        assert answer.dependents[0].who.first_name == "KIM", house


@pytest.mark.parametrize(
    ("code", "follow_up"), [("75", "C"), ("79", "N"), ("42", "R"), ("51", "N")]
)
def test_a_refusal_of_the_payer_is_an_answer(connect: Open, code: str, follow_up: str) -> None:
    for house in HOUSES:
        reply = connect(house).inquire(about(f"AAA{code}{follow_up}"))
        if reply.media is Media.X12:
            (answer,) = read_answers(reply.raw)
            found = [(one.code, one.follow_up) for one in answer.rejections]
        else:
            found = [(one.code, one.follow_up) for one in reply.rejections]
        assert found == [(code, follow_up)], house


def test_two_interchanges_come_as_two_answers(connect: Open) -> None:
    for house in HOUSES:
        assert len(read_answers(connect(house).inquire(about("TWO")).raw)) == 2, house


def _said_of_a_payer_nobody_knows(house: Exchange) -> set[str]:
    """The codes of its answer, or what its error says to correct."""
    try:
        reply = house.inquire(about("W5550100", payer_id="NOSUCHPAYER"))
    except NotSupported as error:
        return {"payer_id"} & set(str(error).split())
    if reply.media is Media.JSON:
        return {one.code for one in reply.rejections}
    return {one.code for answer in read_answers(reply.raw) for one in answer.rejections}


def test_a_payer_that_a_house_does_not_know_is_said_to_be_unknown(connect: Open) -> None:
    for house in HOUSES:
        assert _said_of_a_payer_nobody_knows(connect(house)) in ({"79"}, {"payer_id"}), house


ROWS: list[tuple[str, type[ConnectorError], str]] = [
    # member    means           code; a page or JSON may be another, see below
    ("ACK999", Rejected, "999_R"),
    ("TA1", Rejected, "TA1_006"),
    ("SHORTISA", Unavailable, "cut_short"),
    ("EMPTY", Unavailable, "empty"),
    ("NOHEAD", ContractBroken, "not_x12"),
    ("BINARY", ContractBroken, ""),
    ("S429", RateLimited, "429"),
    ("S429R7", RateLimited, "429"),
    ("S500", Unavailable, ""),
    ("S503", Unavailable, ""),
    ("S504", Unavailable, ""),
    ("DROP", Unavailable, ""),
    ("HALF", Unavailable, ""),
]
OTHERWISE: dict[tuple[str, str], type[ConnectorError]] = {
    # a protocol that has no word for it shows something else
    ("eligible", "ACK999"): Unavailable,
    ("eligible", "TA1"): Unavailable,
    **{(house, "EMPTY"): ContractBroken for house in JSON},
}


@pytest.mark.parametrize(("member", "means", "code"), ROWS, ids=[row[0] for row in ROWS])
def test_what_is_no_answer_means_one_error(
    connect: Open, member: str, means: type[ConnectorError], code: str
) -> None:
    for house in HOUSES:
        with pytest.raises(ConnectorError) as caught:
            connect(house).inquire(about(member))
        assert type(caught.value) is OTHERWISE.get((house, member), means), house
        is_x12 = not str(caught.value.code).startswith(("page", "unread", "no_x12"))
        if code and is_x12:
            assert caught.value.code == code, house
        assert "EXAMPLE" not in f"{caught.value!r}".upper(), house


@pytest.mark.parametrize("member", ["S503", "DROP", "HALF", "SHORTISA"])
def test_of_a_payer_that_is_asked_once_a_day_a_lost_answer_is_unconfirmed(
    connect: Open, member: str
) -> None:
    for house in HOUSES:
        with pytest.raises(Unconfirmed):
            connect(house).inquire(about(member, may_repeat=False))


def test_a_page_under_200_is_never_an_answer(connect: Open) -> None:
    for house in HOUSES:
        with pytest.raises((ContractBroken, Unavailable)) as caught:
            connect(house).inquire(about("HTML200"))
        assert str(caught.value.code).startswith("page"), house


@pytest.mark.parametrize(("member", "seconds"), [("S429R7", 7), ("S429", 60)])
def test_a_vendor_that_says_when_is_heeded(connect: Open, member: str, seconds: float) -> None:
    for house in HOUSES:
        with pytest.raises(RateLimited) as caught:
            connect(house).inquire(about(member))
        assert caught.value.seconds == pytest.approx(seconds, abs=1), house


def test_an_answer_that_takes_too_long_may_be_billed(connect: Open, control: httpx.Client) -> None:
    for house in ("trizetto", "eligible"):
        with pytest.raises(Unavailable, match="may be billed"):
            connect(house, seconds=0.3).inquire(about("SLOW1"))


BAD = {"HOUSE_KEY": "wrong", "HOUSE_PASSWORD": "wrong"}


def test_a_wrong_key_is_unauthorized_everywhere(connect: Open) -> None:
    for house in HOUSES:
        with pytest.raises(Unauthorized) as caught:
            connect(house, **BAD).inquire(about("ACTIVE"))
        assert "wrong" not in str(caught.value), house


def test_a_token_that_ended_is_renewed_without_a_word(connect: Open, control: httpx.Client) -> None:
    optum = connect("optum")
    optum.inquire(about("ACTIVE"))
    control.delete("clearinghouse/tokens").raise_for_status()
    assert optum.inquire(about("ACTIVE")).raw.startswith(b"ISA")


def test_medicare_refuses_the_second_question_of_a_day(
    connect: Open, control: httpx.Client
) -> None:
    house = connect("trizetto")
    first, second = (house.inquire(about("MEDICARE", may_repeat=False)).raw for _ in range(2))
    assert read_answers(first)[0].rejections == ()
    assert [one.code for one in read_answers(second)[0].rejections] == ["E3"]


@pytest.mark.slow
def test_a_house_that_takes_so_many_at_once_answers_all_of_many_threads(
    connect: Open, control: httpx.Client
) -> None:
    control.post("clearinghouse", json={"latency_seconds": 0.05, "capacity": 50})
    house = connect("stedi x12", naps=(0.02, 0.05, 0.1))
    questions = [about("ACTIVE", trace=f"TRACE{n:06d}", payer_id=f"P{n % 7}") for n in range(200)]
    with ThreadPoolExecutor(80) as pool:
        replies = list(pool.map(house.inquire, questions))
    control.post("clearinghouse", json={"latency_seconds": 0, "capacity": 0})
    traces = {
        trace
        for one in replies
        for answer in read_answers(one.raw)
        if answer.patient
        for _, trace, _ in answer.patient.traces
    }
    assert {one.trace for one in questions} <= traces, "nobody got another's answer"


@pytest.mark.parametrize("house", HOUSES)
def test_a_question_arrives_as_it_was_meant(
    connect: Open, control: httpx.Client, house: str
) -> None:
    connect(house).inquire(about("ACTIVE", service_type="PT", service_on=date(2026, 1, 7)))
    (asked,) = control.get("clearinghouse/inquiries").json()
    said = {name: asked[name] for name in ("payer_id", "member_id", "service_types")}
    assert said == {"payer_id": "60054", "member_id": "ACTIVE", "service_types": ["PT"]}
    if house != "eligible":
        assert asked["service_on"] == "20260107"
    if house in OWN_TRACE:
        assert asked["trace"] == "TRACE000001"
