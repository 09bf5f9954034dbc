"""A file is put where somebody watches: never a half, and never over another."""

from pathlib import Path

import pytest

from connectors.errors import ConnectorError, Rejected, Unavailable, Unconfirmed
from connectors.files.drop import FileDrop
from connectors.files.folder import drop_of
from connectors.files.local_folder import LocalFolder
from connectors.files.sftp_folder import SftpFolder, SftpLogin
from data_contracts.errors import ClinicFileError
from data_contracts.folder import Folder
from tests.contract.files.conftest import PASSWORD, SftpServer


@pytest.fixture(params=["local", "sftp"])
def drop(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[FileDrop, Path]:
    """A drop and where its files lie."""
    if request.param == "local":
        return LocalFolder(tmp_path), tmp_path
    server: SftpServer = request.getfixturevalue("sftp_server")
    return SftpFolder(login(server)), server.folder


def login(server: SftpServer) -> SftpLogin:
    return SftpLogin(
        host="127.0.0.1",
        port=server.port,
        user="clinic",
        host_key=server.host_key,
        password=PASSWORD,
        timeout_seconds=5.0,
    )


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def test_a_file_has_its_name_only_once_it_is_whole(drop: tuple[FileDrop, Path]) -> None:
    store, folder = drop
    store.put_aside("a.837", b"half of it")
    store.put_aside("a.837", b"all of it")
    assert names(folder) == ["a.837.part"]
    store.publish("a.837")
    assert names(folder) == ["a.837"]
    assert (folder / "a.837").read_bytes() == b"all of it"
    assert [(one.name, one.size) for one in store.list()] == [("a.837", 9)]


def test_no_file_goes_over_another(drop: tuple[FileDrop, Path]) -> None:
    store, folder = drop
    (folder / "a.837").write_bytes(b"the first")
    store.put_aside("a.837", b"the second")
    with pytest.raises(Unconfirmed):
        store.publish("a.837")
    assert (folder / "a.837").read_bytes() == b"the first"


def test_what_was_not_put_aside_is_not_published(drop: tuple[FileDrop, Path]) -> None:
    with pytest.raises(Unconfirmed):
        drop[0].publish("none.837")


@pytest.mark.parametrize("name", ["../a.837", "sub/a.837", "", ".."])
def test_no_name_leads_out_of_the_folder(drop: tuple[FileDrop, Path], name: str) -> None:
    for act in (lambda: drop[0].put_aside(name, b""), lambda: drop[0].publish(name)):
        with pytest.raises(Rejected, match="leads out"):
            act()


def test_a_server_that_is_away_leaves_no_doubt(sftp_server: SftpServer) -> None:
    """Nothing was asked of it, so the same may be tried again."""
    away = SftpFolder(
        SftpLogin("127.0.0.1", "clinic", sftp_server.host_key, port=9, password=PASSWORD)
    )
    for act in (lambda: away.put_aside("a.837", b""), lambda: away.publish("a.837")):
        with pytest.raises(Unavailable):
            act()


def test_a_folder_that_takes_nothing_is_no_doubt_either(
    sftp_server: SftpServer, tmp_path: Path
) -> None:
    missing = SftpFolder(login(sftp_server), "/nowhere")
    with pytest.raises(ConnectorError) as refused:
        missing.put_aside("a.837", b"")
    assert not isinstance(refused.value, Unconfirmed)
    with pytest.raises(ConnectorError):
        LocalFolder(tmp_path / "nowhere").put_aside("a.837", b"")


def test_the_clinic_file_opens_a_drop_and_a_bucket_is_none(
    sftp_server: SftpServer, tmp_path: Path
) -> None:
    where = Folder(
        kind="sftp",
        path="/",
        host="127.0.0.1",
        port=sftp_server.port,
        user="clinic",
        host_key=sftp_server.host_key,
        password="SFTP_PASSWORD",
    )
    assert isinstance(drop_of(where, lambda _: PASSWORD, sandbox=True), SftpFolder)
    assert isinstance(drop_of(Folder(kind="local", path=str(tmp_path)), str), LocalFolder)
    with pytest.raises(ClinicFileError, match="takes no files"):
        drop_of(Folder(kind="s3", path="x", bucket="b"), str)
