"""A clinic's master key comes from a file, a variable or AWS KMS, as its file says."""

import boto3
import pytest
from sqlalchemy import select

from data_contracts.errors import GateClosed, SecretMissing, UserError
from data_contracts.settings import Settings
from ledger import people
from ledger.keys import KeyStore, rotate_master
from ledger.schema import patients
from ledger.store import open_ledger
from tasks.custody import master_source
from tests.cast import clinic, person
from tests.unit.conftest import AGREED


@pytest.fixture
def settings(tmp_path, monkeypatch):
    monkeypatch.setenv("PTCLINIC_HOME", str(tmp_path / "var"))
    return Settings()


@pytest.fixture
def kms(aws, monkeypatch):
    for name, value in (("NORTH_AWS_KEY", "key"), ("NORTH_AWS_SECRET", "secret")):
        monkeypatch.setenv(name, value)
    named = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
    client = boto3.client("kms", endpoint_url=aws, region_name="us-east-1", **named)
    return {
        "source": "aws_kms",
        "kms_key": client.create_key()["KeyMetadata"]["KeyId"],
        "access_key": "NORTH_AWS_KEY",
        "secret_key": "NORTH_AWS_SECRET",
        "base_url": aws,
    }


def ana_in(ledger):
    with ledger.read() as con:
        row = con.execute(select(patients)).one()
    return people.identity(ledger, row.patient_id, row.identity)["first_name"]


@pytest.mark.slow
def test_a_key_that_kms_wrapped_opens_the_ledger_before_and_after_a_rotation(settings, kms):
    said = clinic(master_key=kms, agreements=AGREED)
    source = master_source(said, settings)
    source.create()
    ledger = open_ledger(settings.home, "northside", master=source)
    with ledger.write() as con:
        people.upsert_patients(ledger, con, [(person(), None)])
    (plain,) = source.masters()
    rotate_master(ledger.keys, source)
    ledger.close()
    files = b"".join(path.read_bytes() for path in ledger.home.iterdir() if path.is_file())
    assert plain not in files
    assert plain.hex().encode() not in files
    again = open_ledger(settings.home, "northside", master=master_source(said, settings))
    assert ana_in(again) == "Ana"
    assert plain not in master_source(said, settings).masters()
    again.close()


def test_without_an_agreement_kms_gets_no_new_key_and_an_old_one_still_opens(settings, kms):
    """Else a clinic whose agreement ran out could not even hear a STOP."""
    bare = clinic(master_key=kms)
    with pytest.raises(GateClosed, match="no active business-associate agreement with aws"):
        master_source(bare, settings).create()
    assert not (settings.home / "northside/master.kms").exists()
    master_source(clinic(master_key=kms, agreements=AGREED), settings).create()
    store = KeyStore(settings.home / "northside/keys.db", master_source(bare, settings))
    assert store.key("text")
    with pytest.raises(GateClosed, match="with aws"):
        rotate_master(store, master_source(bare, settings))


@pytest.mark.slow
def test_another_clinics_wrapped_key_is_refused_by_kms(settings, kms):
    source = master_source(clinic(master_key=kms, agreements=AGREED), settings)
    source.create()
    other = clinic(master_key=kms, slug="riverbend")
    (settings.home / "riverbend").mkdir()
    blob = (settings.home / "northside/master.kms").read_bytes()
    (settings.home / "riverbend/master.kms").write_bytes(blob)
    with pytest.raises(SecretMissing, match="riverbend: AWS KMS gives no master key"):
        master_source(other, settings).masters()


def test_a_rotation_in_the_environment_begins_once_the_next_key_is_everywhere(
    settings, monkeypatch, tmp_path
):
    said = clinic(master_key={"source": "environment", "variable": "NORTH_KEY"})
    source = master_source(said, settings)
    with pytest.raises(SecretMissing, match="NORTH_KEY is not set"):
        source.masters()
    monkeypatch.setenv("NORTH_KEY", "ab" * 32)
    store = KeyStore(tmp_path / "keys.db", source)
    kept = store.key("text")
    with pytest.raises(UserError, match="NORTH_KEY_NEXT is not set"):
        rotate_master(store, source)
    monkeypatch.setenv("NORTH_KEY_NEXT", "cd" * 32)
    words = rotate_master(store, source)
    assert "now set NORTH_KEY" in words
    monkeypatch.setenv("NORTH_KEY", "cd" * 32)
    monkeypatch.delenv("NORTH_KEY_NEXT")
    assert KeyStore(tmp_path / "keys.db", source).key("text") == kept


@pytest.mark.parametrize("value", ["", "ab" * 31, "xy" * 32])
def test_a_variable_that_is_no_key_is_refused_without_being_shown(settings, monkeypatch, value):
    monkeypatch.setenv("NORTH_KEY", value)
    said = clinic(master_key={"source": "environment", "variable": "NORTH_KEY"})
    with pytest.raises(SecretMissing) as caught:
        master_source(said, settings).masters()
    assert not value or value not in str(caught.value)
