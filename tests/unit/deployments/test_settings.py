"""A secret is read loudly and never printed."""

from pathlib import Path

import pytest

from data_contracts.errors import SecretMissing
from data_contracts.settings import Settings


@pytest.fixture
def secret_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "key"
    path.write_text("opensesame\n")
    path.chmod(0o600)
    monkeypatch.delenv("CLINIC_KEY", raising=False)
    monkeypatch.setenv("CLINIC_KEY_FILE", str(path))
    return path


def refused(words: str) -> None:
    with pytest.raises(SecretMissing, match=words) as error:
        Settings().secret("CLINIC_KEY")
    assert "opensesame" not in str(error.value)


def test_a_secret_comes_from_its_variable_first(
    secret_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLINIC_KEY", "other")
    assert Settings().secret("CLINIC_KEY") == "other"


def test_a_secret_comes_from_its_file(secret_file: Path) -> None:
    assert Settings().secret("CLINIC_KEY") == "opensesame"


def test_a_file_that_others_may_read_is_refused(secret_file: Path) -> None:
    secret_file.chmod(0o640)
    refused("chmod 600")


def test_an_empty_file_is_refused(secret_file: Path) -> None:
    secret_file.write_text(" \n")
    refused("is empty")


def test_an_absent_file_is_refused(secret_file: Path) -> None:
    secret_file.unlink()
    refused("cannot be read")


def test_an_empty_variable_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLINIC_KEY", "")
    refused("set but empty")


def test_a_missing_secret_says_both_ways_to_give_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CLINIC_KEY", raising=False)
    monkeypatch.delenv("CLINIC_KEY_FILE", raising=False)
    refused("set CLINIC_KEY, or CLINIC_KEY_FILE")


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTCLINIC_HOME", "/srv/state")
    assert Settings().home == Path("/srv/state")
    assert Settings().clinics == Path("deployments/clinics")
