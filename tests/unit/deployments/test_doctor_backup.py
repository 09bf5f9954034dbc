"""The doctor looks whether a clinic could be had again, and whether its keys lie about too long."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from data_contracts.errors import GateClosed
from data_contracts.settings import Settings
from deployments.doctor import agreement, backup
from deployments.doctor.check import Case
from ledger.key_copies import copy_keys
from tasks import wiring
from tasks.backups import back_up
from tasks.room import Room
from tests.cast import NOW, NOWHERE, clinic

DAY = timedelta(days=1)
KMS = {"source": "aws_kms", "kms_key": "alias/northside"}
IN_S3 = {"system": "report_files", "mappings": ["webpt"]}
DROP = {"kind": "s3", "path": "drop", "bucket": "northside", "base_url": NOWHERE}


def looked(at=NOW, **changes):
    """Both lines: whether each is well, and the advice."""
    case = Case(clinic(**changes), Settings(), at)
    return [(check.name, check.is_well, check.advice) for check in backup.examine(case)]


@pytest.fixture
def here(ledger):
    return Room(clinic=clinic(), settings=Settings(), ledger=ledger)


def test_before_there_is_a_ledger_none_is_missed():
    assert [is_well for _, is_well, _ in looked()] == [True, True]


def test_a_ledger_without_a_copy_fails_and_one_of_last_night_is_well(here):
    (ledger, keys) = looked()
    assert (ledger[1], keys[1]) == (False, True)
    assert "ptclinic backup northside" in ledger[2]
    back_up(here, None, NOW)
    assert looked(NOW + 2 * DAY)[0] == ("ledger", True, "")


def test_when_the_newest_whole_copy_is_older_than_two_nights_it_is_named(here):
    back_up(here, None, NOW)
    back_up(here, None, NOW + 4 * DAY)
    (here.ledger.home / "backups/northside-20260109T160000Z.ledger.json").unlink()
    (ledger, _) = looked(NOW + 4 * DAY)
    assert ledger[1] is False
    assert "of 2026-01-05 16:00Z" in ledger[2]


def test_a_place_that_cannot_be_looked_at_fails_with_its_reason():
    away = {"to": "s3://northside-backups/daily", "base_url": NOWHERE}
    (ledger, _) = looked(backups=away)
    assert (ledger[1], "agreement with aws" in ledger[2]) == (False, True)


def test_copies_of_keys_that_nothing_tidied_are_named_with_their_folder(here, tmp_path):
    copy_keys(here.ledger, tmp_path / "a disk", NOW)
    assert looked(NOW + 7 * DAY)[1] == ("keys", True, "")
    (_, is_well, advice) = looked(NOW + 8 * DAY)[1]
    assert (is_well, str(tmp_path / "a disk") in advice) == (False, True)
    (tmp_path / "a disk").rename(tmp_path / "unplugged")
    (_, is_well, advice) = looked(NOW + 8 * DAY)[1]
    assert (is_well, "Not there" in advice) == (True, True)


@pytest.mark.parametrize(
    "changes",
    [
        {"backups": {"to": "s3://northside-backups/daily"}},
        {"master_key": KMS},
        {"practice": IN_S3 | {"folder": DROP}},
    ],
    ids=["backups", "master key", "reports"],
)
def test_whoever_holds_a_bucket_or_the_key_needs_an_agreement_by_the_one_name(changes):
    case = SimpleNamespace(clinic=clinic(**changes), now=NOW)
    missing = [check.name for check in agreement.examine(case) if not check.is_well]
    assert missing == ["aws"]


def test_reports_in_a_bucket_are_not_read_without_it():
    with pytest.raises(GateClosed, match="agreement with aws"):
        wiring.practice_system(clinic(practice=IN_S3 | {"folder": DROP}), Settings())
