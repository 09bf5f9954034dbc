"""Limits hold under threads; a payer that does not answer is left alone, and tried by one."""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from connectors.clearinghouse.breaker import Breaker
from connectors.clearinghouse.traffic import Traffic
from connectors.errors import RateLimited

NOW = datetime.now(UTC)


class Watch:
    """A clock that stands until it is set; sleeping sets it."""

    def __init__(self) -> None:
        self.now, self.slept = 1000.0, []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def _ask(traffic: Traffic, payer: str = "acme", *, is_down: bool | None = False) -> None:
    with traffic.turn(payer) as turn:
        turn.is_down = is_down


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def traffic(watch: Watch) -> Traffic:
    def breaker() -> Breaker:
        return Breaker(3, (60.0, 300.0), clock=watch)

    return Traffic("house", 5, 6000, breaker=breaker, clock=watch, sleep=watch.sleep)


@pytest.mark.slow
def test_no_more_are_on_their_way_than_payer_and_vendor_take() -> None:
    traffic = Traffic("house", 6, 600_000, of_payer={"slow": 2})
    lock, now, most = threading.Lock(), Counter[str](), Counter[str]()

    def ask(payer: str) -> None:
        with traffic.turn(payer) as turn:
            with lock:
                now.update([payer, "all"])
                for name in (payer, "all"):
                    most[name] = max(most[name], now[name])
            time.sleep(0.01)
            with lock:
                now.subtract([payer, "all"])
            turn.is_down = False

    with ThreadPoolExecutor(30) as pool:
        list(pool.map(ask, ["slow", "quick", "other"] * 30))
    assert most["slow"] == 2
    assert most["all"] == 6


def test_who_waits_too_long_for_a_place_is_told_when_to_come_back() -> None:
    traffic = Traffic("house", 1, 6000, patience=0.05)
    with traffic.turn("acme"), pytest.raises(RateLimited) as caught, traffic.turn("other"):
        pytest.fail("there is one place")
    assert caught.value.seconds == 0.05
    _ask(traffic)


def test_a_place_is_free_again_after_an_error() -> None:
    traffic = Traffic("house", 1, 6000, patience=0.05)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), traffic.turn("acme"):
            1 / 0  # noqa: B018
    _ask(traffic)


def test_a_payer_that_does_not_answer_three_times_is_left_alone(
    traffic: Traffic, watch: Watch
) -> None:
    for _ in range(3):
        _ask(traffic, is_down=True)
    with pytest.raises(RateLimited) as caught:
        _ask(traffic)
    assert caught.value.seconds == 60
    _ask(traffic, "other")
    watch.now += 59
    with pytest.raises(RateLimited):
        _ask(traffic)
    watch.now += 1
    _ask(traffic)
    for _ in range(2):
        _ask(traffic, is_down=True)
    _ask(traffic)


def test_an_answer_between_them_means_that_it_answers(traffic: Traffic) -> None:
    for _ in range(5):
        _ask(traffic, is_down=True)
        _ask(traffic, is_down=True)
        _ask(traffic)


def test_after_its_rest_one_tries_and_the_others_wait(traffic: Traffic, watch: Watch) -> None:
    for _ in range(3):
        _ask(traffic, is_down=True)
    watch.now += 60
    with traffic.turn("acme") as first:
        with pytest.raises(RateLimited):
            _ask(traffic)
        first.is_down = True
    watch.now += 60
    with pytest.raises(RateLimited) as caught:
        _ask(traffic)
    assert caught.value.seconds == 240, "a try that failed makes the rest longer"


def test_a_try_that_ended_before_the_payer_was_asked_lets_another_try(
    traffic: Traffic, watch: Watch
) -> None:
    for _ in range(3):
        _ask(traffic, is_down=True)
    watch.now += 60
    _ask(traffic, is_down=None)
    _ask(traffic)


@pytest.mark.parametrize(
    ("error", "pause"),
    [(RateLimited("house"), 2.0), (RateLimited("house", seconds=7.0, until=NOW), 7.0)],
)
def test_a_vendor_that_says_slower_is_given_a_pause_by_all(
    traffic: Traffic, watch: Watch, error: RateLimited, pause: float
) -> None:
    with pytest.raises(RateLimited), traffic.turn("acme"):
        raise error
    _ask(traffic, "other")
    assert watch.slept == [pause]


def test_a_pause_longer_than_anybody_waits_is_said(traffic: Traffic) -> None:
    with pytest.raises(RateLimited), traffic.turn("acme"):
        raise RateLimited("house", seconds=900.0, until=NOW)
    with pytest.raises(RateLimited, match="asked us to wait"):
        _ask(traffic)


def test_questions_leave_no_faster_than_the_pace(watch: Watch) -> None:
    traffic = Traffic("house", 5, 60, clock=watch, sleep=watch.sleep)
    for _ in range(12 + 30):
        _ask(traffic)
    assert watch.now - 1000 == pytest.approx(30)


def test_many_threads_see_one_try(watch: Watch) -> None:
    breaker = Breaker(1, (60.0,), clock=watch)
    breaker.failed()
    watch.now += 60
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: breaker.wait(), range(200)))
    assert waits.count(0.0) == 1
