"""A real SFTP server on loopback, as a clearinghouse runs one, that breaks where a test says."""

import asyncio
import errno
import os
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncssh

USER, PASSWORD = "clinic", "correct horse"


@dataclass
class Mischief:
    """What goes wrong at the server from now on; nothing unless said."""

    hangs_up_after: int | None = None
    """Bytes of files that it takes before it cuts the line."""
    room: int | None = None
    """Bytes that its disk has left."""
    says_late: bool = False
    """It says that the disk is full once the file is closed."""
    hangs_up_on_rename: bool = False
    """It gives a file its name, and cuts the line before it says so."""


class SftpSite:
    """One folder, served until `stop`; `renamed` holds the names that files were given, `logins`
    the passwords that were shown."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.port, self.mischief = folder, 0, Mischief()
        self.renamed: list[str] = []
        self.logins: list[str] = []
        self._client = _new_key()
        self.private_key = self._client.export_private_key().decode()
        self._visitors: list[asyncssh.SSHServerConnection] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self.start()

    def start(self) -> None:
        """Listen, with a new host key, on the port it had."""
        host = _new_key()
        self.host_key = host.export_public_key().decode().strip()
        known = asyncssh.import_authorized_keys(self._client.export_public_key().decode())
        self._acceptor = self._do(self._listen(host, known))
        self.port = self._acceptor.get_port()

    def stop(self) -> None:
        """Hang up on everybody and listen no more."""
        self._do(self._close())

    def end(self) -> None:
        """Stop for good."""
        self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)
        self._loop.close()

    def login(self, **changes: Any) -> dict[str, Any]:
        """What a connector needs to come in."""
        given = {"host": "127.0.0.1", "port": self.port, "user": USER}
        return given | {"host_key": self.host_key, "password": PASSWORD} | changes

    def _do(self, what: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(20)

    async def _listen(self, host: asyncssh.SSHKey, known: Any) -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1",
            self.port,
            server_factory=lambda: _Door(self._visitors, self.logins),
            server_host_keys=[host],
            authorized_client_keys=known,
            sftp_factory=lambda channel: _Folder(channel, self),
            reuse_address=True,
        )

    async def _close(self) -> None:
        self._acceptor.close()
        await self._acceptor.wait_closed()
        for visitor in self._visitors:
            visitor.abort()
            await visitor.wait_closed()
        self._visitors.clear()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        if others:
            await asyncio.wait(others, timeout=5)
        await asyncio.sleep(0.05)  # the loop drops its sockets one turn after they are closed


@contextmanager
def sftp_site(folder: Path) -> Iterator[SftpSite]:
    """A server for as long as the block."""
    site = SftpSite(folder)
    try:
        yield site
    finally:
        site.end()


def _new_key() -> asyncssh.SSHKey:
    return asyncssh.generate_private_key("ssh-ed25519")


class _Door(asyncssh.SSHServer):
    def __init__(self, visitors: list[asyncssh.SSHServerConnection], logins: list[str]) -> None:
        self._visitors, self._logins = visitors, logins

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._visitors.append(conn)

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        self._logins.append(password)
        return (username, password) == (USER, PASSWORD)


class _Folder(asyncssh.SFTPServer):
    def __init__(self, channel: asyncssh.SSHServerChannel, site: SftpSite) -> None:
        super().__init__(channel, chroot=os.fsencode(site.folder))
        self._site = site

    def write(self, file_obj: Any, offset: int, data: bytes) -> Any:
        wrong = self._site.mischief
        if wrong.room is not None:
            fits = data[: wrong.room]
            wrong.room -= len(fits)
            super().write(file_obj, offset, fits)
            if len(fits) < len(data) and not wrong.says_late:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return len(data)
        if wrong.hangs_up_after is not None:
            data = data[: wrong.hangs_up_after]
            wrong.hangs_up_after -= len(data)
        done = super().write(file_obj, offset, data)
        if wrong.hangs_up_after == 0:
            self._hang_up()
        return done

    def close(self, file_obj: Any) -> None:
        super().close(file_obj)
        if self._site.mischief.says_late:
            raise OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))

    def rename(self, oldpath: bytes, newpath: bytes) -> None:
        super().rename(oldpath, newpath)
        self._site.renamed.append(os.path.basename(os.fsdecode(newpath)))
        if self._site.mischief.hangs_up_on_rename:
            self._hang_up()

    def _hang_up(self) -> None:
        self._chan.get_connection().abort()
