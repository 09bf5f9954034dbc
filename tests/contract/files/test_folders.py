"""Report files are listed and read alike from a local folder, an SFTP server and S3."""

import os
from datetime import UTC, datetime
from pathlib import Path

import asyncssh
import pytest

from connectors.errors import ConnectorError, Rejected, Unauthorized, Unavailable
from connectors.files.folder import folder_of
from connectors.files.local_folder import LocalFolder
from connectors.files.s3_folder import S3Folder
from connectors.files.sftp_folder import SftpFolder, SftpLogin
from connectors.files.store import FileStore
from data_contracts.errors import ClinicFileError, GateClosed, ImportRefused
from data_contracts.folder import Folder
from tests.sftp_site import PASSWORD, SftpSite

_DAY = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)


def _fill(folder: Path) -> None:
    (folder / "sub").mkdir()
    for age, name in enumerate(("new.csv", "old.csv")):
        (folder / name).write_bytes(f"this is {name}".encode())
        os.utime(folder / name, (_DAY.timestamp() - age * 60,) * 2)
    (folder / "link.csv").symlink_to("/etc/hostname")


def _login(server: SftpSite, **changes: object) -> SftpLogin:
    given = {
        "host": "127.0.0.1",
        "port": server.port,
        "user": "clinic",
        "host_key": server.host_key,
        "password": PASSWORD,
        "timeout_seconds": 5.0,
    }
    return SftpLogin(**{**given, **changes})  # type: ignore[arg-type]


def _expect_two_files(store: FileStore) -> None:
    old, new = store.list()
    assert (old.name, old.size, new.name, new.modified_at) == ("old.csv", 15, "new.csv", _DAY)
    with store.open("old.csv") as stream:
        assert stream.seekable()
        assert stream.read() == b"this is old.csv"


def test_a_local_folder_lists_its_own_files_oldest_first(tmp_path: Path) -> None:
    _fill(tmp_path)
    _expect_two_files(LocalFolder(tmp_path))


def test_an_sftp_folder_lists_its_own_files_oldest_first(sftp_server: SftpSite) -> None:
    _fill(sftp_server.folder)
    _expect_two_files(SftpFolder(_login(sftp_server)))
    key = _login(sftp_server, password=None, private_key=sftp_server.private_key)
    _expect_two_files(SftpFolder(key, "/"))


def test_an_s3_folder_lists_what_is_right_under_its_prefix(s3_url: str) -> None:
    store = S3Folder("drop", "/northside/", base_url=s3_url, access_key="test", secret_key="test")
    entries = store.list()
    assert {entry.name for entry in entries} == {"a.csv", "b.csv"}
    assert all(entry.modified_at.tzinfo is not None and entry.size == 23 for entry in entries)
    with store.open("a.csv") as stream:
        assert stream.read() == b"this is northside/a.csv"


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "sub/a.csv", "..", "", "a\\b"])
def test_no_name_leads_out_of_a_folder(
    tmp_path: Path, sftp_server: SftpSite, s3_url: str, name: str
) -> None:
    sftp = SftpFolder(_login(sftp_server))
    for store in (LocalFolder(tmp_path), sftp, S3Folder("drop", base_url=s3_url)):
        with pytest.raises(Rejected, match="leads out"):
            store.open(name)


def test_a_remote_file_larger_than_memory_should_hold_is_refused_by_name(
    sftp_server: SftpSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.files.store.MAX_BYTES", 1 << 20)
    (sftp_server.folder / "fits.csv").write_bytes(b"x" * (1 << 20))
    (sftp_server.folder / "large.csv").write_bytes(b"x" * ((1 << 20) + 1))
    store = SftpFolder(_login(sftp_server))
    with store.open("fits.csv") as stream:
        assert len(stream.read()) == 1 << 20
    with pytest.raises(ImportRefused, match=r"large\.csv: is larger than 1 MiB"):
        store.open("large.csv")


def test_a_link_in_a_local_folder_is_not_followed(tmp_path: Path) -> None:
    _fill(tmp_path)
    with pytest.raises(Rejected, match="leads out"):
        LocalFolder(tmp_path).open("link.csv")


def test_a_folder_that_is_not_there_is_rejected(
    tmp_path: Path, sftp_server: SftpSite, s3_url: str
) -> None:
    s3 = S3Folder("none", base_url=s3_url, access_key="test", secret_key="test")
    for store in (LocalFolder(tmp_path / "none"), SftpFolder(_login(sftp_server), "none"), s3):
        with pytest.raises(Rejected) as caught:
            store.list()
        assert caught.value.code == "not_found"


def test_a_server_with_another_host_key_is_never_given_the_password(
    sftp_server: SftpSite,
) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    with pytest.raises(Unauthorized) as caught:
        SftpFolder(_login(sftp_server, host_key=f"some.host {other}")).list()
    assert caught.value.code == "host_key"


def test_a_wrong_secret_stops_and_does_not_appear_in_the_error(sftp_server: SftpSite) -> None:
    with pytest.raises(Unauthorized) as caught:
        SftpFolder(_login(sftp_server, password="battery staple")).list()
    assert caught.value.code == "login"
    assert "staple" not in f"{caught.value} {_login(sftp_server, password='battery staple')!r}"


@pytest.mark.parametrize("change", [{"host_key": "nonsense"}, {"private_key": "nonsense"}])
def test_a_key_that_is_none_is_said_before_anything_is_sent(
    sftp_server: SftpSite, change: dict[str, object]
) -> None:
    with pytest.raises(Unauthorized, match="key"):
        SftpFolder(_login(sftp_server, **change))


def test_a_server_that_is_down_is_tried_again_later(sftp_server: SftpSite) -> None:
    for store in (
        SftpFolder(_login(sftp_server, port=1)),
        S3Folder("drop", base_url="http://127.0.0.1:1", access_key="test", secret_key="test"),
    ):
        with pytest.raises(Unavailable) as caught:
            store.list()
        assert isinstance(caught.value, ConnectorError)
        assert caught.value.retryable


def test_a_sandbox_reaches_no_server_but_this_machine(sftp_server: SftpSite) -> None:
    with pytest.raises(GateClosed):
        SftpFolder(_login(sftp_server, host="sftp.example.com"), sandbox=True)
    with pytest.raises(GateClosed):
        S3Folder("drop", sandbox=True)
    with pytest.raises(GateClosed):
        S3Folder("drop", base_url="https://s3.example.com", sandbox=True)


def test_a_clinic_file_opens_each_kind_of_folder(
    tmp_path: Path, sftp_server: SftpSite, s3_url: str
) -> None:
    secrets = {"SFTP_PASSWORD": PASSWORD, "S3_SECRET": "test"}
    _fill(sftp_server.folder)
    local = Folder(kind="local", path=str(sftp_server.folder))
    sftp = Folder(
        kind="sftp",
        path=".",
        host="127.0.0.1",
        port=sftp_server.port,
        user="clinic",
        password="SFTP_PASSWORD",
        host_key=sftp_server.host_key,
    )
    s3 = Folder.model_validate(
        {
            "kind": "s3",
            "path": "northside",
            "bucket": "drop",
            "user": "test",
            "password": "S3_SECRET",
            "base_url": s3_url,
        }
    )
    counts = [
        len(folder_of(f, secrets.__getitem__, sandbox=True).list()) for f in (local, sftp, s3)
    ]
    assert counts == [2, 2, 2]
    with pytest.raises(ClinicFileError, match=r"practice\.folder\.host: .* needs it"):
        folder_of(Folder(kind="sftp", path="."), secrets.__getitem__)
