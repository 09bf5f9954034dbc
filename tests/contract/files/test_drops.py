"""A file is put where somebody watches: never a half, and never over another."""

import os
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from connectors.errors import ConnectorError, Rejected, Unavailable, Unconfirmed
from connectors.files.drop import FileDrop
from connectors.files.folder import drop_of
from connectors.files.local_folder import LocalFolder
from connectors.files.sftp_folder import SftpFolder, SftpLogin
from data_contracts.errors import ClinicFileError
from data_contracts.folder import Folder
from tests.sftp_site import PASSWORD, SftpSite


@pytest.fixture(params=["local", "sftp"])
def drop(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[FileDrop, Path]:
    """A drop and where its files lie."""
    if request.param == "local":
        return LocalFolder(tmp_path), tmp_path
    server: SftpSite = request.getfixturevalue("sftp_server")
    return SftpFolder(login(server)), server.folder


def login(server: SftpSite) -> SftpLogin:
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


class Died(BaseException):
    """The process ends here."""


def test_who_dies_while_a_file_gets_its_name_leaves_it_once(tmp_path: Path) -> None:
    """Both names, and whoever looks after the first was taken would send the other."""
    store = LocalFolder(tmp_path)
    store.put_aside("a.837", b"all of it")

    def die(_: FrameType, event: str, what: Any) -> None:
        if event == "c_return" and what in (os.link, os.rename, os.replace):
            raise Died

    sys.setprofile(die)
    try:
        with pytest.raises(Died):
            store.publish("a.837")
    finally:
        sys.setprofile(None)
    assert names(tmp_path) == ["a.837"]


def test_a_server_that_hangs_up_leaves_no_half_under_the_name(sftp_server: SftpSite) -> None:
    store = SftpFolder(login(sftp_server))
    sftp_server.mischief.hangs_up_after = 4
    with pytest.raises(Unavailable):
        store.put_aside("a.837", b"all of it")
    sftp_server.mischief.hangs_up_after = None
    assert names(sftp_server.folder) == ["a.837.part"]
    store.put_aside("a.837", b"all of it")
    store.publish("a.837")
    assert (sftp_server.folder / "a.837").read_bytes() == b"all of it"


@pytest.mark.parametrize("when", ["written", "closed"])
def test_a_server_without_room_is_no_doubt(sftp_server: SftpSite, when: str) -> None:
    """Some say so while it is written, some once it is closed, where no client hears it."""
    store = SftpFolder(login(sftp_server))
    sftp_server.mischief.room, sftp_server.mischief.says_late = 4, when == "closed"
    with pytest.raises(Unavailable):
        store.put_aside("a.837", b"all of it")
    assert names(sftp_server.folder) == ["a.837.part"]


def test_a_name_that_was_given_without_a_word_is_in_doubt(sftp_server: SftpSite) -> None:
    store = SftpFolder(login(sftp_server))
    store.put_aside("a.837", b"all of it")
    sftp_server.mischief.hangs_up_on_rename = True
    with pytest.raises(Unconfirmed):
        store.publish("a.837")
    assert [(one.name, one.size) for one in store.list()] == [("a.837", 9)]


def test_what_was_not_put_aside_is_not_published(drop: tuple[FileDrop, Path]) -> None:
    with pytest.raises(Unconfirmed):
        drop[0].publish("none.837")


@pytest.mark.parametrize("name", ["../a.837", "sub/a.837", "", ".."])
def test_no_name_leads_out_of_the_folder(drop: tuple[FileDrop, Path], name: str) -> None:
    for act in (lambda: drop[0].put_aside(name, b""), lambda: drop[0].publish(name)):
        with pytest.raises(Rejected, match="leads out"):
            act()


def test_a_server_that_is_away_leaves_no_doubt(sftp_server: SftpSite) -> None:
    """Nothing was asked of it, so the same may be tried again."""
    away = SftpFolder(
        SftpLogin("127.0.0.1", "clinic", sftp_server.host_key, port=9, password=PASSWORD)
    )
    for act in (lambda: away.put_aside("a.837", b""), lambda: away.publish("a.837")):
        with pytest.raises(Unavailable):
            act()


def test_a_folder_that_takes_nothing_is_no_doubt_either(
    sftp_server: SftpSite, tmp_path: Path
) -> None:
    missing = SftpFolder(login(sftp_server), "/nowhere")
    with pytest.raises(ConnectorError) as refused:
        missing.put_aside("a.837", b"")
    assert not isinstance(refused.value, Unconfirmed)
    with pytest.raises(ConnectorError):
        LocalFolder(tmp_path / "nowhere").put_aside("a.837", b"")


def test_the_clinic_file_opens_a_drop_and_a_bucket_is_none(
    sftp_server: SftpSite, tmp_path: Path
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
