"""What comes at one moment is written together, each is answered by itself, and a bad one alone
fails."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from tasks.gathering import Gathering


class Store:
    """Writes numbers, slowly; a negative one spoils the group it is in."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.may_write = threading.Event()
        self.may_write.set()

    def __call__(self, numbers: Sequence[int]) -> list[int]:
        self.may_write.wait(20)
        if min(numbers) < 0:
            raise ValueError("spoiled")
        self.groups.append(list(numbers))
        return [number * 2 for number in numbers]


def all_at_once(store: Store, numbers: list[int]) -> list[object]:
    """Each from a thread of its own, while the first is still being written."""
    gathering = Gathering(store)
    store.may_write.clear()

    def one(number: int) -> object:
        try:
            return gathering(number)
        except ValueError as error:
            return error

    with ThreadPoolExecutor(len(numbers)) as pool:
        asked = [pool.submit(one, number) for number in numbers]
        while len(gathering._waiting) < len(numbers) - 1:
            pass
        store.may_write.set()
        return [answer.result() for answer in asked]


def test_what_waits_is_written_in_one_go_and_each_gets_its_own_answer():
    store = Store()
    assert all_at_once(store, list(range(40))) == [number * 2 for number in range(40)]
    assert sorted(number for group in store.groups for number in group) == list(range(40)), (
        "each once"
    )
    assert len(store.groups) <= 3


def test_one_that_cannot_be_written_fails_alone():
    store = Store()
    told = all_at_once(store, [1, 2, -3, 4, 5, 6])
    assert [one for one in told if not isinstance(one, ValueError)] == [2, 4, 8, 10, 12]
    assert sorted(number for group in store.groups for number in group) == [1, 2, 4, 5, 6]


def test_more_than_a_group_holds_is_written_all_the_same():
    store = Store()
    assert len(all_at_once(store, list(range(200)))) == 200
    assert max(len(group) for group in store.groups) == 64


def test_a_store_that_fails_for_all_tells_all():
    def broken(numbers: Sequence[int]) -> list[int]:
        raise OSError("disk full")

    gathering = Gathering(broken)
    with pytest.raises(OSError, match="disk full"):
        gathering(1)
