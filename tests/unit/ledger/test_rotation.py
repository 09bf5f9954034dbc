"""A new master key takes the place of the old, and nothing is unreadable at any moment."""

import multiprocessing
import signal

import pytest

from data_contracts.errors import SecretMissing
from ledger.keys import KeyStore, rotate_master
from ledger.master_key import FileMaster, create_master_key
from tests.unit.ledger.rotator import rotate_until

NAMES = [f"patient:{n:04d}" for n in range(450)]
PROCESSES = multiprocessing.get_context("forkserver")
STEPS = [
    ("staged", 1),
    ("announcing", 1),
    ("announced", 1),
    *(("wrapping", nth) for nth in (1, 2, 3)),
    *(("wrapped", nth) for nth in (1, 2, 3)),
    ("retired", 1),
]


@pytest.fixture
def source(tmp_path):
    create_master_key(tmp_path / "master.key")
    return FileMaster(tmp_path / "master.key")


def opened(source, tmp_path):
    return KeyStore(tmp_path / "keys.db", source)


class Old(FileMaster):
    """Somebody who still holds the key of before, and no other."""

    def __init__(self, key):
        self.key = key

    def masters(self):
        return (self.key,)


@pytest.mark.slow
@pytest.mark.parametrize(("step", "nth"), STEPS, ids=[f"{step} {nth}" for step, nth in STEPS])
def test_killed_at_any_step_all_is_readable_and_the_next_run_ends_it(source, tmp_path, step, nth):
    before = opened(source, tmp_path).keys(NAMES)
    (old,) = source.masters()
    running = opened(source, tmp_path)  # a receiver that was started long ago
    process = PROCESSES.Process(target=rotate_until, args=(tmp_path, step, nth))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL

    assert opened(source, tmp_path).keys(NAMES) == before
    assert running.keys(NAMES) == before
    made = running.key("patient:new")

    rotate_master(opened(source, tmp_path), source)
    assert opened(source, tmp_path).keys(NAMES) == before
    assert opened(source, tmp_path).key("patient:new") == made
    assert running.key("text") == opened(source, tmp_path).key("text")
    assert old not in source.masters()
    assert len(source.masters()) == 1
    with pytest.raises(SecretMissing, match="does not open"):
        opened(Old(old), tmp_path)


def test_what_an_old_process_makes_during_a_rotation_outlives_the_old_key(source, tmp_path):
    running = opened(source, tmp_path)
    made = []

    def reach(step):
        made.append(running.key(f"made after {step} {len(made)}"))

    rotate_master(opened(source, tmp_path), source, lambda s: s.endswith("ed") and reach(s))
    assert len(made) >= 4
    fresh = opened(source, tmp_path)
    names = [
        f"made after {s} {n}" for n, s in enumerate(["staged", "announced", "wrapped", "retired"])
    ]
    assert [fresh.find(name) for name in names] == made


def test_a_forgotten_key_leaves_no_byte_in_the_store(source, tmp_path):
    store = opened(source, tmp_path)
    store.keys(NAMES)
    store.forget(NAMES[7])
    assert NAMES[7].encode() not in (tmp_path / "keys.db").read_bytes()
    assert NAMES[8].encode() in (tmp_path / "keys.db").read_bytes()
    assert store.find(NAMES[7]) is None
