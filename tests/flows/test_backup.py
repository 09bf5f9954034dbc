"""The nightly backup on a real Prefect server: twice for one night, and with a place that fails."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from ledger import people
from ledger.key_copies import copy_keys
from ledger.keys import create_master_key
from tasks.room import room
from tests.cast import NOW, clinic_file, person

pytestmark = [pytest.mark.prefect, pytest.mark.slow]
SLUG = "northside"


@pytest.fixture
def write(
    tmp_path: Path,
    prefect_server: None,
    secrets_of_northside: None,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., Path]:
    """Northside with Ana, as a flow run in another process would find it; its folder."""
    (tmp_path / "clinics").mkdir()
    monkeypatch.setenv("PTCLINIC_CLINICS", str(tmp_path / "clinics"))
    create_master_key(tmp_path / "var" / SLUG / "master.key")

    def write_file(**changes: Any) -> Path:
        content = yaml.safe_dump(clinic_file(**changes))
        (tmp_path / "clinics" / f"{SLUG}.yaml").write_text(content)
        with room(SLUG) as here, here.ledger.write() as con:
            people.upsert_patients(here.ledger, con, [(person(), None)])
        return tmp_path / "var" / SLUG

    return write_file


def keys_in(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "key-backups").glob("*.keys"))


def test_a_night_that_runs_twice_copies_once_and_the_next_lets_old_keys_go(
    write: Callable[..., Path],
) -> None:
    from flows.backup import backup

    folder = write()
    first, again = backup(SLUG, NOW), backup(SLUG, NOW)
    assert first["ledger"]["copied"] == first["keys"]["copied"] == 1
    assert again["ledger"]["copied"] == 0
    copy = "northside-20260105T160000Z.ledger"
    assert sorted(path.name for path in (folder / "backups").iterdir()) == [copy, f"{copy}.json"]
    assert keys_in(folder) == ["northside-20260105T160000Z.keys"]
    later = backup(SLUG, NOW + timedelta(days=6))
    assert later["ledger"]["copied"] == 1
    assert keys_in(folder) == ["northside-20260111T160000Z.keys"]


def test_a_place_that_fails_fails_the_run_and_keeps_no_key_longer(
    write: Callable[..., Path], tmp_path: Path
) -> None:
    from flows.backup import backup
    from tasks.guard import SafeError

    (tmp_path / "no folder").write_text("a file where the folder should be")
    folder = write(backups={"to": str(tmp_path / "no folder")})
    with room(SLUG) as here:
        copy_keys(here.ledger, tmp_path / "a disk", NOW)
    with pytest.raises(SafeError, match="Rejected"):
        backup(SLUG, NOW + timedelta(days=6))
    assert keys_in(folder) == ["northside-20260111T160000Z.keys"]
    assert list((tmp_path / "a disk").glob("*.keys")) == []
