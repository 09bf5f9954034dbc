"""`ptclinic connect jane`: prints an address, takes what comes back, and keeps it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
import yaml

from connectors.practice.jane_codes import VENDOR
from data_contracts.errors import UserError
from deployments.demo.services import free_port
from deployments.doctor import vendor
from deployments.doctor.check import Case
from deployments.redirect import Redirect, answer_of, can_wait_at
from ledger.grants import kept_grant
from ledger.store import Ledger
from tasks.room import room
from tests.cast import NOW, clinic_file
from tests.contract.practice.jane_stage import CLIENT, SECRET, Stage, staged
from tests.unit.deployments.commands.conftest import Command as Run

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def running() -> Iterator[Stage]:
    """One sandbox for these tests."""
    with staged() as stage:
        yield stage


@pytest.fixture
def back() -> str:
    """Where the browser comes back to."""
    return f"http://127.0.0.1:{free_port()}/jane/callback"


@pytest.fixture
def stage(
    running: Stage, ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, back: str
) -> Iterator[Stage]:
    """Northside's file names Jane, and where the browser comes back to."""
    practice = {
        "system": "jane",
        "base_url": running.clinic_url,
        "login_url": running.addresses["jane_login"],
        "redirect_url": back,
        "client_id": "NORTHSIDE_JANE_ID",
        "client_secret": "NORTHSIDE_JANE_SECRET",
    }
    signed = [{"vendor": "jane", "signed_on": "2025-01-01"}]
    content = clinic_file(practice=practice, agreements=signed)
    (tmp_path / "northside.yaml").write_text(yaml.safe_dump(content))
    monkeypatch.setenv("PTCLINIC_CLINICS", str(tmp_path))
    monkeypatch.setenv("NORTHSIDE_JANE_ID", CLIENT)
    monkeypatch.setenv("NORTHSIDE_JANE_SECRET", SECRET)
    running.act("jane/login", consents=True)
    yield running
    running.act("jane/login", consents=True)
    running.release()


class Command:
    """The command in a process of its own, once it has printed the address."""

    def __init__(self, *words: str) -> None:
        arguments = [sys.executable, "-m", "deployments.command", "connect", "jane", "northside"]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            [*arguments, *words], stdin=pipe, stdout=pipe, stderr=pipe, text=True
        )
        assert self.process.stderr is not None
        self.address = ""
        self.said = ""
        for line in self.process.stderr:
            self.said += line
            if line.startswith("http"):
                self.address = line.strip()
                break

    def end(self, said: str | None = None) -> tuple[int, str, str]:
        """Exit code, stdout and stderr, after what was typed."""
        out, err = self.process.communicate(said, timeout=150)
        return self.process.returncode, out, self.said + err

    def ends_at(self) -> str:
        """The address where the browser ends, without going there."""
        answer = httpx.get(self.address, trust_env=False)
        return str(answer.headers["location"])


def test_the_browser_comes_back_and_the_clinic_is_connected(stage: Stage, ledger: Ledger) -> None:
    command = Command("--json")
    page = httpx.get(command.address, follow_redirects=True, trust_env=False)
    assert "close this window" in page.text
    code, out, _ = command.end()
    told = {"clinic": "northside", "company": "Northside Physical Therapy", "topics": 4}
    assert (code, json.loads(out)) == (0, told)
    kept = kept_grant(ledger, VENDOR)
    assert kept is not None
    assert not kept.is_over
    with room("northside") as here:
        lines = list(vendor.examine(Case(here.clinic, here.settings, NOW)))
    ours = [line for line in lines if line.subject == "practice system"]
    assert len(ours) == 7
    assert all(line.is_well for line in ours), ours


def test_the_address_can_be_pasted_instead(stage: Stage, ledger: Ledger) -> None:
    command = Command("--paste")
    code, out, _ = command.end(command.ends_at() + "\n")
    assert code == 0
    assert "Is that the clinic?" in out
    assert kept_grant(ledger, VENDOR) is not None


def test_a_bare_code_can_be_pasted_too(stage: Stage, ledger: Ledger) -> None:
    command = Command("--paste")
    assert command.end(answer_of(command.ends_at())["code"] + "\n")[0] == 0
    assert kept_grant(ledger, VENDOR) is not None


def test_a_clinic_that_does_not_agree_is_not_connected(stage: Stage, ledger: Ledger) -> None:
    stage.act("jane/login", consents=False)
    command = Command()
    httpx.get(command.address, follow_redirects=True, trust_env=False)
    code, _, err = command.end()
    assert code != 0
    assert "access_denied: the clinic did not agree" in err
    assert kept_grant(ledger, VENDOR) is None


def test_nobody_comes_and_the_command_ends_with_a_word(stage: Stage, ptclinic: Run) -> None:
    said = ptclinic("connect", "jane", "northside", "--seconds", "1")
    assert said.code != 0
    assert "nobody came back" in said.err


WRONG = [
    ({"code": "c", "state": "another"}, "another try"),
    ({"code": "c", "state": "{state}", "iss": "https://login.example.com"}, "another try"),
    ({"state": "{state}"}, "no code"),
    ({"code": "c", "scope": "x"}, "no code"),
    ({"error": "access_denied", "state": "{state}"}, "did not agree"),
    ({"error": "Ana Example"}, "an unknown error"),
]


@pytest.mark.parametrize(("answer", "words"), WRONG)
def test_an_answer_to_somebody_else_is_refused(
    stage: Stage, answer: dict[str, str], words: str
) -> None:
    login = stage.login()
    attempt = login.begin("http://127.0.0.1:9/jane/callback")
    given = {name: value.replace("{state}", attempt.state) for name, value in answer.items()}
    with pytest.raises(UserError, match=words):
        login.code_of(attempt, given)


def test_only_who_may_connects(
    stage: Stage, ptclinic: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTCLINIC_ROLE", "front_desk")
    said = ptclinic("connect", "jane", "northside")
    assert said.code == 3
    assert "http" not in said.err
    assert "front_desk" in said.err


@pytest.mark.parametrize(
    ("url", "is_here"),
    [
        ("http://127.0.0.1:8467/jane/callback", True),
        ("http://localhost:8467/jane/callback", True),
        ("http://127.0.0.1/jane/callback", False),
        ("https://127.0.0.1:8467/jane/callback", False),
        ("https://ptclinic.example.com/jane", False),
    ],
)
def test_we_wait_only_where_the_browser_comes_to_this_machine(url: str, is_here: bool) -> None:
    assert can_wait_at(url) is is_here


def test_a_port_that_is_taken_is_named(back: str) -> None:
    with closing(Redirect(back)), pytest.raises(UserError, match="use --paste"):
        Redirect(back)
