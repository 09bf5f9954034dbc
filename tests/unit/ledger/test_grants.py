"""A turn to renew tokens is one's own on either engine, and a backup holds no token in clear."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from data_contracts.grant import Grant, Hook
from ledger import grants, hooks
from ledger.keys import SealBroken
from ledger.store import Ledger

WALL = datetime(2026, 1, 5, 16, tzinfo=UTC)
ENDS = WALL + timedelta(seconds=90)
FIRST = Grant("access-1", "refresh-1", WALL + timedelta(minutes=5), WALL + timedelta(minutes=30))
SECOND = Grant("access-2", "refresh-2", WALL + timedelta(minutes=9), WALL + timedelta(minutes=39))


@pytest.fixture(autouse=True)
def connected(store: Ledger) -> None:
    """The clinic has agreed once."""
    with store.write() as con:
        grants.connect(store, con, "jane", FIRST, WALL)


def kept(store: Ledger) -> grants.Kept:
    found = grants.kept_grant(store, "jane")
    assert found is not None
    return found


def test_of_twenty_who_want_the_turn_one_gets_it(store: Ledger) -> None:
    generation, start = kept(store).generation, Barrier(20)

    def want(_: int) -> grants.Turn | None:
        start.wait(timeout=20)
        return grants.take_turn(store, "jane", generation, WALL, ENDS)

    with ThreadPoolExecutor(20) as pool:
        turns = [turn for turn in pool.map(want, range(20)) if turn]
    assert len(turns) == 1
    assert kept(store).is_in_doubt  # until somebody says how it ended
    assert grants.finish_turn(store, "jane", turns[0], SECOND)
    after = kept(store)
    assert (after.grant, after.generation, after.is_in_doubt) == (SECOND, generation + 1, False)


def test_nobody_gets_a_turn_for_a_generation_that_is_past_or_over(store: Ledger) -> None:
    generation = kept(store).generation
    assert grants.take_turn(store, "jane", generation - 1, WALL, ENDS) is None
    turn = grants.take_turn(store, "jane", generation, WALL, ENDS)
    assert turn is not None
    assert grants.end_grant(store, "jane", turn, WALL)
    assert (kept(store).is_over, kept(store).is_in_doubt) == (True, False)
    assert grants.take_turn(store, "jane", generation, ENDS, ENDS) is None


def test_a_new_consent_takes_the_place_of_one_that_is_over_and_of_anybody_s_turn(
    store: Ledger,
) -> None:
    turn = grants.take_turn(store, "jane", kept(store).generation, WALL, ENDS)
    assert turn is not None
    with store.write() as con:
        grants.connect(store, con, "jane", SECOND, WALL)
    assert not grants.finish_turn(store, "jane", turn, FIRST)
    assert (kept(store).grant, kept(store).is_over) == (SECOND, False)


def test_without_a_consent_there_is_nothing(store: Ledger) -> None:
    assert grants.kept_grant(store, "another") is None
    assert grants.take_turn(store, "another", 1, WALL, ENDS) is None


def test_a_second_subscription_takes_the_place_of_the_first(store: Ledger) -> None:
    for secret in ("one", "two"):
        hook = Hook("APPOINTMENT_BOOKED", secret, "http://127.0.0.1:9", f"secret {secret}")
        with store.write() as con:
            hooks.keep_hook(store, con, "jane", hook, WALL)
    with store.read() as con:
        (found,) = hooks.hooks_of(store, con, "jane")
    assert (found.subscription_id, found.secret) == ("two", "secret two")


def test_a_key_that_is_gone_leaves_no_token(store: Ledger) -> None:
    store.keys.forget(store.text_key("grant|jane"))
    with pytest.raises(SealBroken):
        grants.kept_grant(store, "jane")
