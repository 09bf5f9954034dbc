"""Opens the folder that a clinic file names."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from connectors.files.drop import FileDrop
from connectors.files.local_folder import LocalFolder
from connectors.files.store import FileStore
from data_contracts.errors import ClinicFileError
from data_contracts.folder import Folder

if TYPE_CHECKING:
    from connectors.files.sftp_folder import SftpFolder


def folder_of(folder: Folder, secret: Callable[[str], str], sandbox: bool = False) -> FileStore:
    """The store behind a clinic's `folder:`; `secret` reads a named secret.

    For S3 `user` is the access key's id and `password` names the secret key.
    Raises ClinicFileError, SecretMissing and GateClosed.
    """
    if folder.kind == "local":
        return LocalFolder(Path(folder.path))
    return _sftp(folder, secret, sandbox) if folder.kind == "sftp" else _s3(folder, secret, sandbox)


def drop_of(folder: Folder, secret: Callable[[str], str], sandbox: bool = False) -> FileDrop:
    """The folder that files of ours are put into. Raises as `folder_of` does."""
    if folder.kind == "local":
        return LocalFolder(Path(folder.path))
    if folder.kind == "sftp":
        return _sftp(folder, secret, sandbox)
    raise ClinicFileError([f"a folder of kind {folder.kind} takes no files; use sftp or local"])


def _sftp(folder: Folder, secret: Callable[[str], str], sandbox: bool) -> "SftpFolder":
    from connectors.files.sftp_folder import SftpFolder, SftpLogin

    login = SftpLogin(
        host=_given(folder, "host"),
        user=_given(folder, "user"),
        host_key=_given(folder, "host_key"),
        port=folder.port,
        password=secret(folder.password) if folder.password else None,
        private_key=secret(folder.private_key) if folder.private_key else None,
    )
    return SftpFolder(login, folder.path, sandbox)


def _s3(folder: Folder, secret: Callable[[str], str], sandbox: bool) -> FileStore:
    from connectors.files.s3_folder import S3Folder

    return S3Folder(
        _given(folder, "bucket"),
        folder.path,
        base_url=str(folder.base_url) if folder.base_url else None,
        access_key=folder.user,
        secret_key=secret(folder.password) if folder.password else None,
        sandbox=sandbox,
    )


def _given(folder: Folder, key: str) -> str:
    value: str | None = getattr(folder, key)
    if not value:
        raise ClinicFileError([f"practice.folder.{key}: a folder of kind {folder.kind} needs it"])
    return value
