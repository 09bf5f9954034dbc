"""Copies of the keys are dropped within the week, wherever they went, and forget who is erased."""

import sqlite3
from datetime import timedelta

import pytest

from ledger.key_copies import (
    copy_keys,
    drop_old_key_copies,
    forget_in_copies,
    overdue_key_copies,
)
from tests.cast import NOW

HALF_AN_HOUR = timedelta(minutes=30)


def names_in(path):
    con = sqlite3.connect(path)
    found = {name for (name,) in con.execute("select name from keys")}
    con.close()
    return found


@pytest.fixture
def elsewhere(tmp_path):
    return tmp_path / "another disk"


@pytest.mark.parametrize("night", [timedelta(hours=23), timedelta(hours=24), timedelta(hours=25)])
@pytest.mark.parametrize("late", [timedelta(0), HALF_AN_HOUR])
def test_tidied_each_night_no_copy_is_ever_older_than_seven_days(ledger, night, late):
    """Also where a clock change makes the nights longer, and where one run is late."""
    copy_keys(ledger, ledger.home / "key-backups", NOW)
    moment = NOW
    for _ in range(8):
        assert overdue_key_copies(ledger.home, moment + night + late) == []
        moment += night
        drop_old_key_copies(ledger.home, moment + late)
    assert list((ledger.home / "key-backups").glob("*.keys")) == []


def test_wherever_copies_went_they_are_tidied_and_forget(ledger, elsewhere):
    ledger.keys.keys(["patient:ana", "patient:bo"])
    paths = [copy_keys(ledger, one, NOW) for one in (elsewhere, ledger.home / "key-backups")]
    forget_in_copies(ledger.home, ["patient:ana"])
    for path in paths:
        assert "patient:ana" not in names_in(path)
        assert b"patient:ana" not in path.read_bytes()
        assert "patient:bo" in names_in(path)
    assert drop_old_key_copies(ledger.home, NOW + timedelta(days=7)) == 2
    assert not any(path.exists() for path in paths)


def test_what_others_keep_there_is_left_alone(ledger, elsewhere):
    elsewhere.mkdir()
    others = ["house.keys", "northside-20250101T000000.keys", "riverbend-20250101T000000Z.keys"]
    for name in others:
        (elsewhere / name).write_bytes(b"another's")
    copy_keys(ledger, elsewhere, NOW)
    forget_in_copies(ledger.home, ["patient:ana"])
    assert drop_old_key_copies(ledger.home, NOW + timedelta(days=30)) == 1
    assert sorted(path.name for path in elsewhere.iterdir()) == sorted(others)


def test_a_copy_that_is_damaged_hides_no_key_and_stops_nothing(ledger, elsewhere):
    ledger.keys.key("patient:ana")
    torn = copy_keys(ledger, elsewhere, NOW)
    whole = copy_keys(ledger, elsewhere, NOW + timedelta(days=1))
    torn.write_bytes(torn.read_bytes()[:100] + b"\0" * 5000 + torn.read_bytes()[5100:])
    forget_in_copies(ledger.home, ["patient:ana"])
    assert not torn.exists()
    assert "patient:ana" not in names_in(whole)


def test_a_disk_that_is_not_there_stops_nothing(ledger, elsewhere):
    copy_keys(ledger, elsewhere, NOW)
    elsewhere.rename(elsewhere.with_name("unplugged"))
    forget_in_copies(ledger.home, ["patient:ana"])
    assert drop_old_key_copies(ledger.home, NOW + timedelta(days=8)) == 0
    elsewhere.with_name("unplugged").rename(elsewhere)
    assert drop_old_key_copies(ledger.home, NOW + timedelta(days=8)) == 1
