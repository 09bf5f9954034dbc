"""Runs the command as a person would, in this process, on a clinic of the cast."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from ledger.keys import create_master_key
from tests.cast import clinic_file


class Said(NamedTuple):
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)


Command = Callable[..., Said]


@pytest.fixture
def ptclinic(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs `ptclinic WORDS`; nothing else is printed into its output."""
    monkeypatch.setenv("COLUMNS", "240")

    def run(*words: object) -> Said:
        from deployments.command import main

        monkeypatch.setattr(sys, "argv", ["ptclinic", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return Said(int(ended.value.code or 0), out, err)

    return run


@pytest.fixture
def write_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Writes northside's clinic file, with changes, and makes its master key."""
    folder = tmp_path / "clinics"
    monkeypatch.setenv("PTCLINIC_CLINICS", str(folder))

    def write(**changes: Any) -> None:
        folder.mkdir(exist_ok=True)
        (folder / "northside.yaml").write_text(yaml.safe_dump(clinic_file(**changes)))
        key = tmp_path / "var/northside/master.key"
        if not key.exists():
            create_master_key(key)

    return write
