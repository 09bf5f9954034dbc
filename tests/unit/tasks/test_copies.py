"""The nightly copies: made where the clinic file says, kept for their days and no longer."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from data_contracts.settings import Settings
from ledger.backup import newest_whole
from ledger.erasure_register import Erasure, register
from ledger.schema import patients
from ledger.store import open_ledger
from tasks import backups
from tasks.backups import ledger_place
from tasks.copies import back_up_keys, back_up_ledger, tidy_copies
from tasks.guard import SafeError
from tests.cast import NOW, person, visit
from tests.unit.conftest import AGREED

DAY = timedelta(days=1)


@pytest.fixture
def at(house):
    """Northside with Ana."""
    made = house()
    made.keep([person()], [visit()])
    return made


def held(here):
    return sorted(backups.held(here.clinic, here.settings))


def test_a_night_copies_the_ledger_once_however_often_it_runs(at):
    assert back_up_ledger.fn("northside", NOW) == {"copied": 1, "files_dropped": 0}
    assert back_up_ledger.fn("northside", NOW) == {"copied": 0, "files_dropped": 0}
    copy = "northside-20260105T160000Z.ledger"
    assert held(at.here) == [copy, f"{copy}.json"]
    for _ in range(2):
        assert back_up_keys.fn("northside", NOW) == {"copied": 1}
    assert len(list((at.here.ledger.home / "key-backups").glob("*.keys"))) == 1


def test_copies_of_the_ledger_last_their_days_and_the_newest_whole_one_for_ever(at, write_file):
    write_file(backups={"keep_days": 10})
    for days in (0, 5, 11):
        back_up_ledger.fn("northside", NOW + days * DAY)
    assert [name[10:18] for name in held(at.here)] == ["20260110"] * 2 + ["20260116"] * 2
    folder = at.here.ledger.home / "backups"
    others = ["riverbend-20200101T000000Z.ledger", "northside.ledger", "a note.txt"]
    torn = ["northside-20260101T000000Z.part", "northside-20260102T000000Z.ledger.json"]
    for name in [*others, *torn]:
        (folder / name).write_bytes(b"")
    (folder / "northside-20260116T160000Z.ledger.json").unlink()
    # The newest whole one is older than its days, and what others keep there is theirs.
    assert back_up_ledger.fn("northside", NOW + 30 * DAY)["files_dropped"] == 5
    assert set(others) < set(held(at.here))
    (folder / "northside-20260204T160000Z.ledger").unlink()
    assert newest_whole(held(at.here), "northside") is None


def test_the_newest_whole_copy_stays_though_nothing_newer_could_be_made(at):
    from ledger.backup import outdated

    names = [f"northside-202601{day}T000000Z.ledger" for day in ("01", "02", "03")]
    whole = [*names, *(f"{name}.json" for name in names[:2])]
    gone = outdated(whole, "northside", NOW + 365 * DAY, 35 * DAY)
    assert gone == [names[0], f"{names[0]}.json", names[2]]


def test_none_is_deleted_where_the_place_has_rules_of_its_own(at, write_file):
    write_file(backups={"keep_days": None})
    for days in (0, 400):
        back_up_ledger.fn("northside", NOW + days * DAY)
    assert len(held(at.here)) == 4


@pytest.mark.slow
def test_in_a_bucket_too_copies_last_their_days(at, bucket):
    s3 = bucket(keep_days=10)
    s3.put_object(Bucket="northside-backups", Key="daily/northside.txt", Body=b"")
    s3.put_object(Bucket="northside-backups", Key="northside-20200101T000000Z.ledger", Body=b"")
    for days in (0, 5, 11):
        assert back_up_ledger.fn("northside", NOW + days * DAY)["copied"] == 1
    assert back_up_ledger.fn("northside", NOW + 11 * DAY) == {"copied": 0, "files_dropped": 0}
    keys = [one["Key"] for one in s3.list_objects_v2(Bucket="northside-backups")["Contents"]]
    assert [key[16:24] for key in keys if key.startswith("daily/northside-")] == (
        ["20260110"] * 2 + ["20260116"] * 2
    )
    assert {"daily/northside.txt", "northside-20200101T000000Z.ledger"} < set(keys)


@pytest.mark.slow
def test_an_agreement_that_is_taken_away_stops_the_next_night(at, bucket):
    s3 = bucket()
    back_up_ledger.fn("northside", NOW)
    bucket(agreements=AGREED[:3])
    with pytest.raises(SafeError, match="GateClosed"):
        back_up_ledger.fn("northside", NOW + DAY)
    assert len(s3.list_objects_v2(Bucket="northside-backups")["Contents"]) == 2


def test_of_a_ledger_on_postgres_the_keys_are_copied_all_the_same(at, monkeypatch, postgres_url):
    monkeypatch.setenv("PTCLINIC_LEDGER_URL", postgres_url)
    assert back_up_ledger.fn("northside", NOW) == {"copied": 0}
    assert back_up_keys.fn("northside", NOW) == {"copied": 1}


def test_tracebacks_last_thirty_days(at):
    folder = at.here.settings.home / "errors"
    folder.mkdir(parents=True)
    now = datetime.now(NOW.tzinfo).timestamp()
    for days in (0, 29, 31, 400):
        for name in (f"{days}.txt", f"{days}.northside.sealed"):
            path = folder / name
            path.write_text("traceback")
            os.utime(path, (now - days * 86400,) * 2)
    assert tidy_copies.fn("northside", NOW)["tracebacks_dropped"] == 4
    assert {path.name.partition(".")[0] for path in folder.iterdir()} == {"0", "29"}


def test_a_night_ends_an_erasure_that_was_stopped(at):
    with at.here.ledger.read() as con:
        own = con.execute(patients.select()).one().patient_id
    register(at.here.ledger, Erasure(own, NOW, False))
    assert tidy_copies.fn("northside", NOW)["erasures_hold"] == 1
    again = open_ledger(at.here.settings.home, "northside")
    assert again.keys.find(f"patient:{own}") is None
    again.close()


def test_where_copies_go_is_told_without_opening_the_ledger(write_file):
    from data_contracts.clinic_file import load_clinic

    write_file(backups={"to": "copies", "keys_to": "keys"})
    clinic = load_clinic(Settings().clinics / "northside.yaml")
    assert ledger_place(clinic, Settings()) == "copies"
    assert backups.held(clinic, Settings()) == []
    assert not Path("copies").exists()
