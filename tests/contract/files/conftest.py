"""Real servers on loopback that report files arrive on."""

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from tests.sftp_site import SftpSite, sftp_site


@pytest.fixture
def sftp_server(tmp_path: Path) -> Iterator[SftpSite]:
    with sftp_site(tmp_path / "drop") as site:
        yield site


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
