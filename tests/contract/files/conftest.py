"""Real servers on loopback that report files arrive on."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncssh
import boto3
import pytest
from moto.server import ThreadedMotoServer

PASSWORD = "correct horse"


@dataclass(frozen=True)
class SftpServer:
    """A running SFTP server: where, its public key, a client's private key, and its folder."""

    port: int
    host_key: str
    private_key: str
    folder: Path


class _Door(asyncssh.SSHServer):
    def __init__(self, visitors: list[asyncssh.SSHServerConnection]) -> None:
        self._visitors = visitors

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._visitors.append(conn)

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return username == "clinic" and password == PASSWORD


@pytest.fixture
def sftp_server(tmp_path: Path) -> Iterator[SftpServer]:
    folder = tmp_path / "drop"
    folder.mkdir()
    host, client = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    keys = tmp_path / "authorized_keys"
    keys.write_bytes(client.export_public_key())
    visitors: list[asyncssh.SSHServerConnection] = []
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def listen() -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1",
            0,
            server_factory=lambda: _Door(visitors),
            server_host_keys=[host],
            authorized_client_keys=str(keys),
            sftp_factory=lambda chan: asyncssh.SFTPServer(chan, chroot=str(folder).encode()),
        )

    acceptor = asyncio.run_coroutine_threadsafe(listen(), loop).result(20)
    yield SftpServer(
        acceptor.get_port(),
        host.export_public_key().decode().strip(),
        client.export_private_key().decode(),
        folder,
    )

    async def stop() -> None:
        acceptor.close()
        await acceptor.wait_closed()
        for visitor in visitors:
            visitor.abort()
            await visitor.wait_closed()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        if others:
            await asyncio.wait(others, timeout=5)
        await asyncio.sleep(0.05)  # the loop drops its sockets one turn after they are closed

    asyncio.run_coroutine_threadsafe(stop(), loop).result(20)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(20)
    loop.close()


@pytest.fixture(scope="session")
def s3_url() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    client = boto3.client(
        "s3",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    client.create_bucket(Bucket="drop")
    for key in ("northside/b.csv", "northside/a.csv", "northside/old/c.csv", "riverbend/d.csv"):
        client.put_object(Bucket="drop", Key=key, Body=f"this is {key}".encode())
    client.close()
    yield url
    server.stop()
