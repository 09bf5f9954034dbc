"""Files in a folder of an SFTP server; its host key has to be known beforehand."""

import stat
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from itertools import pairwise
from typing import BinaryIO

import paramiko

from connectors.address import is_loopback
from connectors.errors import ConnectorError, Rejected, Unauthorized, Unavailable, Unconfirmed
from connectors.files.drop import ASIDE
from connectors.files.store import FileEntry, in_memory, in_order, is_plain
from data_contracts.errors import GateClosed

_VENDOR = "sftp"
_PRIVATE_KEYS = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)


@dataclass(frozen=True)
class SftpLogin:
    """Whom to reach and as whom. `host_key` is a line as in known_hosts; one secret suffices."""

    host: str
    user: str
    host_key: str
    port: int = 22
    password: str | None = None
    private_key: str | None = None
    timeout_seconds: float = 20.0

    def __repr__(self) -> str:
        return f"SftpLogin({self.user}@{self.host}:{self.port})"


class SftpFolder:
    """A FileStore and a FileDrop; connects anew for each call: calls are minutes apart."""

    def __init__(self, login: SftpLogin, path: str = ".", sandbox: bool = False) -> None:
        if sandbox and not is_loopback(login.host):
            raise GateClosed(f"delivery is sandbox, but the folder is on {login.host}.")
        self._login, self._path = login, path.rstrip("/") or "/"
        self._host_key = _public_key(login.host_key)
        self._private_key = _private_key(login.private_key) if login.private_key else None

    def list(self) -> list[FileEntry]:
        """The files of the folder; raises Unauthorized, Unavailable, Rejected (no such folder)."""
        with self._session() as session:
            found = session.listdir_attr(self._path)
        return in_order(
            [
                FileEntry(
                    facts.filename,
                    facts.st_size or 0,
                    datetime.fromtimestamp(facts.st_mtime or 0, UTC),
                )
                for facts in found
                if stat.S_ISREG(facts.st_mode or 0)
            ]
        )

    def open(self, name: str) -> BinaryIO:
        """The whole file, in memory."""
        if not is_plain(name):
            raise Rejected(_VENDOR, "a file name leads out of the folder", code="bad_name")
        with self._session() as session, session.open(f"{self._path}/{name}", "rb") as remote:
            remote.prefetch()
            return in_memory(remote, name)  # type: ignore[arg-type]  # only read() is asked of it

    def put_aside(self, name: str, content: bytes) -> None:
        """Write all of it under another name, over what a worker that died left there."""
        if not is_plain(name):
            raise Rejected(_VENDOR, "a file name leads out of the folder", code="bad_name")
        path = f"{self._path}/{name}{ASIDE}"
        with self._session() as session:
            with session.open(path, "wb") as remote:
                remote.write(content)
            # A server that could not keep all of it may say so as late as it closes the file, and
            # paramiko passes over that.
            kept = session.stat(path).st_size
        if kept != len(content):
            host = self._login.host
            raise Unavailable(_VENDOR, f"{host} kept {kept} bytes of {len(content)}.")

    def publish(self, name: str) -> None:
        """Rename what was put aside; SFTP's own rename goes over no other file."""
        if not is_plain(name):
            raise Rejected(_VENDOR, "a file name leads out of the folder", code="bad_name")
        path = f"{self._path}/{name}"
        with self._session() as session:
            try:
                session.rename(f"{path}{ASIDE}", path)
            except (paramiko.SSHException, OSError, EOFError):
                host = self._login.host
                message = f"{host} did not say that the file has its name now. Look for it."
                raise Unconfirmed(_VENDOR, message) from None

    @contextmanager
    def _session(self) -> Iterator[paramiko.SFTPClient]:
        client = paramiko.SSHClient()
        client.set_missing_host_key_policy(paramiko.RejectPolicy())
        login = self._login
        name = login.host if login.port == 22 else f"[{login.host}]:{login.port}"
        client.get_host_keys().add(name, self._host_key.get_name(), self._host_key)
        try:
            client.connect(
                login.host,
                login.port,
                login.user,
                password=login.password,
                pkey=self._private_key,
                look_for_keys=False,
                allow_agent=False,
                timeout=login.timeout_seconds,
                banner_timeout=login.timeout_seconds,
                auth_timeout=login.timeout_seconds,
            )
            session = client.open_sftp()
            channel = session.get_channel()
            if channel is not None:
                channel.settimeout(login.timeout_seconds)
            yield session
        except (paramiko.SSHException, OSError, EOFError) as error:
            raise self._fault(error) from None
        finally:
            client.close()

    def _fault(self, error: Exception) -> ConnectorError:
        host = self._login.host
        if isinstance(error, paramiko.BadHostKeyException):
            return Unauthorized(
                _VENDOR,
                f"{host} shows another host key. Ask the vendor before you change `host_key`.",
                code="host_key",
            )
        if isinstance(error, paramiko.AuthenticationException):
            return Unauthorized(_VENDOR, f"{host} refuses the user or the secret.", code="login")
        if isinstance(error, FileNotFoundError):
            return Rejected(_VENDOR, f"{host} has no such folder or file.", code="not_found")
        if isinstance(error, PermissionError):
            return Unauthorized(
                _VENDOR, f"{host} does not let this user do that.", code="permission"
            )
        return Unavailable(_VENDOR, f"{host} did not answer as an SFTP server does.")


def _public_key(line: str) -> paramiko.PKey:
    """The key in a known_hosts line, its host names passed over."""
    parts = line.split()
    for kind, body in pairwise(parts):
        try:
            return paramiko.PKey.from_type_string(kind, b64decode(body))
        except (paramiko.SSHException, ValueError):
            continue
    raise Unauthorized(
        _VENDOR, "`host_key` is no key. Write `ssh-ed25519 AAAA...` as the vendor gives it."
    )


def _private_key(text: str) -> paramiko.PKey:
    for kind in _PRIVATE_KEYS:
        try:
            return kind.from_private_key(StringIO(text))
        except (paramiko.SSHException, ValueError, IndexError):
            continue
    raise Unauthorized(
        _VENDOR, "the private key cannot be read. Give an OpenSSH or PEM key without a passphrase."
    )
